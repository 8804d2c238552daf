/**
 * Makes the webhook's certificate once, for those who let no server write Secrets and webhook configurations: prints the Secret and the caBundle of
 * both configurations, or applies them with kubectl. Needs no cluster to print.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { issueAuthority, issueServing, serviceNames } from '../src/certificates/issue.ts';
import { bundleOf, splitBundle } from '../src/certificates/state.ts';
import { registrationOf } from '../src/cluster/registration.ts';
import { reasonOf } from '../src/errors.ts';

const help = `node certs-script/main.ts [options]

Makes a CA, which is thrown away, and a serving certificate of it. Prints manifests for

  kubectl apply --server-side --validate=false --field-manager=gateway-guard-certs -f -

which touch the Secret, and the caBundle of the webhooks, alone. Run it again before the certificate ends; the server reads the new one by itself.

      --namespace NS      the server's namespace (default: gateway-guard)
      --service NAME      the Service by which the API server calls (default: gateway-guard)
      --secret NAME       the Secret (default: gateway-guard-tls)
      --registration NAME the webhook configurations (default: gateway-guard)
      --name NAME         another DNS name or IP address for the certificate; may be repeated
      --days N            how long it is valid (default: 365)
      --ca FILE           write the CA there too, for the chart's certificates.caBundle
      --also-trust FILE   another CA for the caBundle: the one before, until every server serves the new certificate
      --apply             apply with kubectl instead of printing; what follows -- is given to it
`;

async function main(words: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      namespace: { type: 'string', default: 'gateway-guard' },
      service: { type: 'string', default: 'gateway-guard' },
      secret: { type: 'string', default: 'gateway-guard-tls' },
      registration: { type: 'string', default: 'gateway-guard' },
      name: { type: 'string', multiple: true, default: [] },
      days: { type: 'string', default: '365' },
      ca: { type: 'string' },
      'also-trust': { type: 'string' },
      apply: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const days = Number(values.days);
  if (!Number.isFinite(days) || days <= 0) throw new Error(`--days ${values.days} is no number of days`);
  const now = Date.now();
  const validity = { from: now, until: now + days * 24 * 60 * 60 * 1000 };
  const names = serviceNames(values.service, values.namespace, values.name);
  const old = values['also-trust'] === undefined ? [] : splitBundle(readFileSync(values['also-trust'], 'utf8'));
  const authority = await issueAuthority(validity);
  const serving = await issueServing(authority, names, validity);
  const ca = bundleOf([authority.certificate]);
  if (values.ca !== undefined) writeFileSync(values.ca, ca);
  const manifests = [
    secretOf(values.namespace, values.secret, serving, ca),
    ...bundlesOf(values.registration, bundleOf([authority.certificate, ...old])),
  ];
  const text = manifests.map((manifest) => stringify(manifest, { aliasDuplicateObjects: false })).join('---\n');
  if (!values.apply) {
    process.stdout.write(text);
    return 0;
  }
  const how = [
    'apply',
    '--server-side',
    '--validate=false',
    '--force-conflicts',
    '--field-manager=gateway-guard-certs',
    '-f',
    '-',
  ];
  const { status, error } = spawnSync('kubectl', [...how, ...positionals], {
    input: text,
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  if (error !== undefined) throw new Error(`kubectl cannot be run: ${error.message}`);
  return status ?? 1;
}

function secretOf(namespace: string, name: string, serving: { certificate: string; key: string }, ca: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace, name },
    type: 'kubernetes.io/tls',
    stringData: { 'tls.crt': serving.certificate, 'tls.key': serving.key, 'ca.crt': ca },
  };
}

/** The webhook configurations, cut down to what is set: a server-side apply leaves the rest as it is. */
function bundlesOf(name: string, ca: string): object[] {
  return registrationOf({ url: '', ca }).map((one) => {
    const { apiVersion, kind, webhooks } = one as {
      apiVersion: string;
      kind: string;
      webhooks: { name: string; clientConfig: { caBundle: string } }[];
    };
    const bundles = webhooks.map(({ name: webhook, clientConfig: { caBundle } }) => ({
      name: webhook,
      clientConfig: { caBundle },
    }));
    return { apiVersion, kind, metadata: { name }, webhooks: bundles };
  });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`error: ${reasonOf(error)}\n`);
  process.exitCode = 2;
}
