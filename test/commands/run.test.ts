import { describe, expect, it } from 'vitest';
import { commandLine } from '../support/terminal.ts';

describe('what is misspelled is answered with what was meant', () => {
  it.each([
    [['chekc'], 'there is no command "chekc"; did you mean check?'],
    [['listen'], 'there is no command "listen"; did you mean listens?'],
    [['frobnicate'], 'the commands are serve, check, audit, listens, graph, rules, completion.'],
    [['check', '--agianst', 'x'], 'There is no option --agianst; did you mean --against?'],
    [['check', '--frobnicate'], 'There is no option --frobnicate; --help lists them.'],
    [['check', '-z'], 'There is no option -z; --help lists them.'],
    [['check', '--config'], "Option '-c, --config <value>' argument missing."],
  ])('%j', async (words, message) => {
    const { status, out, err } = await commandLine(words);
    expect([status, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });
});
