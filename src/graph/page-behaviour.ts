/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/**
 * What the page does, run in the reader's browser: the source of this function is written into the page, so it uses nothing from outside itself. Filters, the
 * lines of the box that is chosen, and the keys.
 */
export function behave(): void {
  const all = <T extends Element>(selector: string, within: ParentNode = document): T[] => [
    ...within.querySelectorAll<T>(selector),
  ];
  const control = (name: string): HTMLSelectElement | HTMLInputElement | null =>
    document.querySelector<HTMLSelectElement | HTMLInputElement>(`[name="${name}"]`);
  const valueOf = (name: string): string => control(name)?.value ?? '';
  const count = document.querySelector('#count');
  const panel = document.querySelector('#chosen');

  function filter(): void {
    const [namespace, gateway, rule] = [valueOf('namespace'), valueOf('gateway').toLowerCase(), valueOf('rule')];
    let shown = 0;
    for (const section of all<HTMLDetailsElement>('details.gateway')) {
      const boxes = all<SVGGElement>('.box', section);
      const matching = boxes.filter(
        ({ dataset }) =>
          (namespace === '' || dataset['namespace'] === namespace) &&
          (rule === '' || (dataset['rules'] ?? '').split(' ').includes(rule)),
      );
      const isNamed = (section.dataset['name'] ?? '').toLowerCase().includes(gateway);
      section.hidden = matching.length === 0 || !isNamed;
      if (!section.hidden) shown += 1;
      const isFiltered = namespace !== '' || rule !== '';
      for (const box of boxes) {
        const isStructure = ['class', 'gateway', 'backend'].includes(box.dataset['column'] ?? '');
        box.classList.toggle('dim', isFiltered && !isStructure && !matching.includes(box));
      }
      if (isFiltered && !section.hidden && shown <= 10) section.open = true;
    }
    for (const item of all<HTMLElement>('[data-finding]')) {
      const isIn = namespace === '' || item.dataset['namespace'] === namespace;
      item.hidden = !isIn || (rule !== '' && item.dataset['finding'] !== rule);
    }
    if (count !== null) count.textContent = `${shown} shown`;
    const words = new URLSearchParams();
    for (const [name, value] of Object.entries({ namespace, gateway, rule })) if (value !== '') words.set(name, value);
    history.replaceState(null, '', `#${words.toString()}`);
  }

  function choose(box: SVGGElement): void {
    const svg = box.ownerSVGElement;
    if (svg === null) return;
    for (const other of all('.chosen, .lit')) other.classList.remove('chosen', 'lit');
    for (const other of all<SVGGElement>('.box', svg)) other.setAttribute('tabindex', other === box ? '0' : '-1');
    box.classList.add('chosen');
    const index = box.dataset['index'] ?? '';
    for (const line of all<SVGPathElement>(`path[data-from="${index}"], path[data-to="${index}"]`, svg))
      line.classList.add('lit');
    if (panel !== null) panel.textContent = box.querySelector('title')?.textContent ?? '';
  }

  function neighbour(box: SVGGElement, key: string): SVGGElement | undefined {
    const svg = box.ownerSVGElement;
    if (svg === null) return undefined;
    const boxes = all<SVGGElement>('.box', svg);
    const index = box.dataset['index'] ?? '';
    if (key === 'ArrowUp' || key === 'ArrowDown') {
      const column = boxes.filter(({ dataset }) => dataset['column'] === box.dataset['column']);
      return column[column.indexOf(box) + (key === 'ArrowDown' ? 1 : -1)];
    }
    const [ours, theirs] = key === 'ArrowRight' ? ['from', 'to'] : ['to', 'from'];
    const line = svg.querySelector<SVGPathElement>(`path[data-${ours}="${index}"]`);
    return boxes.find(({ dataset }) => dataset['index'] === line?.dataset[theirs]);
  }

  for (const name of ['namespace', 'gateway', 'rule']) control(name)?.addEventListener('input', filter);
  document.querySelector('form')?.addEventListener('submit', (event) => event.preventDefault());
  document.querySelector('form')?.addEventListener('reset', () => setTimeout(filter));
  document.addEventListener('focusin', ({ target }) => {
    if (target instanceof SVGGElement && target.classList.contains('box')) choose(target);
  });
  document.addEventListener('click', ({ target }) => {
    if (target instanceof Element) target.closest<SVGGElement>('.box')?.focus();
  });
  document.addEventListener('keydown', (event) => {
    const { target, key } = event;
    if (!(target instanceof SVGGElement) || !key.startsWith('Arrow')) return;
    event.preventDefault();
    const next = neighbour(target, key);
    next?.focus();
    next?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  });
  // The first box of each drawing is reached by Tab, the others by the arrows.
  for (const svg of all('svg.graph')) svg.querySelector('.box')?.setAttribute('tabindex', '0');
  for (const [name, value] of new URLSearchParams(location.hash.slice(1))) {
    const field = control(name);
    if (field !== null) field.value = value;
  }
  filter();
}
