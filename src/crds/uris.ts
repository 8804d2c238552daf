const isBroken = /%(?![0-9a-fA-F]{2})/;

/** A URI with a scheme, or a path from the root on, as Go's url.ParseRequestURI reads one. */
export function isRequestUri(text: string): boolean {
  if (text === '' || /\p{Cc}/u.test(text)) return false;
  if (text === '*') return true;
  const scheme = /^[a-zA-Z][a-zA-Z0-9+.-]*:/.exec(text)?.[0];
  const rest = (scheme === undefined ? text : text.slice(scheme.length)).split('?')[0] ?? '';
  if (!rest.startsWith('/')) return scheme !== undefined;
  if (scheme === undefined || !rest.startsWith('//')) return !isBroken.test(rest);
  const [authority = '', ...path] = rest.slice(2).split('/');
  if (isBroken.test(path.join('/'))) return false;
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  return /^(?:\[[^\]]*\]|[^:[\]\s<>"\\^`{|}]*)(?::\d*)?$/.test(host) && !isBroken.test(authority);
}
