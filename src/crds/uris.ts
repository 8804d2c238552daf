/** The parts of a URI, as Go's net/url has them. */
export interface Uri {
  readonly scheme: string;
  /** With the port, and without who asks: `example.com:80`. */
  readonly host: string;
  /** As written, with what may not stand in a path escaped. */
  readonly path: string;
  readonly query: string;
}

const escape = '%[0-9a-fA-F]{2}';
const isHost = /^(?:[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"\u0080-\uffff]|%[89a-fA-F][0-9a-fA-F])*$/;
const isUser = /^(?:[A-Za-z0-9\-._:~!$&'()*+,;=@]|%[0-9a-fA-F]{2})*$/;
const isPath = new RegExp(`^(?:[^%]|${escape})*$`, 's');
const isPort = /^(?::\d*)?$/;

/** A URI with a scheme, or a path from the root on, as Go's url.ParseRequestURI reads one; `undefined` for anything else. */
export function parseUri(text: string): Uri | undefined {
  if (text === '' || /\p{Cc}/u.test(text.replaceAll(/[\u0080-\u009f]/g, ''))) return undefined;
  if (text === '*') return { scheme: '', host: '', path: '*', query: '' };
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(text)?.[1];
  const after = scheme === undefined ? text : text.slice(scheme.length + 1);
  const [rest = '', ...queries] = after.split('?');
  const query = queries.join('?');
  if (!rest.startsWith('/')) {
    return scheme === undefined ? undefined : { scheme: scheme.toLowerCase(), host: '', path: '', query };
  }
  const hasAuthority = scheme !== undefined && rest.startsWith('//');
  const [authority = '', ...steps] = hasAuthority ? rest.slice(2).split('/') : [''];
  const path = hasAuthority ? steps.map((step) => `/${step}`).join('') : rest;
  const at = authority.lastIndexOf('@');
  const host = authority.slice(at + 1);
  if (!isPath.test(path) || !isUser.test(authority.slice(0, Math.max(at, 0))) || !isHostPort(host)) return undefined;
  return { scheme: scheme?.toLowerCase() ?? '', host, path: escaped(path), query };
}

/** Whether a text is a URI with a scheme, or a path from the root on. */
export function isRequestUri(text: string): boolean {
  return parseUri(text) !== undefined;
}

function isHostPort(host: string): boolean {
  if (!isHost.test(host)) return false;
  if (host.startsWith('[')) {
    const end = host.lastIndexOf(']');
    return end >= 0 && isPort.test(host.slice(end + 1));
  }
  const colon = host.lastIndexOf(':');
  return colon < 0 || isPort.test(host.slice(colon));
}

/** What Go escapes in a path. */
function escaped(path: string): string {
  return path.replaceAll(/[^A-Za-z0-9\-_.~!$&'()*+,;=:@/[\]%]/gu, (one) => encodeURIComponent(one));
}
