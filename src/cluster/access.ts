import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { OutgoingHttpHeaders } from 'node:http';
import { Agent, type RequestOptions } from 'node:https';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';

/** How an API server is reached: its URL, and the credentials that each request gets. */
export interface Access {
  /** Without a slash at its end. */
  readonly server: string;
  /** The namespace of the kubeconfig's context; in a pod its own. */
  readonly namespace: string;
  /** Adds the CA, the certificate or the token, as they are now. */
  authenticate(options: RequestOptions & { headers: OutgoingHttpHeaders }): Promise<void>;
}

/** Where Kubernetes mounts a pod's service account. */
export const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/** A URL that asks for no credentials. */
export function openAccess(server: string): Access {
  return { server, namespace: 'default', authenticate: () => Promise.resolve() };
}

/**
 * The cluster of a kubeconfig, or by default that of KUBECONFIG or ~/.kube/config. The client library is loaded here alone: it takes 85 MiB
 * of memory, which a server in a pod and a check of files have no use for. Throws for a kubeconfig that cannot be read.
 */
export async function kubeconfigAccess(file: string | undefined): Promise<Access> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  if (file === undefined) config.loadFromDefault();
  else config.loadFromFile(file);
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Error('it names no current cluster');
  return {
    server: cluster.server.replace(/\/$/, ''),
    namespace: config.getContextObject(config.getCurrentContext())?.namespace ?? 'default',
    authenticate: (options) => config.applyToHTTPSOptions(options),
  };
}

/**
 * The cluster of the pod that this runs in. Token and CA are read for each request, for the kubelet renews them in place. Throws where
 * there is no service account. Source: Kubernetes, "Accessing the Kubernetes API from a Pod".
 */
export function podAccess(host: string, port: string, folder: string): Access {
  const agent = new Agent({ keepAlive: true });
  return {
    server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
    namespace: readFileSync(join(folder, 'namespace'), 'utf8').trim(),
    authenticate: async (options) => {
      const [token, ca] = await Promise.all([
        readFile(join(folder, 'token'), 'utf8'),
        readFile(join(folder, 'ca.crt'), 'utf8'),
      ]);
      options.ca = ca;
      options.agent = agent;
      options.headers.authorization = `Bearer ${token.trim()}`;
    },
  };
}
