import { describe, expect, it } from 'vitest';
import { Budget } from '../../../src/crds/cel/budget.ts';
import { programOf, type Evaluated } from '../../../src/crds/cel/program.ts';
import { typed } from '../../../src/crds/cel/typed.ts';

const schema = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    namespace: { type: 'string' },
    size: { type: 'integer' },
    ratio: { type: 'number' },
    port: { 'x-kubernetes-int-or-string': true },
    note: { type: 'string', nullable: true },
    tags: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
    words: { type: 'array', items: { type: 'string' } },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
    since: { type: 'string', format: 'date-time' },
    inner: { type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } } },
  },
};
const object = {
  name: 'kong',
  namespace: 'shop',
  size: 3,
  ratio: 2,
  port: 'http',
  note: null,
  tags: ['a', 'b'],
  words: ['a', 'é', 'a'],
  labels: { x: 'y' },
  since: '2026-01-02T03:04:05Z',
  inner: { a: 'b' },
};

function evaluated(source: string, self: unknown = object, old?: unknown): Evaluated {
  return programOf(source).truth({
    self: typed(self, schema),
    old: old === undefined ? undefined : typed(old, schema),
    isOptional: false,
    budget: new Budget(),
  });
}

describe('rules that hold', () => {
  it.each([
    "self.__namespace__ == 'shop' && !has(self.note)",
    'self.size + 1 == 4 && self.size / 2 == 1 && self.size % 2 == 1 && -self.size < 0',
    'self.ratio == 2.0 && self.ratio == 2 && self.size > self.ratio && 1 != 1.5',
    "self.tags == ['b', 'a'] && self.words != ['é', 'a', 'a']",
    "'x' in self.labels && self.labels.x == self.labels['x'] && self.labels.all(key, key == 'x')",
    "self.words.exists_one(w, w == 'é') && self.words.filter(w, w == 'a').size() == 2",
    "self.words.map(w, w + '!').join(' ') == 'a! é! a!'",
    "self.tags.all(i, tag, i == 0 ? tag == 'a' : tag == 'b')",
    "self.labels.transformMap(k, v, k + v)['x'] == 'xy'",
    "self.name.size() == 4 && 'é'.size() == 1 && 'aéb'.substring(1, 2) == 'é' && self.name.matches('^(?i)KON')",
    "'a,b,c'.split(',', 2)[1] == 'b,c' && 'abc'.indexOf('c') == 2 && 'aba'.replace('a', 'x', 1) == 'xba'",
    "duration('1h30m') == duration('90m') && duration('1500ms') > duration('1s')",
    "self.since < timestamp('2027-01-01T00:00:00Z') && self.since.getFullYear() == 2026",
    "isIP('fd00::1') && !isIP('1.2.3') && isURL('https://a.b:80/c') && url('https://a.b:80/c').getHostname() == 'a.b'",
    "format.dns1123Label().validate('a-b') == optional.none() && format.dns1123Label().validate('A').hasValue()",
    "self.?note.orValue('none') == 'none' && self.?name.hasValue() && optional.of(self).name.hasValue()",
    "sets.contains(self.tags, ['a']) && [3, 1, 2].max() == 3 && [1, 2].isSorted() && [1, 2].sum() == 3",
    "self.inner == {'a': 'b'} && cel.bind(x, self.size, x * x) == 9",
    "type(self.size) == type(1) && int('7') == 7 && string(1.5) == '1.5' && double('1e3') == 1000.0",
  ])('%s', (source) => {
    expect(evaluated(source)).toBe(true);
  });

  it('even if another part fails: false && x, and true || x, on either side', () => {
    expect(evaluated("self.inner.b == 'x' || true")).toBe(true);
    expect(evaluated("self.inner.b == 'x' && false")).toBe(false);
    expect(evaluated("self.words.exists(w, w == 'é' || self.inner.b == 'x')")).toBe(true);
  });
});

describe('failures, as the API server tells them', () => {
  it.each([
    ['self.inner.b', 'no such key: b'],
    ["self.inner.b == 'x' || self.labels.z == 'x'", 'no such key: b'],
    ["self.labels.z == 'x' || self.inner.b == 'x'", 'no such key: z'],
    ["self.words[3] == 'x'", 'index out of bounds: 3'],
    ['1 / (self.size - 3) == 1', 'division by zero'],
    ['9223372036854775807 + self.size > 0', 'integer overflow'],
    ['self.port < 5', 'no such overload'],
    ['self.words.all(w, w == self.inner.b)', 'no such key: b'],
    ["optional.none().value() == 'x'", 'optional.none() dereference'],
    ["int('x') == 1", "type conversion error from 'string' to 'int'"],
  ])('%s', (source, failed) => {
    expect(evaluated(source)).toEqual({ failed });
  });

  it.each([
    [{ size: 'x' }, 'self.size == 1', 'invalid data, expected int, got string'],
    [{ name: 1.5 }, "self.name == 'x'", 'invalid data, expected string, got float64'],
    [
      { words: {} },
      'self.words.size() == 1',
      'invalid data, expected an array for the provided schema with type=array',
    ],
    [{ size: null, name: 'a' }, 'self.size == 1', 'no such key: size'],
  ])('of values of another type, which an old object may have: %j', (self, source, failed) => {
    expect(evaluated(source, self)).toEqual({ failed });
  });
});

describe('what cannot be evaluated here', () => {
  it.each([
    ["quantity('1').isGreaterThan(quantity('2'))", 'the function isGreaterThan is unknown here'],
    ["self.since.getHours('Europe/Berlin') == 1", 'getHours with such arguments is unknown here'],
    ['self.name', 'it gives no boolean'],
    ['self.name ===== 1', 'Unexpected'],
  ])('%s', (source, reason) => {
    expect(evaluated(source)).toEqual({ reason: expect.stringContaining(reason) as string });
  });

  it('ends after so many steps, whatever a CRD asks', () => {
    const self = { words: Array.from({ length: 50 }, () => 'a') };
    const program = programOf("self.words.all(a, self.words.all(b, self.words.all(c, a == c && b != 'x')))");
    const given = { self: typed(self, schema), old: undefined, isOptional: false, budget: new Budget(1000) };
    expect(program.truth(given)).toEqual({ reason: 'it takes more than 1000 steps' });
  });
});

describe('rules about the old value', () => {
  it('say nothing where there is none', () => {
    expect(evaluated('self.size >= oldSelf.size')).toBe('transition');
  });

  it('compare with it', () => {
    expect(evaluated('self.size >= oldSelf.size', object, { size: 4 })).toBe(false);
    expect(evaluated('self.inner == oldSelf.inner', object, { inner: { a: 'b' } })).toBe(true);
  });

  it('see an optional where they ask for one', () => {
    const program = programOf('!oldSelf.hasValue() || oldSelf.value().size == 3');
    const given = { self: typed(object, schema), isOptional: true, budget: new Budget() };
    expect(program.truth({ ...given, old: undefined })).toBe(true);
    expect(program.truth({ ...given, old: typed({ size: 4 }, schema) })).toBe(false);
  });
});
