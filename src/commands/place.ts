import type { PlacedFinding } from '../reports/report.ts';
import type { InputSource } from './input.ts';

/** Where a field of an object of the input stands. */
export function placeOf({ file, source }: InputSource, path: string): PlacedFinding['source'] {
  const { line, column } = source.locate(path);
  return { file, line, column, text: source.lineAt(line) };
}
