import { durationOf } from '../../resources/duration.ts';
import { noTimeouts, type RouteRule } from '../../resources/route-rules.ts';
import { exampleRoute } from '../examples.ts';
import { defineRule, type Report } from '../rule.ts';
import { quoted } from '../words.ts';

const within = (request: string, backendRequest: string): string =>
  exampleRoute(
    'HTTPRoute',
    'shop',
    `rules:\n  - timeouts:\n      request: ${request}\n      backendRequest: ${backendRequest}\n`,
  );

export default defineRule({
  id: 'route-timeouts',
  title: "A backend timeout that is longer than the request's, or a timeout that is no duration",
  enforcement: 'deny',
  docs: {
    why: `A call to a backend is a part of the request, so it cannot take longer; the specification forbids such a rule. 0s means no timeout, in both. A
text that is no duration of the Gateway API (one to four numbers with h, m, s or ms) is a warning here, for CRDs refuse it.`,
    wrong: [{ title: 'The backend may take longer than the request', yaml: within('5s', '10s') }],
    right: [{ title: "The backend's part is shorter", yaml: within('10s', '5s') }],
    sources: ['Gateway API, apis/v1/httproute_types.go: HTTPRouteTimeouts', 'Gateway API, GEP-2257: durations'],
  },
  kinds: ['HTTPRoute', 'GRPCRoute'],
  reads: [],
  check: ({ object }) =>
    'rules' in object
      ? object.rules.flatMap(({ timeouts }, index) =>
          timeouts === noTimeouts ? [] : [...judged(timeouts, `spec.rules[${index}].timeouts`)],
        )
      : [],
});

function* judged(timeouts: RouteRule['timeouts'], at: string): Generator<Report> {
  for (const name of ['request', 'backendRequest'] as const) {
    const written = timeouts[name];
    if (written === undefined || durationOf(written) !== undefined) continue;
    yield {
      path: `${at}.${name}`,
      enforcement: 'warn',
      message: `The ${name} timeout ${quoted(written)} is no duration of the Gateway API.`,
      hint: 'Write one to four numbers of at most five digits, each with h, m, s or ms: 10s, 1h30m, 500ms.',
      identity: `${name} ${written}`,
    };
  }
  const { request = '', backendRequest = '' } = timeouts;
  const whole = durationOf(request);
  const part = durationOf(backendRequest);
  // 0s is no timeout: of the request nothing is too long, and a backend's call without one of its own ends with the request.
  if (whole === undefined || part === undefined || whole === 0 || part <= whole) return;
  yield {
    path: `${at}.backendRequest`,
    message: `The backendRequest timeout (${backendRequest}) is longer than the request's (${request}), of which it is a part.`,
    hint: 'Make request the longer of the two, or 0s for none.',
    identity: `${request} ${backendRequest}`,
  };
}
