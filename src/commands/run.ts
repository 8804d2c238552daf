import { GatewayGuardError } from '../errors.ts';
import { closest } from '../resources/closest.ts';
import { rules as catalogue } from '../rules/index.ts';
import { audit, auditHelp, auditOptions } from './audit.ts';
import { check, checkHelp, checkOptions } from './check.ts';
import { completion, completionHelp, shells, type Completable } from './completion.ts';
import { graph, graphFormats, graphHelp, graphOptions } from './graph.ts';
import { forms, listens, listensFormats, listensHelp, listensOptions } from './listens.ts';
import { formats, levels } from './report-options.ts';
import { rules, rulesFormats, rulesHelp, rulesOptions } from './rules.ts';
import { serve, serveHelp, serveOptions } from './serve.ts';
import { exit, exitOf, type Terminal } from './terminal.ts';
import { programVersion } from './version.ts';

interface Command extends Completable {
  readonly help: string;
  run(words: readonly string[], terminal: Terminal): number | Promise<number>;
}

const reports = { output: Object.keys(formats), 'fail-on': levels };

const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['serve', { help: serveHelp, options: serveOptions, run: serve }],
  ['check', { help: checkHelp, options: checkOptions, values: reports, run: check }],
  ['audit', { help: auditHelp, options: auditOptions, values: reports, run: audit }],
  [
    'listens',
    {
      help: listensHelp,
      options: listensOptions,
      values: { output: Object.keys(listensFormats), as: Object.keys(forms) },
      run: listens,
    },
  ],
  ['graph', { help: graphHelp, options: graphOptions, values: { output: Object.keys(graphFormats) }, run: graph }],
  [
    'rules',
    {
      help: rulesHelp,
      options: rulesOptions,
      values: { output: Object.keys(rulesFormats) },
      words: catalogue.map(({ id }) => id),
      run: rules,
    },
  ],
  [
    'completion',
    {
      help: completionHelp,
      options: {},
      words: shells,
      run: (words, terminal) => completion(words, commands, terminal),
    },
  ],
]);

const help = `gateway-guard COMMAND

Stops a broken Kong gateway configuration before it exists.

  serve       the admission webhook
  check       the same verdict for files
  audit       the same verdict for what a cluster holds
  listens     what Kong listens on, and who says so
  graph       class, Gateway, listener, route and backend, drawn
  rules       the rules, and what each is about
  completion  what a shell needs to complete all this

\`gateway-guard COMMAND --help\` says more; \`gateway-guard --version\` says which one this is.
`;

/** Runs a command line (without the program's own name) and gives the exit status. Never throws for what a user did. */
export async function run(words: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = words;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    terminal.out(help);
    return name === undefined ? exit.usage : exit.fine;
  }
  if (name === '--version' || name === 'version') {
    terminal.out(`gateway-guard ${programVersion()}\n`);
    return exit.fine;
  }
  const command = commands.get(name);
  if (command === undefined) {
    const meant = closest(name, [...commands.keys()]);
    const way = meant === undefined ? `the commands are ${[...commands.keys()].join(', ')}.` : `did you mean ${meant}?`;
    terminal.err(`error: there is no command ${JSON.stringify(name)}; ${way}\n`);
    return exit.usage;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    terminal.out(command.help);
    return exit.fine;
  }
  try {
    return await command.run(rest, terminal);
  } catch (error) {
    if (!(error instanceof GatewayGuardError)) throw error;
    terminal.err(`error: ${error.message}\n`);
    return exitOf(error);
  }
}
