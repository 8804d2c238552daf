import { describe, expect, it } from 'vitest';
import { defaultListens, isLoopback, parseListens, type ListenDirective } from '../../src/kong/listens.ts';

const parse = (value: string, directive: ListenDirective = 'proxy_listen'): string[] => {
  const result = parseListens(directive, value);
  return result.error === undefined
    ? result.listens.map(({ address, port, flags }) => [`${address} ${port}`, ...flags.toSorted()].join(' '))
    : [result.error];
};

describe('what Kong takes', () => {
  it.each<[string, string, string[]]>([
    [
      'its default',
      defaultListens.proxy_listen,
      ['0.0.0.0 8000 backlog=16384 reuseport', '0.0.0.0 8443 backlog=16384 http2 reuseport ssl'],
    ],
    [
      'a flag twice, not side by side',
      '0.0.0.0:8443 http2 ssl reuseport backlog=16384 http2',
      ['0.0.0.0 8443 backlog=16384 http2 reuseport ssl'],
    ],
    ['off', 'off', []],
    ['off first, whatever follows', 'off, 0.0.0.0:9000', []],
    ['IPv6', '[::]:8000, [::]:8443 ssl', ['[::] 8000', '[::] 8443 ssl']],
    ['a name that ends in a flag', 'ssl.myname.test:8000', ['ssl.myname.test 8000']],
    ['a name that begins with off', 'offshore.test:9000', ['offshore.test 9000']],
    ['localhost', 'localhost:8000', ['localhost 8000']],
    ['a star', '*:8000', ['* 8000']],
    ['a port of a name, whatever its size', 'localhost:70000', ['localhost 70000']],
    ['keep-alive settings', '0.0.0.0:8000 so_keepalive=30m::10', ['0.0.0.0 8000 so_keepalive=30m::10']],
    ['ipv6only', '[::]:8000 ipv6only=on', ['[::] 8000 ipv6only=on']],
    ['empty entries', '0.0.0.0:8000,,0.0.0.0:8443 ssl,', ['0.0.0.0 8000', '0.0.0.0 8443 ssl']],
    ['flags before the address', 'ssl 0.0.0.0:8443', ['0.0.0.0 8443 ssl']],
    [
      'proxy protocol, deferred, bind',
      '0.0.0.0:1 proxy_protocol deferred bind',
      ['0.0.0.0 1 bind deferred proxy_protocol'],
    ],
    [
      "the chart's rendering",
      '0.0.0.0:8000, [::]:8000, 0.0.0.0:8443 http2 ssl, [::]:8443 http2 ssl',
      ['0.0.0.0 8000', '[::] 8000', '0.0.0.0 8443 http2 ssl', '[::] 8443 http2 ssl'],
    ],
  ])('%s', (_title, value, expected) => {
    expect(parse(value)).toEqual(expected);
  });

  it.each<[string, string, string[]]>([
    ['off by default', defaultListens.stream_listen, []],
    [
      'as the chart renders it',
      '0.0.0.0:9000, [::]:9000, 0.0.0.0:9001 ssl, [::]:9001 ssl',
      ['0.0.0.0 9000', '[::] 9000', '0.0.0.0 9001 ssl', '[::] 9001 ssl'],
    ],
    ['udp', '0.0.0.0:9902 udp reuseport backlog=16384', ['0.0.0.0 9902 backlog=16384 reuseport udp']],
  ])('of streams: %s', (_title, value, expected) => {
    expect(parse(value, 'stream_listen')).toEqual(expected);
  });
});

describe('what Kong refuses', () => {
  it.each([
    ['0.0.0.0:8443 ssl ssl'],
    ['0.0.0.0:9000, off'],
    [''],
    [' , '],
    ['127.0.0.1'],
    ['8000'],
    ['::1:8000'],
    ['[::1:8000'],
    ['0.0.0.0:70000'],
    ['0.0.0:80'],
    ['256.0.0.1:80'],
    ['unix:kong.sock'],
    ['0.0.0.0:80 fastopen=3'],
    ['0.0.0.0:80 transparent'],
    ['0.0.0.0:80 SSL'],
    ['0.0.0.0:80 backlog'],
    ['0.0.0.0:80 backlog=-1'],
    ['0.0.0.0:80 quic'],
    ['0.0.0.0:80 default_server'],
    ['0.0.0.0:80 udp'],
  ])('%j', (value) => {
    expect(parse(value)[0]).toMatch(
      /^proxy_listen must be of form: \[off\] \| <ip>:<port> \[ssl\] \[http2\] \[proxy_protocol\] \[deferred\] \[bind\] \[reuseport\] \[backlog=%d\+\] /,
    );
  });

  it.each([
    ['0.0.0.0:80 http2'],
    ['0.0.0.0:80 deferred'],
    ['0.0.0.0:9902 reuseport backlog=16384 udp", 0.0.0.0:9903 ssl"'],
  ])('of streams: %j', (value) => {
    expect(parse(value, 'stream_listen')[0]).toMatch(
      /^stream_listen must be of form: \[off\] \| <ip>:<port> \[udp\] \[ssl\] /,
    );
  });

  it('and names the entry', () => {
    expect(parse('0.0.0.0:1, 0.0.0.0:2 nonsense')[0]).toContain('"0.0.0.0:2 nonsense" is not');
  });
});

it.each([
  ['127.0.0.1', true],
  ['127.8.0.1', true],
  ['localhost', true],
  ['[::1]', true],
  ['[0:0:0:0:0:0:0:1]', true],
  ['0.0.0.0', false],
  ['[::]', false],
  ['*', false],
  ['10.0.0.1', false],
])('the loopback: %s %s', (address, expected) => {
  expect(isLoopback({ address })).toBe(expected);
});
