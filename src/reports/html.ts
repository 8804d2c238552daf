import { displayName } from '../resources/object.ts';
import { escaped } from './markup.ts';
import { countsOf, summaryOf, type PlacedFinding, type Report } from './report.ts';

const style = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}
article{border-left:.3rem solid #b58900;padding:.2rem 1rem;margin:1rem 0}article.deny{border-color:#dc322f}h2{font-size:1rem;margin:.3rem 0}
code,pre{font:.9em ui-monospace,monospace}pre{overflow:auto;background:color-mix(in srgb,currentColor 8%,transparent);padding:.5rem}p{margin:.3rem 0}`;

/** The report as one HTML page that needs nothing beside itself. */
export function toHtml(report: Report): string {
  const { denied } = countsOf(report);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Gateway Guard: ${denied} denied</title>
<style>${style}</style>
</head>
<body>
<h1>Gateway Guard</h1>
<p>${escaped(summaryOf(report))}</p>
${report.findings.map(articleOf).join('\n')}
</body>
</html>
`;
}

function articleOf({ rule, enforcement, object, path, message, hint, source }: PlacedFinding): string {
  const place =
    source === undefined ? '' : `<p><code>${escaped(`${source.file}:${source.line}:${source.column}`)}</code></p>`;
  const line = source === undefined || source.text.trim() === '' ? '' : `<pre>${escaped(source.text)}</pre>`;
  return `<article class="${enforcement}">
<h2>${enforcement} <code>${escaped(rule)}</code>: ${escaped(displayName(object))}</h2>
${place}${line}<p>${path === '' ? '' : `<code>${escaped(path)}</code>: `}${escaped(message)}</p>
${hint === undefined ? '' : `<p><strong>Hint:</strong> ${escaped(hint)}</p>\n`}</article>`;
}
