import type { PlacedFinding, Report } from '../../src/reports/report.ts';

/** A finding as a rule makes it, with what is given in the place of its parts. */
export function placed(more: Partial<PlacedFinding> = {}): PlacedFinding {
  return {
    rule: 'kong-listen-missing',
    enforcement: 'deny',
    object: { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', namespace: 'shop', name: 'edge' },
    path: 'spec.listeners[0].port',
    message: 'Listener "web" asks for HTTP on port 8080.',
    hint: 'Use port 80.',
    related: [],
    source: { file: './a b/gateways.yaml', line: 9, column: 7, text: '      port: 8080' },
    ...more,
  };
}

/** A report of a denial, a warning of the cluster, and a mark whose text is hostile to every format. */
export const mixed: Report = {
  objects: 7,
  findings: [
    placed(),
    placed({ rule: 'route-weights', enforcement: 'warn', path: '', hint: undefined, source: undefined }),
    placed({ rule: 'allowance', enforcement: 'annotate', message: '<b>&"\'|`*\n%::,\u0007 50%', hint: undefined }),
  ],
};
export const empty: Report = { objects: 3, findings: [] };
