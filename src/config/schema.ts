import { isIP } from 'node:net';
import { z } from 'zod';
import { parseAdminUrl } from '../kong/admin.ts';
import { parseServiceRef, parseVersion } from '../kong/controllers.ts';
import { defaultControllerName } from '../kong/settings.ts';
import { defaultControlPlaneUsers } from '../mesh/settings.ts';
import { flawIds } from '../crds/flaw.ts';
import { parseMeshVersion } from '../mesh/version.ts';
import { profiles } from '../review/settings.ts';
import { rules } from '../rules/index.ts';

const enforcement = z.enum(['deny', 'annotate', 'warn', 'off']);

const ruleIds: readonly string[] = [...rules.map(({ id }) => id), ...flawIds];
const knownRule = z.string().refine((id) => ruleIds.includes(id), {
  error: ({ input }) => `there is no rule ${JSON.stringify(input)}; the rules are ${ruleIds.join(', ')}`,
});

const day = 24 * 60 * 60;

const port = z.int().min(0).max(65535);
const namespacedName = z.string().refine((text) => parseServiceRef(text) !== undefined, 'must be namespace/name');
const adminUrl = z
  .string()
  .refine(
    (text) => parseAdminUrl(text) !== undefined,
    'must be a URL such as https://kong-admin.kong:8444, or namespace/service=URL',
  );
/** What a certificate can be for: an IP address, or a name as DNS has it, in ASCII. */
const certificateName = z
  .string()
  .refine(
    (name) => isIP(name) !== 0 || /^(?:\*\.)?[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,20}$/i.test(name),
    'must be a DNS name in ASCII (xn--… for others) or an IP address',
  );
const version = z.string().refine((text) => parseVersion(text) !== undefined, 'must be a version such as "3.5"');

