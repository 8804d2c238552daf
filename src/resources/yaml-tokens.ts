import { Lexer, Parser, type CST } from 'yaml';

/** What the lexer of yaml 2.9 has inside: how far the next line must be indented, and the steps in which that is looked at. */
interface LexerInside {
  indentNext: number;
  parseFlowCollection: Step;
  parseQuotedScalar: Step;
}

type Step = (this: LexerInside) => Generator<string, unknown>;

/**
 * The tokens of a text. Within brackets and quotes, lines need no indentation: YAML 1.2 asks for it, but kubectl does not, and would read what the
 * library refuses. `onNewLine` is given the offset of each line.
 */
export function* tokensOf(text: string, onNewLine: (offset: number) => void): Generator<CST.Token, void> {
  const lexer = new Lexer();
  // Nothing public tells the lexer so; that it does is what the comparison with kubectl tests.
  const inside = lexer as unknown as LexerInside;
  inside.parseFlowCollection = anyIndent(inside.parseFlowCollection);
  inside.parseQuotedScalar = anyIndent(inside.parseQuotedScalar);
  const parser = new Parser(onNewLine);
  onNewLine(0);
  for (const lexeme of lexer.lex(text)) yield* parser.next(lexeme);
  yield* parser.end();
}

function anyIndent(step: Step): Step {
  return function* anyIndented() {
    const indent = this.indentNext;
    this.indentNext = 0;
    const next = yield* step.call(this);
    this.indentNext = indent;
    return next;
  };
}
