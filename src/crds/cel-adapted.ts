import type { ASTNode } from '@marcbachmann/cel-js';

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * A rule as the CEL library runs it like the API server: `has(x[i].f)`, which the library does not know, becomes `("f" in x[i])`, and `matches` one that
 * reads Go's expressions.
 */
export function adapted(source: string, ast: ASTNode): string {
  const edits: Edit[] = [];
  for (const node of nodesOf(ast)) {
    if (node.op === 'rcall' && node.args[0] === 'matches') {
      const [, receiver, [pattern]] = node.args;
      const start = source.lastIndexOf('matches', pattern?.start ?? node.end);
      if (start >= receiver.start) edits.push({ start, end: start + 'matches'.length, text: 'matchesRe2' });
    }
    if (node.op !== 'call' || node.args[0] !== 'has') continue;
    const [selected] = node.args[1];
    if (selected?.op !== '.' || isPlain(selected)) continue;
    const [holder, name] = selected.args;
    edits.push({
      start: node.start,
      end: node.end,
      text: `(${JSON.stringify(name)} in ${source.slice(holder.start, holder.end)})`,
    });
  }
  let result = source;
  for (const { start, end, text: written } of edits.toSorted((one, other) => other.start - one.start)) {
    result = result.slice(0, start) + written + result.slice(end);
  }
  return result;
}

/** The names of variables in an expression. */
export function identifiersIn(ast: ASTNode): Set<string> {
  return new Set([...nodesOf(ast)].flatMap((node) => (node.op === 'id' ? [node.args] : [])));
}

/** Whether a node is a variable, or a field of one, or one below. */
function isPlain(node: ASTNode): boolean {
  if (node.op === 'id') return true;
  return node.op === '.' && isPlain(node.args[0]);
}

function* nodesOf(node: ASTNode): Generator<ASTNode> {
  yield node;
  for (const inner of innerNodes(node.args)) yield* nodesOf(inner);
}

function innerNodes(args: unknown): ASTNode[] {
  if (Array.isArray(args)) return args.flatMap((one) => innerNodes(one));
  return isNode(args) ? [args] : [];
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}
