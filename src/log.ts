/**
 * Every log line's `event` code, and what it means. Codes are a contract: alerts and documents name them, so a code is never given another meaning.
 * `docs/operate.md` lists them, held by a test.
 */
export const logEvents = {
  'allowance.used': 'a rule found something that the object opts out of: uid, user, object, rule, reason',
  'audit.allowance': 'the audit has a new use of an allowance: object, rule, reason',
  'audit.allowance-ended': 'an allowance is no longer used',
  'audit.done': 'debug: the background audit reviewed the cluster; how many objects and findings',
  'audit.event-failed': 'a finding of the audit could not be written as an Event',
  'audit.failed': 'the audit failed; it is tried again; once for each problem',
  'audit.found': 'the audit has a new finding',
  'audit.resolved': 'a finding of the audit is no longer found',
  'certificate.ca-made': 'a new CA was made: its end, and how many CAs are trusted',
  'certificate.failed': 'the Secret or the webhook configurations cannot be read or written; once for each problem',
  'certificate.made': 'a new serving certificate was made: its end',
  'certificate.read': 'another serving certificate was read from its files: its end',
  'certificate.secret-invalid':
    'the Secret of the certificates holds something else; the certificates are written again',
  'certificate.unreadable':
    'the certificate files are missing or do not belong together; the old certificate is served',
  'client-ca.read': 'another CA of client certificates was read from `server.clientCaFile`',
  'client-ca.unreadable': '`server.clientCaFile` is missing or is not PEM; the old CA counts',
  'config-map.unread':
    'the content of a ConfigMap from which Kong or Kong Mesh takes variables cannot be read, or is too long to be kept',
  'kong-admin.down': "Kong's Admin API does not answer",
  'kong-admin.up': "Kong's Admin API answers again",
  'pending.began': 'debug: a change was allowed and is pending until the watch delivers it',
  'pending.expired': 'debug: a pending change was never delivered: not stored, or not sent by an API server',
  'pending.settled': 'debug: a pending change would have altered a review: how it was settled, and what was read',
  'registration.closed': 'a known-bad object was denied through the API server: the webhook fails closed from now on',
  'registration.open': '`registration.failurePolicy: auto` has not closed the webhook yet, and why',
  'registration.problem':
    'the API server does not ask a webhook, or not about everything, or lets it fail open: which, and why',
  'registration.restored': 'a webhook configuration was put back as it was',
  'registration.unreadable': 'the webhook configurations cannot be read or put back; once for each reason',
  'registration.whole': 'the webhook configurations are as they should be again',
  'request.failed': 'a request failed with an error of the server',
  'review.denied': 'a change was denied: uid of the request, user, operation, object, rules, dry run',
  'review.done': 'debug: a request was answered: rules run, findings, what was skipped and why, microseconds',
  'rule.failed': 'a rule failed with an error of its own; the change was allowed with a warning',
  'server.failed': 'the server could not start, or ended by an error of its own; `code` and the sentence say why',
  'server.few-files': 'the process may open few files, so that fewer connections than configured are accepted',
  'server.started': 'the server serves at `address`',
  'server.stopping': 'SIGTERM, SIGINT or SIGHUP: the replica is not ready any more and serves for a while yet',
  'server.warning': 'a warning of Node.js',
  'tls.failed': 'a TLS connection failed: address, reason; at most ten lines a minute',
  'watch.failed': 'a list or watch of a kind failed; it is tried again',
  'watch.forbidden': 'RBAC forbids a kind; the rules that read it are skipped',
  'watch.fresh': 'a kind is no longer stale',
  'watch.revoked': 'RBAC no longer allows to read a kind; what changes from now on is unknown, and reviews warn of it',
  'watch.stale': 'the API server has not been heard of a kind for too long; rules that read it only warn',
  'watch.state': 'the watch of a kind has another state: synced, absent (no CRD)',
} as const satisfies Record<string, string>;

/** The code of a log line. */
export type LogEvent = keyof typeof logEvents;

/** What a log line says beside its sentence: its code, and values; never a whole object, never a secret. */
export interface LogFields {
  readonly event: LogEvent;
  readonly [name: string]: unknown;
}

type Write = (fields: LogFields, message: string) => void;

/** The part of a pino logger that is used: every line has a code of the catalogue. */
export interface Log {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
  /** Whether lines of a level are written, for lines that cost something to put together. */
  isLevelEnabled(level: 'debug' | 'info' | 'warn' | 'error'): boolean;
}
