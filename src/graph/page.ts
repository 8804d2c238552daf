import { escaped } from '../reports/markup.ts';
import { counted } from '../reports/report.ts';
import { displayName } from '../resources/object.ts';
import { drawingOf } from './layout.ts';
import type { GatewayGraph, Graph, Mark } from './model.ts';
import { behave } from './page-behaviour.ts';
import { drawingMarkup, drawingStyle } from './svg.ts';

const style = `:root{color-scheme:light dark;--ink:light-dark(#1b2330,#e6e9ef);--paper:light-dark(#f5f6f8,#0f1217)}
body{margin:0;font:15px/1.5 system-ui,sans-serif;background:var(--paper);color:var(--ink)}
header{position:sticky;top:0;z-index:1;background:var(--paper);border-bottom:1px solid light-dark(#c3cad5,#465062);padding:.6rem 1rem}
h1{font-size:1.1rem;margin:0 1rem 0 0;display:inline-block}form{display:inline-flex;flex-wrap:wrap;gap:.8rem;align-items:center}
select,input,button{font:inherit;padding:.15rem .4rem}main{padding:.5rem 1rem 9rem}
details.gateway{margin:.5rem 0;background:light-dark(#fff,#171b22);border:1px solid light-dark(#c3cad5,#465062);border-radius:6px;content-visibility:auto;contain-intrinsic-size:auto 3rem}
summary{cursor:pointer;padding:.5rem .8rem}.drawing{overflow:auto;padding:.5rem .8rem}.count{margin-left:.8rem;color:light-dark(#5b6676,#9aa5b5)}
.deny-count{color:light-dark(#c62828,#ff7b72);font-weight:600}.warn-count{color:light-dark(#9a6700,#e3b341)}
.graph{display:block;max-width:none}.graph .box{cursor:pointer;outline:none}.graph .box:focus-visible rect,.graph .chosen rect{stroke-width:3.4}.graph path.lit{stroke:var(--ink);stroke-width:2.4}.graph .dim{opacity:.25}
#chosen{position:fixed;inset:auto 0 0 0;max-height:8rem;overflow:auto;margin:0;padding:.6rem 1rem;white-space:pre-wrap;font:13px/1.45 ui-monospace,monospace;background:light-dark(#e9edf3,#1d232d);border-top:1px solid light-dark(#c3cad5,#465062)}#chosen:empty{display:none}
li{margin:.3rem 0}code{font:.92em ui-monospace,monospace}[hidden]{display:none!important}`;

/** The graph as one HTML page that needs nothing beside itself: a section for each Gateway, filters, and keys. */
export function graphPage(graph: Graph): string {
  const { gateways, orphans, others } = graph;
  const routes = gateways.reduce((sum, gateway) => sum + gateway.routes.length, 0);
  const isSmall = gateways.length <= 8 && routes <= 200;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>Gateway Guard: ${counted(gateways.length, 'Gateway')}, ${counted(routes, 'route')}</title>
<style>${style}
${drawingStyle}</style>
</head>
<body>
<header><h1>${counted(gateways.length, 'Gateway')}, ${counted(routes, 'route')}</h1>
<form>
<label>Namespace ${selectOf('namespace', namespacesOf(graph))}</label>
<label>Gateway <input name="gateway" type="search" placeholder="part of its name"></label>
<label>Rule ${selectOf('rule', rulesOf(graph))}</label>
<button type="reset">All</button> <output id="count"></output>
</form></header>
<main>
${gateways.length === 0 ? '<p>There is no Gateway.</p>' : ''}${gateways.map((gateway) => sectionOf(gateway, isSmall)).join('\n')}
${listOf(
  'Routes whose parent does not exist',
  orphans.map(({ kind, namespace, name, marks }) => item(`${kind} ${namespace}/${name}`, namespace, marks)),
)}
${listOf(
  'Findings of other objects',
  others.map((finding) => item(displayName(finding.object), finding.object.namespace, [finding])),
)}
</main>
<pre id="chosen" aria-live="polite"></pre>
<script>(${behave.toString()})()</script>
</body>
</html>
`;
}

function selectOf(name: string, values: readonly string[]): string {
  const options = values.map((value) => `<option>${escaped(value)}</option>`).join('');
  return `<select name="${name}"><option value="">all</option>${options}</select>`;
}

function namespacesOf({ gateways, orphans }: Graph): string[] {
  const names = gateways.flatMap(({ namespace, routes }) => [namespace, ...routes.map((route) => route.namespace)]);
  return [...new Set([...names, ...orphans.map(({ namespace }) => namespace)])].toSorted();
}

function rulesOf({ gateways, orphans, others }: Graph): string[] {
  const marks = [...gateways.flatMap(marksOf), ...orphans.flatMap((route) => route.marks), ...others];
  return [...new Set(marks.map(({ rule }) => rule))].toSorted();
}

function marksOf({ marks, listeners, routes }: GatewayGraph): Mark[] {
  return [...marks, ...listeners.flatMap((one) => one.marks), ...routes.flatMap((one) => one.marks)];
}

function sectionOf(gateway: GatewayGraph, isSmall: boolean): string {
  const { namespace, name, listeners, routes } = gateway;
  const marks = marksOf(gateway);
  const denied = marks.filter(({ enforcement }) => enforcement === 'deny').length;
  const loose = routes.filter((route) => route.listeners.length === 0).length;
  const shadowed = routes.filter(({ isShadowed }) => isShadowed).length;
  const counts = [
    `<span class="count">${counted(listeners.length, 'listener')}, ${counted(routes.length, 'route')}</span>`,
    ...(loose === 0 ? [] : [`<span class="count">${loose} not attached</span>`]),
    ...(shadowed === 0 ? [] : [`<span class="count">${shadowed} shadowed</span>`]),
    ...(denied === 0 ? [] : [`<span class="count deny-count">${denied} denied</span>`]),
    ...(marks.length === denied
      ? []
      : [`<span class="count warn-count">${counted(marks.length - denied, 'warning')}</span>`]),
  ];
  const drawing = drawingOf(gateway);
  const label = `Gateway ${namespace}/${name}, its listeners, routes and backends`;
  const size = `viewBox="-4 -4 ${drawing.width + 8} ${drawing.height + 8}" width="${drawing.width + 8}" height="${drawing.height + 8}"`;
  return `<details class="gateway" data-name="${escaped(`${namespace}/${name}`)}"${isSmall ? ' open' : ''}>
<summary>Gateway <strong>${escaped(`${namespace}/${name}`)}</strong>${counts.join('')}</summary>
<div class="drawing"><svg class="graph" role="group" aria-label="${escaped(label)}" ${size}>${drawingMarkup(drawing)}</svg></div>
</details>`;
}

function listOf(title: string, items: readonly string[]): string {
  return items.length === 0 ? '' : `<section><h2>${title}</h2><ul>\n${items.join('\n')}\n</ul></section>`;
}

function item(subject: string, namespace: string, marks: readonly Mark[]): string {
  const told = marks.map(
    ({ enforcement, rule, message }) => `${enforcement} <code>${escaped(rule)}</code>: ${escaped(message)}`,
  );
  const data = `data-finding="${escaped(marks[0]?.rule ?? '')}" data-namespace="${escaped(namespace)}"`;
  return `<li ${data}><strong>${escaped(subject)}</strong>${told.length === 0 ? '' : ` ${told.join('; ')}`}</li>`;
}
