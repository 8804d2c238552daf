import { parseUri, type Uri } from '../uris.ts';
import { CelFailure } from './failure.ts';
import type { Overload } from './functions.ts';
import { MadeList, MadeMap, Native, type Value } from './values.ts';

const type = 'kubernetes.URL';

function part(of: (uri: Uri) => Value): Overload {
  return (url, ...more) =>
    url instanceof Native && url.type === type && more.length === 0 ? of(url.value as Uri) : undefined;
}

/** Source: Kubernetes, apiserver pkg/cel/library/urls.go. */
export const urlFunctions: Readonly<Record<string, Overload>> = {
  isURL: (text, ...more) => (typeof text === 'string' && more.length === 0 ? parseUri(text) !== undefined : undefined),
  url: (text, ...more) => {
    if (typeof text !== 'string' || more.length > 0) return undefined;
    const uri = parseUri(text);
    if (uri === undefined) throw new CelFailure(`URL parse error during conversion from string: parse ${text}`);
    return new Native(type, uri);
  },
  getScheme: part(({ scheme }) => scheme),
  getHost: part(({ host }) => host),
  getHostname: part(({ host }) => /^\[([^\]]*)\]/.exec(host)?.[1] ?? host.replace(/:\d*$/, '')),
  getPort: part(({ host }) => /:(\d*)$/.exec(host.replace(/^\[[^\]]*\]/, ''))?.[1] ?? ''),
  getEscapedPath: part(({ path }) => path),
  getQuery: part(({ query }) => {
    const parameters = new URLSearchParams(query);
    const names = [...new Set(parameters.keys())];
    return new MadeMap(names.map((name) => [name, new MadeList(parameters.getAll(name))]));
  }),
};
