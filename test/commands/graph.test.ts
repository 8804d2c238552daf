import { XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { gatewayWith, kongWith } from '../support/kong.ts';
import { commandLine } from '../support/terminal.ts';

const route = (name: string, spec: string): string =>
  `apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: ${name}}\nspec: {${spec}}\n---\n`;
const service = 'apiVersion: v1\nkind: Service\nmetadata: {name: shop}\nspec: {ports: [{port: 80}]}\n---\n';
const backend = 'rules: [{backendRefs: [{name: shop, port: 80}]}]';
const edge = gatewayWith('edge', ['protocol: HTTP, port: 80, hostname: "*.example.com"', 'protocol: TCP, port: 1']);
const all =
  kongWith() +
  service +
  edge +
  route('good', `parentRefs: [{name: edge}], hostnames: [a.example.com], ${backend}`) +
  route('loose', `parentRefs: [{name: edge}], hostnames: [a.example.org], ${backend}`) +
  route('orphan', `parentRefs: [{name: nowhere}], ${backend}`) +
  route(
    'lost',
    'parentRefs: [{name: edge}], hostnames: [b.example.com], rules: [{backendRefs: [{name: gone, port: 80}]}]',
  );

const draw = async (format: string, yaml = all): Promise<string> => {
  const { status, out, err } = await commandLine(['graph', '-o', format, '-'], yaml);
  expect([status, err]).toEqual([0, '']);
  return out;
};

describe('gateway-guard graph -o mermaid', () => {
  it('draws class, Gateway, listener, chain, route and backend, with findings where they are', async () => {
    const lines = (await draw('mermaid')).split('\n').map((line) => line.trim());
    const nodes = new Map(
      lines.flatMap((line) => {
        const found = /^(n\d+)\["([^"]*)"\](?::::(\w+))?$/.exec(line);
        return found === null
          ? []
          : [[found[1], `${found[2] ?? ''}${found[3] === undefined ? '' : ` (${found[3]})`}`] as const];
      }),
    );
    const edges = lines.flatMap((line) => {
      const found = /^(n\d+) (-->|-\.->|-\.-) (n\d+)$/.exec(line);
      return found === null ? [] : [`${nodes.get(found[1]) ?? ''} ${found[2] ?? ''} ${nodes.get(found[3]) ?? ''}`];
    });
    expect(lines[0]).toBe('flowchart LR');
    expect(edges).toEqual([
      'GatewayClass kong --> Gateway default/edge',
      'Gateway default/edge --> l0: HTTP 80 *.example.com',
      'l0: HTTP 80 *.example.com -.- Service kong/kong-proxy:80 (kong)',
      'Service kong/kong-proxy:80 (kong) -.- port 8000 (kong)',
      'port 8000 (kong) -.- 0.0.0.0:8000 (kong)',
      'Gateway default/edge --> l1: TCP 1 (deny)',
      'l1: TCP 1 (deny) -.- Service kong/kong-proxy (kong)',
      'Service kong/kong-proxy (kong) -.- no port 1/TCP (deny)',
      'l0: HTTP 80 *.example.com --> HTTPRoute default/good a.example.com',
      'HTTPRoute default/good a.example.com --> default/shop:80',
      'l0: HTTP 80 *.example.com --> HTTPRoute default/lost b.example.com (warn)',
      'HTTPRoute default/lost b.example.com (warn) --> default/gone:80 (missing)',
      'Gateway default/edge -.-> HTTPRoute default/loose a.example.org (not attached: NoMatchingListenerHostname) (warn)',
      'HTTPRoute default/loose a.example.org (not attached: NoMatchingListenerHostname) (warn) --> default/shop:80',
    ]);
    expect([...nodes.values()]).toContain(
      'HTTPRoute default/orphan (not attached: its parent does not exist) (missing)',
    );
  });

  it('keeps names from breaking out of their boxes', async () => {
    const found = await draw('mermaid', edge.replace('name: edge', `name: 'x"] --> n9["evil'`));
    expect(found).toContain('Gateway default/x#34;#93; --#62; n9#91;#34;evil');
  });
});

describe('gateway-guard graph -o svg', () => {
  it('is well-formed, with the words of findings for those who do not see it', async () => {
    const found = await draw('svg');
    expect(XMLValidator.validate(found)).toBe(true);
    expect(found).toContain(
      'aria-label="Listener l1, TCP 1, Service kong/kong-proxy, no port 1/TCP\ndeny kong-listen-missing: ',
    );
  });

  it('says so where there is no Gateway', async () => {
    expect(await draw('svg', kongWith())).toContain('There is no Gateway.');
  });
});

describe('gateway-guard graph -o html', () => {
  it('needs nothing beside itself, and keeps names from becoming markup', async () => {
    const evil = `</script><img src=x onerror=alert(1)>`;
    const found = await draw('html', all + gatewayWith(JSON.stringify(evil), ['protocol: HTTP, port: 80']));
    expect(found).not.toContain(evil);
    expect(found).toContain('default/&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;');
    expect(found.match(/(?:src|href)="?[^"> ]*/g)?.filter((one) => !one.includes('src=x')) ?? []).toEqual([]);
  });

  it('lists what is not drawn: orphans, and findings of other objects', async () => {
    const found = await draw('html');
    expect(found).toContain('<h2>Routes whose parent does not exist</h2>');
    expect(found).toContain('<strong>HTTPRoute default/orphan</strong> warn <code>route-parent</code>');
    const classes = await draw('html', kongWith().replace('konghq.com/gatewayclass-unmanaged: "true"', 'a: b'));
    expect(classes).toContain('<h2>Findings of other objects</h2>');
  });
});

describe('gateway-guard graph', () => {
  it.each([
    [['graph'], 2, 'Nothing to draw'],
    [['graph', '-', '-o', 'png'], 2, '-o png: the formats are html, svg, mermaid.'],
    [['graph', '-', '-o', 'svg=/nowhere/at/all.svg'], 2, '/nowhere/at/all.svg cannot be written'],
    [['graph', '/nowhere'], 3, '/nowhere: cannot be read'],
  ])('%j ends with %i', async (words, status, message) => {
    const outcome = await commandLine(words);
    expect([outcome.status, outcome.err]).toEqual([status, expect.stringContaining(message)]);
  });

  it('draws shadowed routes loosely', async () => {
    const twin = (name: string): string =>
      route(name, `parentRefs: [{name: edge}], hostnames: [a.example.com], ${backend}`);
    const found = await draw('svg', kongWith() + service + edge + twin('first') + twin('second'));
    expect(found.match(/shadowed by an older route/g)?.length).toBeGreaterThan(0);
    expect(found).toContain('class="loose"');
  });
});
