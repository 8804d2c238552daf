import { quoted } from './quoted.ts';

const layout = '2006-01-02T15:04:05Z07:00';

interface Element {
  /** As Go's layout has it. */
  readonly go: string;
  readonly form: RegExp;
  readonly range?: readonly [name: string, least: number, most: number];
}

const literal = (go: string): Element => ({ go, form: new RegExp(`^${go}`) });
const twoDigits = /^[0-9]{2}/;
const elements: readonly Element[] = [
  { go: '2006', form: /^[0-9]{4}/ },
  literal('-'),
  { go: '01', form: twoDigits, range: ['month', 1, 12] },
  literal('-'),
  { go: '02', form: twoDigits },
  literal('T'),
  { go: '15', form: twoDigits, range: ['hour', 0, 23] },
  literal(':'),
  { go: '04', form: twoDigits, range: ['minute', 0, 59] },
  literal(':'),
  { go: '05', form: /^[0-9]{2}(?:[.,][0-9]+)?/, range: ['second', 0, 59] },
  { go: 'Z07:00', form: /^(?:Z|[-+][0-9]{2}:[0-9]{2})/ },
];

/** What Go's time.Parse says of a text that is no time of RFC 3339; `undefined` for one that is. */
export function goTimeError(text: string): string | undefined {
  const wrong = (reason: string): string => `parsing time ${quoted(text)}${reason}`;
  let rest = text;
  for (const { go, form, range } of elements) {
    const found = form.exec(rest)?.[0];
    if (found === undefined) return wrong(` as ${quoted(layout)}: cannot parse ${quoted(rest)} as ${quoted(go)}`);
    const number = Number.parseInt(found, 10);
    if (range !== undefined && (number < range[1] || number > range[2])) return wrong(`: ${range[0]} out of range`);
    rest = rest.slice(found.length);
  }
  if (rest !== '') return wrong(`: extra text: ${quoted(rest)}`);
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  const isDay = day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
  return isDay ? undefined : wrong(': day out of range');
}
