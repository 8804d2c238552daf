import { pino } from 'pino';
import { expect, it } from 'vitest';
import { BoundedLog } from '../../src/server/bounded-log.ts';

it('writes one line a minute for each address and reason, ten in all, and on the next one how many it left out', () => {
  let now = 0;
  const lines: Record<string, unknown>[] = [];
  const log = pino(
    { base: null, timestamp: false },
    { write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>) },
  );
  const bounded = new BoundedLog(log, () => now);
  const warn = (address: string, reason = 'closed'): void =>
    bounded.warn(address, { event: 'tls.failed', reason }, 'x');
  for (let count = 0; count < 1000; count += 1) warn('10.0.0.1');
  warn('10.0.0.1', 'version');
  for (let count = 0; count < 1000; count += 1) warn(`10.0.1.${count}`);
  expect(lines).toHaveLength(10);
  expect(lines.map(({ leftOut }) => leftOut).slice(0, 3)).toEqual([undefined, 999, undefined]);
  expect(lines[0]).toEqual({ level: 40, event: 'tls.failed', reason: 'closed', address: '10.0.0.1', msg: 'x' });
  now = 59_999;
  warn('10.0.0.2');
  expect(lines).toHaveLength(10);
  now = 60_000;
  warn('10.0.0.1');
  warn('10.0.0.3');
  expect(lines.slice(10).map(({ address, leftOut }) => [address, leftOut])).toEqual([
    // 992 of the thousand others, and one before the minute was over.
    ['10.0.0.1', 993],
    ['10.0.0.3', undefined],
  ]);
});
