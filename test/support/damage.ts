import fc from 'fast-check';

/** What people and programs write where something else belongs. */
const values = [
  null,
  '',
  'x',
  'X Y',
  'a..b',
  'x'.repeat(300),
  0,
  -1,
  70000,
  1.5,
  true,
  [],
  {},
  [null],
  { name: 'x' },
  '10.0.0.300',
  '/',
  'HTTP',
  'Exact',
  80,
];

type Path = readonly (string | number)[];

/** Every place of a value, from the outside to the inside. */
function placesOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...entries.flatMap(([step, inner]) => placesOf(inner, [...path, step]))];
}

/** One of some objects with one or two mistakes in its spec: a value of another type, a field missing, one too many, an item twice. The objects stay as they are. */
export function damaged(objects: readonly object[]): fc.Arbitrary<object> {
  const mistake = fc.record({
    place: fc.nat(),
    how: fc.constantFrom('replace', 'replace', 'remove', 'add', 'repeat'),
    value: fc.constantFrom(...values),
  });
  return fc
    .tuple(fc.constantFrom(...objects), fc.array(mistake, { minLength: 1, maxLength: 2 }))
    .map(([object, mistakes]) =>
      mistakes.reduce((whole, one) => {
        const places = placesOf(whole).filter((path) => path[0] === 'spec' && path.length > 1);
        const path = places[one.place % Math.max(places.length, 1)];
        return path === undefined ? whole : (changed(whole, path, one) as object);
      }, object),
    );
}

function changed(value: unknown, path: Path, mistake: { how: string; value: unknown }): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(value)) {
    const items = Array.from<unknown>(value);
    const index = Number(step);
    if (rest.length > 0) items[index] = changed(items[index], rest, mistake);
    else if (mistake.how === 'remove') items.splice(index, 1);
    else if (mistake.how === 'repeat') items.push(items[index]);
    else items[index] = mistake.value;
    return items;
  }
  const entries = { ...(value as Record<string, unknown>) };
  const name = String(step);
  if (rest.length > 0) entries[name] = changed(entries[name], rest, mistake);
  else if (mistake.how === 'remove') Reflect.deleteProperty(entries, name);
  else if (mistake.how === 'add' || mistake.how === 'repeat') entries[`${name}x`] = mistake.value;
  else entries[name] = mistake.value;
  return entries;
}
