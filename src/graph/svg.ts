import { escaped } from '../reports/markup.ts';
import { drawingOf, type Box, type Column, type Drawing, type Edge } from './layout.ts';
import type { Graph } from './model.ts';

/** How the drawing looks, in the page and alone: colours follow the reader's light or dark scheme. */
export const drawingStyle = `.graph{color-scheme:light dark;font:13px system-ui,sans-serif;--ink:light-dark(#1b2330,#e6e9ef);--soft:light-dark(#5b6676,#9aa5b5);--paper:light-dark(#fff,#171b22);--line:light-dark(#c3cad5,#465062);--deny:light-dark(#c62828,#ff7b72);--warn:light-dark(#9a6700,#e3b341)}
.graph text{fill:var(--ink)}.graph text+text{fill:var(--soft);font-size:12px}.graph rect{fill:var(--paper);stroke:var(--line);stroke-width:1.2}
.graph path{fill:none;stroke:var(--line);stroke-width:1.4}.graph .loose rect,.graph path.loose{stroke-dasharray:5 4}
.graph .deny rect{stroke:var(--deny);stroke-width:2.2}.graph .warn rect{stroke:var(--warn);stroke-width:2.2}.graph .missing rect{stroke:var(--soft);stroke-dasharray:2 3}
.graph .deny text:first-of-type{fill:var(--deny)}.graph .warn text:first-of-type{fill:var(--warn)}`;

/** The whole graph as one SVG document: Gateway below Gateway. */
export function graphSvg({ gateways }: Graph): string {
  let height = 10;
  const parts: string[] = [];
  let width = 400;
  for (const gateway of gateways) {
    const drawing = drawingOf(gateway);
    parts.push(`<g transform="translate(10 ${height})">${drawingMarkup(drawing)}</g>`);
    height += drawing.height + 40;
    width = Math.max(width, drawing.width + 20);
  }
  if (gateways.length === 0) parts.push('<text x="10" y="30">There is no Gateway.</text>');
  return `<svg xmlns="http://www.w3.org/2000/svg" class="graph" role="img" aria-label="Gateways, their listeners, routes and backends" viewBox="0 0 ${width} ${height + 30}" width="${width}" height="${height + 30}">
<style>${drawingStyle}</style>
${parts.join('\n')}
</svg>
`;
}

/** A drawing's edges and boxes, without the element around them. */
export function drawingMarkup({ boxes, edges }: Drawing): string {
  const byId = new Map(boxes.map((box) => [box.id, box]));
  const numbers = new Map(boxes.map(({ id }, index) => [id, index]));
  const lines = edges.flatMap((edge) => {
    const [from, to] = [byId.get(edge.from), byId.get(edge.to)];
    return from === undefined || to === undefined ? [] : [edgeMarkup(edge, from, to, numbers)];
  });
  return `${lines.join('')}${boxes.map((box, index) => boxMarkup(box, index)).join('')}`;
}

function edgeMarkup(edge: Edge, from: Box, to: Box, numbers: ReadonlyMap<string, number>): string {
  const [x1, y1] = [from.x + from.width, from.y + 16];
  const [x2, y2] = [to.x, to.y + 16];
  const middle = (x1 + x2) / 2;
  const ends = `data-from="${numbers.get(edge.from) ?? ''}" data-to="${numbers.get(edge.to) ?? ''}"`;
  return `<path ${edge.isLoose ? 'class="loose" ' : ''}${ends} d="M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}"/>`;
}

/** About how many letters fit into a box of a column. */
const letters: Readonly<Record<Column, number>> = { class: 23, gateway: 29, listener: 60, route: 48, backend: 33 };

function boxMarkup(
  { column, x, y, width, height, lines, about, state, isLoose, namespace, rules }: Box,
  index: number,
): string {
  const classes = [column, ...(state === 'fine' ? [] : [state]), ...(isLoose ? ['loose'] : [])].join(' ');
  const texts = lines.map(
    (line, row) => `<text x="${x + 9}" y="${y + 20 + row * 17}">${escaped(cut(line, letters[column]))}</text>`,
  );
  const data = `data-index="${index}" data-column="${column}" data-namespace="${escaped(namespace)}" data-rules="${escaped(rules.join(' '))}"`;
  return `<g class="box ${classes}" tabindex="-1" role="button" aria-label="${escaped(about)}" ${data}><title>${escaped(about)}</title><rect x="${x}" y="${y}" width="${width}" height="${height}" rx="5"/>${texts.join('')}</g>`;
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
