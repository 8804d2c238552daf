import { field, fields, list, text } from '../resources/fields.ts';
import { parseServiceRef, type ServiceRef } from './controllers.ts';
import type { Listen } from './listens.ts';

/** What a Kong's Admin API says of its own listens, or why that is not known now. */
export type AdminListens =
  | { readonly proxy: readonly Listen[]; readonly stream: readonly Listen[]; readonly from: string }
  | { readonly unknown: string };

/** An Admin API to ask, and the proxy's Service that it speaks for; `undefined`: every one. */
export interface AdminUrl {
  readonly url: string;
  readonly service: ServiceRef | undefined;
}

/** Reads `https://kong-admin.kong:8444`, or `kong/kong-proxy=https://…` for one Service; `undefined` for anything else. */
export function parseAdminUrl(written: string): AdminUrl | undefined {
  const equals = written.startsWith('http') ? -1 : written.indexOf('=');
  const url = written.slice(equals + 1);
  const service = equals === -1 ? undefined : parseServiceRef(written.slice(0, equals));
  if (equals !== -1 && service === undefined) return undefined;
  const parsed = URL.parse(url);
  if (parsed === null || !['http:', 'https:'].includes(parsed.protocol)) return undefined;
  // A password in it would stand in logs and measures; adminTokenFile holds one.
  if (parsed.username !== '' || parsed.password !== '') return undefined;
  return { url: url.replace(/\/+$/, ''), service };
}

/**
 * Reads the answer to `GET /` of Kong's Admin API: `configuration.proxy_listeners` and `stream_listeners`. An empty list comes as `{}`; each
 * entry has one boolean a flag, whose key is the flag as written where it is set and a pattern (`backlog=%d+`) where it is not; the port
 * of a host's name is a text. Gives `undefined` for what is no such answer. Source: kong/conf_loader/listeners.lua.
 */
export function readAdminListens(body: unknown): { proxy: Listen[]; stream: Listen[] } | undefined {
  const configuration = field(body, 'configuration');
  if (fields(configuration) === undefined) return undefined;
  const listens = (name: string): Listen[] => list(configuration, name).flatMap(readListener);
  return { proxy: listens('proxy_listeners'), stream: listens('stream_listeners') };
}

function readListener(raw: unknown): Listen[] {
  const port = Number(field(raw, 'port'));
  const address = text(raw, 'ip');
  if (address === undefined || !Number.isInteger(port)) return [];
  const flags = Object.entries(fields(raw) ?? {}).flatMap(([key, value]) => (value === true ? [key] : []));
  const has = (flag: string): boolean => flags.includes(flag);
  return [{ address, port, flags, ssl: has('ssl'), http2: has('http2'), udp: has('udp') }];
}