/** The configuration file. Every key has a default; an unknown key is an error. */
export const configSchema = z.strictObject({
  profile: z.enum(profiles).default('default').describe('Defaults in one word: default, strict or observe.'),
  rules: z
    .record(knownRule, enforcement)
    .default({})
    .describe('Enforcement of single rules by id: deny, annotate, warn or off. Overrides the profile.'),
  scope: z
    .enum(['owned', 'all'])
    .default('owned')
    .describe(
      'owned: rules that need other objects judge Gateways of the classes of Kong and Kong Mesh, and their routes; all: every class.',
    ),
  disclosure: z
    .enum(['show', 'hide'])
    .default('show')
    .describe("hide: messages do not name other namespaces' objects."),
  allowances: z
    .boolean()
    .default(true)
    .describe('Whether objects may opt out of rules by the annotation gateway-guard.io/allow.'),
  allowancePermits: z
    .array(
      z.strictObject({
        rules: z.array(knownRule).default([]).describe('Rules that may be opted out of; none: all.'),
        namespaces: z.array(z.string()).default([]).describe('Namespaces of the objects; none: all.'),
        users: z.array(z.string()).default([]).describe('Users that may write the annotation; with no groups: all.'),
        groups: z.array(z.string()).default([]).describe('Groups of such users.'),
      }),
    )
    .default([])
    .describe('Which allowances count; none: all of them.'),
  exempt: z
    .strictObject({
      users: z.array(z.string()).default([]).describe('Users whose changes are let in without a review.'),
      namespaces: z.array(z.string()).default([]).describe('Namespaces whose objects are let in without a review.'),
    })
    .prefault({}),
  kong: z
    .strictObject({
      controllerNames: z
        .array(z.string())
        .default([defaultControllerName])
        .describe("The controllerNames of Kong's GatewayClasses."),
      ingressController: version
        .optional()
        .describe('The version of Kong Ingress Controller; by default that of the one found, else 3.x.'),
      publishServices: z
        .array(namespacedName)
        .default([])
        .describe("The proxy's Services, namespace/name, where neither a Gateway nor the controller names them."),
      adminUrls: z
        .array(adminUrl)
        .default([])
        .describe(
          "Kong's Admin APIs, to be asked what Kong listens on: https://host:port for every proxy, namespace/service=https://host:port for one.",
        ),
      adminIntervalSeconds: z.number().positive().max(day).default(30).describe('How often they are asked.'),
      adminTokenFile: z.string().optional().describe('File with the value of the header Kong-Admin-Token.'),
      adminCaFile: z.string().optional().describe("PEM file of the Admin APIs' CA."),
      adminCertificateFile: z.string().optional().describe('PEM file of a client certificate for the Admin APIs.'),
      adminKeyFile: z.string().optional().describe('PEM file of its key.'),
    })
    .prefault({}),
  mesh: z
    .strictObject({
      enabled: z
        .union([z.boolean(), z.literal('auto')], 'must be auto, true or false')
        .default('auto')
        .describe(
          'Whether the rules about Kong Mesh run; auto: where its CRDs, control plane or GatewayClass are seen.',
        ),
      version: z
        .string()
        .refine((text) => parseMeshVersion(text) !== undefined, 'must be a version such as "2.x", "2.13" or "3.x"')
        .optional()
        .describe('The version of Kong Mesh; by default that of the control plane found, else 2.x.'),
      zone: z
        .enum(['auto', 'zone', 'global'])
        .default('auto')
        .describe("Of which kind this cluster's control plane is; auto: as KUMA_MODE of the one found says."),
      controlPlaneUsers: z
        .array(z.string())
        .default([...defaultControlPlaneUsers])
        .describe('Users that may change what Kong Mesh generates; the control planes found may too.'),
    })
    .prefault({}),
  mutations: z
    .strictObject({
      findings: z
        .boolean()
        .default(true)
        .describe('Whether findings that annotate are recorded in the annotation gateway-guard.io/findings.'),
      bindPublishService: z
        .boolean()
        .default(true)
        .describe("Whether a Gateway that names no proxy Service gets the annotation for Kong's, where one is known."),
      markClassUnmanaged: z
        .boolean()
        .default(true)
        .describe(
          "Whether a Kong GatewayClass without the mark of unmanaged mode gets it, where Kong's controller runs.",
        ),
      inheritMesh: z
        .boolean()
        .default(true)
        .describe('Whether a route that names no mesh gets that of its Gateway of Kong Mesh.'),
    })
    .prefault({}),
  server: z
    .strictObject({
      host: z.string().default('::').describe('Address of both ports; :: is every IPv6 and IPv4 address.'),
      port: port.default(8443).describe('TLS port of /validate and /mutate.'),
      healthPort: port.default(8080).describe('Plain port of /livez, /readyz and /metrics.'),
      bodyLimitBytes: z
        .int()
        .min(1024)
        .default(7 * 1024 * 1024)
        .describe('The largest AdmissionReview that is read.'),
      certificateFile: z.string().optional().describe('PEM file of the serving certificate; without it one is made.'),
      keyFile: z.string().optional().describe("PEM file of its key; 'certificateFile' and 'keyFile' go together."),
      minTlsVersion: z.enum(['1.2', '1.3']).default('1.3').describe('The oldest TLS that is spoken.'),
      clientCaFile: z
        .string()
        .optional()
        .describe('PEM file of the CA of client certificates; with it every client must have one.'),
      clientNames: z
        .array(z.string())
        .default([])
        .describe('The common or DNS names of which such a client must have one; none: any client of the CA.'),
      maxConnections: z
        .int()
        .min(16)
        .default(2000)
        .describe('Connections at a time; for one more the longest idle is closed.'),
      drainSeconds: z
        .number()
        .min(0)
        .max(3600)
        .default(10)
        .describe('How long it goes on serving after SIGTERM, while others take over.'),
    })
    .prefault({}),
  certificates: z
    .strictObject({
      secretName: z
        .string()
        .optional()
        .describe(
          "Secret in the server's own namespace that keeps CA and serving certificate, which the server renews.",
        ),
      serviceName: z.string().default('gateway-guard').describe('The Service by which the API server calls.'),
      names: z
        .array(certificateName)
        .default([])
        .describe('More DNS names and IP addresses for the serving certificate.'),
      authoritySeconds: z
        .number()
        .positive()
        .default(365 * day)
        .describe('Life of the CA; renewed at two thirds.'),
      servingSeconds: z
        .number()
        .positive()
        .default(30 * day)
        .describe('Life of the serving certificate; the same.'),
      settleSeconds: z
        .number()
        .min(0)
        .default(60)
        .describe('How long a new CA is trusted before anything that it has signed is served.'),
      intervalSeconds: z
        .number()
        .positive()
        .max(day)
        .default(10)
        .describe('How often the Secret, or the files, are looked at.'),
    })
    .prefault({}),
  registration: z
    .strictObject({
      name: z.string().default('gateway-guard').describe('The name of both webhook configurations.'),
      manageCaBundle: z
        .boolean()
        .default(true)
        .describe('Whether the server keeps their caBundle right; only with certificates.secretName.'),
      failurePolicy: z
        .enum(['keep', 'auto'])
        .default('keep')
        .describe('auto: turned to Fail once a known-bad object was denied through the API server.'),
      mayFailOpen: z
        .boolean()
        .default(false)
        .describe('Whether the webhook may fail open; else failurePolicy Ignore is reported.'),
      checkSeconds: z
        .number()
        .min(0)
        .max(3600)
        .default(30)
        .describe('How often the server looks whether both configurations still lead here; 0: never.'),
      restore: z
        .boolean()
        .default(false)
        .describe('Whether it puts back what it has seen whole; creating one needs a permission of its own.'),
      restoreAfterSeconds: z
        .number()
        .min(0)
        .max(day)
        .default(60)
        .describe('For how long something must be wrong before.'),
    })
    .prefault({}),
  overlaySeconds: z
    .number()
    .positive()
    .default(5)
    .describe('How long an allowed change is pending before the watch has delivered it.'),
  staleAfterSeconds: z
    .number()
    .positive()
    .default(300)
    .describe(
      'Once the API server has not been heard of a kind for so long, rules that read it warn instead of denying.',
    ),
  watchSecrets: z
    .boolean()
    .default(false)
    .describe("Whether Secrets are watched, their metadata alone, so that a listener's missing certificate is found."),
  audit: z
    .strictObject({
      intervalSeconds: z
        .number()
        .min(0)
        .default(600)
        .describe('How often one replica reviews all that the cluster holds; 0: never.'),
      events: z.boolean().default(true).describe('Whether what the audit finds is written as Events on the objects.'),
      leaseName: z
        .string()
        .default('gateway-guard-audit')
        .describe("The Lease, in the server's own namespace, that decides which replica audits."),
      leaseSeconds: z
        .int()
        .min(3)
        .default(30)
        .describe('How long a replica that is gone keeps the others from auditing.'),
    })
    .prefault({}),
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

export type Config = z.infer<typeof configSchema>;
