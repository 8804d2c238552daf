import { isIPv6 } from 'node:net';

/**
 * Kong's listen grammar: `proxy_listen` and `stream_listen`, as kong/conf_loader/listeners.lua, parse.lua and kong/tools/ip.lua
 * read them (Kong 2.8 to 3.9).
 */
export type ListenDirective = 'proxy_listen' | 'stream_listen';

/** One address, port and flags that Kong binds. */
export interface Listen {
  /** As written, without the flags: `0.0.0.0`, `[::]`, `*`, a host's name. */
  readonly address: string;
  readonly port: number;
  readonly ssl: boolean;
  readonly http2: boolean;
  readonly udp: boolean;
  /** Every flag that is set, as written: `reuseport`, `backlog=16384`. */
  readonly flags: readonly string[];
}

/** A listen as Kong takes it: `0.0.0.0:8443 ssl http2`. */
export function writtenListen({ address, port, flags }: Listen): string {
  return [`${address}:${port}`, ...flags].join(' ');
}

/** The listens of a value, or the reason why Kong would refuse to start with it. */
export type ListenResult =
  { readonly listens: readonly Listen[]; readonly error?: undefined } | { readonly error: string };

/** What Kong takes where the variable is not set. Source: kong/templates/kong_defaults.lua. */
export const defaultListens: Readonly<Record<ListenDirective, string>> = {
  proxy_listen: '0.0.0.0:8000 reuseport backlog=16384, 0.0.0.0:8443 http2 ssl reuseport backlog=16384',
  stream_listen: 'off',
};

interface Flag {
  /** As Kong's own error message lists it. */
  readonly form: string;
  readonly pattern: RegExp;
}

// Kong replaces each flag with the white space around it, so that of two equal flags side by side the second stays behind.
const flag = (form: string, source = form): Flag => ({ form, pattern: new RegExp(`\\s(${source})\\s`, 'g') });

const shared: readonly Flag[] = [
  flag('bind'),
  flag('reuseport'),
  flag('backlog=%d+', 'backlog=\\d+'),
  flag('ipv6only=on'),
  flag('ipv6only=off'),
  flag('so_keepalive=on'),
  flag('so_keepalive=off'),
  flag('so_keepalive=%w*:%w*:%d*', 'so_keepalive=[A-Za-z0-9]*:[A-Za-z0-9]*:\\d*'),
];

const flagsOf: Readonly<Record<ListenDirective, readonly Flag[]>> = {
  proxy_listen: [flag('ssl'), flag('http2'), flag('proxy_protocol'), flag('deferred'), ...shared],
  stream_listen: [flag('udp'), flag('ssl'), flag('proxy_protocol'), ...shared],
};

/**
 * Parses the value of `proxy_listen` or `stream_listen`: `off`, or entries `<ip>:<port> [flags]` between commas.
 * Gives the listens (none for `off`), or an error in Kong's words that names the entry at fault.
 */
export function parseListens(directive: ListenDirective, value: string): ListenResult {
  const entries = value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  if (entries.length === 0) return { error: refusal(directive, 'the value is empty') };
  if (entries[0] === 'off') return { listens: [] };
  const listens: Listen[] = [];
  for (const entry of entries) {
    const listen = parseEntry(directive, entry);
    if (listen === undefined) return { error: refusal(directive, `"${shorten(entry)}" is not`) };
    listens.push(listen);
  }
  return { listens };
}

function refusal(directive: ListenDirective, what: string): string {
  const forms = flagsOf[directive].map(({ form }) => `[${form}]`).join(' ');
  return `${directive} must be of form: [off] | <ip>:<port> ${forms}, [... next entry ...]; ${what}`;
}

function shorten(entry: string): string {
  return entry.length > 80 ? `${entry.slice(0, 80)}…` : entry;
}

function parseEntry(directive: ListenDirective, entry: string): Listen | undefined {
  let rest = ` ${entry} `;
  const flags: string[] = [];
  for (const { pattern } of flagsOf[directive]) {
    rest = rest.replace(pattern, (_match, found: string) => {
      flags.push(found);
      return ' ';
    });
  }
  const address = parseAddress(rest.trim());
  if (address === undefined) return undefined;
  return {
    ...address,
    flags: [...new Set(flags)],
    ssl: flags.includes('ssl'),
    http2: flags.includes('http2'),
    udp: flags.includes('udp'),
  };
}

function parseAddress(text: string): { address: string; port: number } | undefined {
  const colon = text.lastIndexOf(':');
  if (colon <= 0) return undefined;
  const address = text.slice(0, colon);
  const digits = text.slice(colon + 1);
  if (!/^\d+$/.test(digits) || /\s/.test(address)) return undefined;
  const port = Number(digits);
  if (address.includes(':')) {
    const bracketed = address.startsWith('[') && address.endsWith(']') && isIPv6(address.slice(1, -1));
    return bracketed && port <= 65535 ? { address, port } : undefined;
  }
  if (/^[\d.]+$/.test(address)) {
    const octets = address.split('.');
    const valid = octets.length === 4 && octets.every((octet) => octet !== '' && Number(octet) <= 255);
    return valid && port <= 65535 ? { address, port } : undefined;
  }
  return /^[\w.*-]+$/.test(address) ? { address, port } : undefined;
}

/** Whether a listen binds only the pod itself, so that no Service can reach it. */
export function isLoopback({ address }: Pick<Listen, 'address'>): boolean {
  if (address === 'localhost' || address.startsWith('127.')) return true;
  return address.startsWith('[') && new URL(`http://${address}`).hostname === '[::1]';
}
