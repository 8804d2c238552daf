import { expect, it } from 'vitest';
import { readinessOf, reasonsOf, type ServerState } from '../../src/server/readiness.ts';

const ready: ServerState = { isStopping: false, obstacles: [], certificateEnd: 2000, now: 1000, answers: true };

it.each<[string, Partial<ServerState>, string[]]>([
  ['all is well', {}, []],
  [
    'it is stopping, whatever else',
    { isStopping: true, obstacles: ['Gateway: not listed yet'] },
    ['the server is stopping'],
  ],
  [
    'kinds are not listed',
    { obstacles: ['Gateway: not listed yet', 'Service: not listed yet'] },
    ['Gateway: not listed yet', 'Service: not listed yet'],
  ],
  [
    'it has no certificate yet',
    { certificateEnd: undefined, answers: false },
    ['the server is starting: it has no serving certificate yet'],
  ],
  ['its certificate has ended', { now: 2000 }, ['the serving certificate has ended']],
  ['its port does not answer', { answers: false }, ['the TLS port does not answer with the serving certificate']],
])('says why it is not ready when %s', (_title, state, reasons) => {
  expect(reasonsOf({ ...ready, ...state })).toEqual(reasons);
});

it('answers 503 with a line for each reason', () => {
  expect([readinessOf([]), readinessOf(['one', 'two'])]).toEqual([
    { status: 200, text: 'ok\n' },
    { status: 503, text: 'one\ntwo\n' },
  ]);
});
