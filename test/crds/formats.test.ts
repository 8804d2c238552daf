import { describe, expect, it } from 'vitest';
import { formatOf } from '../../src/crds/formats.ts';

const accepts = (format: string, text: string): boolean | undefined => formatOf(format)?.(text);

describe('formats of texts', () => {
  it.each<[string, string[], string[]]>([
    ['ipv4', ['10.0.0.1', '010.0.0.1', '::ffff:1.2.3.4'], ['10.0.0', '::1', '']],
    ['ipv6', ['::1', 'fd00::1'], ['10.0.0.1', 'fe80::1%eth0']],
    ['cidr', ['10.0.0.0/8', 'fd00::/64'], ['10.0.0.0', '10.0.0.0/33', '10.0.0.0/8/8']],
    ['mac', ['00:00:5e:00:53:01', '0000.5e00.5301', '00-00-5e-00-53-01'], ['00:00:5e:00:53', '00:00-5e:00:53:01']],
    ['uri', ['https://a.b/c', '/a b', 'mailto:x', 'http://[::1]:80/'], ['a/b', '', 'http://a:b/', '/%zz']],
    ['email', ['a@b.c', 'A B <a@b.c>'], ['a', 'a@b@c', 'a b@c']],
    ['hostname', ['a.example', 'localhost'], ['a_b', '-a', `${'a'.repeat(64)}.example`]],
    ['uuid4', ['00000000-0000-4000-8000-000000000000'], ['00000000-0000-3000-8000-000000000000']],
    ['isbn', ['0321751043', '978-0321751041'], ['0321751044']],
    ['creditcard', ['4111 1111 1111 1111'], ['4111 1111 1111 1112']],
    ['byte', ['aGk='], ['aGk', '']],
    ['date', ['2028-02-29'], ['2026-02-29', '2026-2-1', '2026-13-01']],
    ['date-time', ['2026-01-02t03:04:05.6+01:00', '2026-01-02T23:59:59Z'], ['2026-01-02T24:00:00Z', '2026-01-02']],
    ['duration', ['1h30m', '1.5s', '3 days', 'for 2 weeks'], ['1', '', 'h', '5 apples']],
    ['k8s-short-name', ['a-b'], ['a.b', 'A']],
  ])('%s', (format, right, wrong) => {
    expect([
      right.filter((text) => accepts(format, text) !== true),
      wrong.filter((text) => accepts(format, text) !== false),
    ]).toEqual([[], []]);
  });

  it('are not checked if the API server does not know them', () => {
    expect(formatOf('unheard-of')).toBeUndefined();
  });
});
