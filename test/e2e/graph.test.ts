import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gatewayWith, kongWith } from '../support/kong.ts';
import { commandLine } from '../support/terminal.ts';
import { requiredPath } from './control-plane.ts';

const program = requiredPath('CHROMIUM', 'the program chromium, a browser');
const folder = mkdtempSync(join(tmpdir(), 'gateway-guard-graph-'));
let browser: Browser;
const requests: string[] = [];
const mistakes: string[] = [];

const route = (
  name: string,
  gateway: string,
  namespace: string,
  hostname: string,
): string => `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  parentRefs: [{name: ${gateway}, namespace: default}]
  hostnames: [${hostname}]
  rules: [{backendRefs: [{name: gone, port: 80}]}]
---
`;
const open = 'allowedRoutes: {namespaces: {from: All}}';
const few =
  kongWith() +
  gatewayWith('good', [`protocol: HTTP, port: 80, hostname: '*.example.com', ${open}`]) +
  gatewayWith('bad', [`protocol: HTTP, port: 8080, hostname: '*.example.org', ${open}`]) +
  route('one', 'good', 'shop', 'one.example.com') +
  route('two', 'bad', 'office', 'two.example.org');

beforeAll(async () => {
  browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox'] });
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

async function pageOf(yaml: string, scheme: 'light' | 'dark' = 'light', hash = ''): Promise<Page> {
  const file = join(folder, 'graph.html');
  const { status, out } = await commandLine(['graph', '--set', 'rules=kong-single-gateway=off', '-'], yaml);
  expect(status).toBe(0);
  writeFileSync(file, out);
  const page = await browser.newPage({ colorScheme: scheme });
  page.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => mistakes.push(error.message));
  page.on('console', (message) => mistakes.push(message.text()));
  await page.goto(`${pathToFileURL(file).href}${hash}`);
  return page;
}

const shown = (page: Page): Promise<string[]> =>
  page.locator('details.gateway:visible summary strong').allTextContents();

describe('the page in a browser', () => {
  it('asks for nothing but itself, and makes no mistakes', async () => {
    const page = await pageOf(few);
    expect(await shown(page)).toEqual(['default/bad', 'default/good']);
    expect(requests.every((url) => url.startsWith('file://'))).toBe(true);
    expect(mistakes).toEqual([]);
    await page.close();
  });

  it('filters by namespace, Gateway and rule, keeps the filter in its address, and lets go of it', async () => {
    const page = await pageOf(few);
    await page.getByLabel('Namespace').selectOption('shop');
    expect(await shown(page)).toEqual(['default/good']);
    await page.getByRole('button', { name: 'All', exact: true }).click();
    await expect.poll(() => shown(page)).toEqual(['default/bad', 'default/good']);
    await page.getByRole('searchbox').fill('BAD');
    expect(await shown(page)).toEqual(['default/bad']);
    await page.getByRole('searchbox').fill('');
    await page.getByLabel('Rule').selectOption('kong-listen-missing');
    expect(await shown(page)).toEqual(['default/bad']);
    expect(page.url()).toContain('#rule=kong-listen-missing');
    await page.close();
    const again = await pageOf(few, 'light', '#rule=kong-listen-missing');
    expect(await shown(again)).toEqual(['default/bad']);
    await again.close();
  });

  it('is walked through by keys, and tells what is found of the box that is chosen', async () => {
    const page = await pageOf(few);
    const chosen = page.locator('#chosen');
    await page.locator('.box').first().focus();
    await page.keyboard.press('ArrowRight');
    expect(await chosen.textContent()).toContain('Gateway default/bad');
    await page.keyboard.press('ArrowRight');
    expect(await chosen.textContent()).toContain('deny kong-listen-missing: Listener "l0" asks for HTTP on port 8080');
    await page.keyboard.press('ArrowRight');
    expect(await chosen.textContent()).toContain('Route HTTPRoute office/two, two.example.org');
    await page.keyboard.press('ArrowLeft');
    expect(await page.locator('.chosen').getAttribute('class')).toContain('listener');
    expect(await page.locator('path.lit').count()).toBe(2);
    await page.close();
  });

  it('is reached by Tab alone', async () => {
    const page = await pageOf(few);
    for (let presses = 0; presses < 10; presses += 1) {
      await page.keyboard.press('Tab');
      if ((await page.locator('.chosen').count()) > 0) break;
    }
    expect(await page.locator('.chosen').count()).toBe(1);
    await page.close();
  });

  it.each([
    ['light', 'rgb(255, 255, 255)', 'rgb(27, 35, 48)'],
    ['dark', 'rgb(23, 27, 34)', 'rgb(230, 233, 239)'],
  ] as const)('has a %s look', async (scheme, paper, ink) => {
    const page = await pageOf(few, scheme);
    const colours = await page.evaluate(() => [
      getComputedStyle(document.querySelector('.box rect') ?? document.body).fill,
      getComputedStyle(document.body).color,
    ]);
    expect(colours).toEqual([paper, ink]);
    await page.close();
  });

  it('shows 200 Gateways and 2,000 routes folded, and opens what a filter leaves', async () => {
    const gateways = Array.from({ length: 200 }, (_, index) =>
      gatewayWith(`edge-${index}`, [`protocol: HTTP, port: 80, hostname: '*.g${index}.example.com', ${open}`]),
    );
    const routes = Array.from({ length: 2000 }, (_, index) =>
      route(`r${index}`, `edge-${index % 200}`, `team-${index % 40}`, `r${index}.g${index % 200}.example.com`),
    );
    const page = await pageOf(kongWith() + gateways.join('') + routes.join(''));
    expect(await page.locator('details.gateway').count()).toBe(200);
    expect(await page.locator('details.gateway[open]').count()).toBe(0);
    await page.getByLabel('Namespace').selectOption('team-7');
    expect(await page.locator('#count').textContent()).toBe('5 shown');
    expect(await page.locator('details.gateway[open]').count()).toBe(5);
    expect(await page.locator('details.gateway[open] .box.route:not(.dim)').count()).toBe(50);
    expect(mistakes).toEqual([]);
    await page.close();
  });
});
