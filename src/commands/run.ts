import { GatewayGuardError } from '../errors.ts';
import { audit, auditHelp } from './audit.ts';
import { check, checkHelp } from './check.ts';
import { graph, graphHelp } from './graph.ts';
import { listens, listensHelp } from './listens.ts';
import { rules, rulesHelp } from './rules.ts';
import { serve, serveHelp } from './serve.ts';
import { exit, type Terminal } from './terminal.ts';
import { programVersion } from './version.ts';

interface Command {
  readonly help: string;
  run(words: readonly string[], terminal: Terminal): number | Promise<number>;
}

const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['serve', { help: serveHelp, run: serve }],
  ['check', { help: checkHelp, run: check }],
  ['audit', { help: auditHelp, run: audit }],
  ['listens', { help: listensHelp, run: listens }],
  ['graph', { help: graphHelp, run: graph }],
  ['rules', { help: rulesHelp, run: rules }],
]);

const help = `gateway-guard COMMAND

Stops a broken Kong gateway configuration before it exists.

  serve    the admission webhook
  check    the same verdict for files
  audit    the same verdict for what a cluster holds
  listens  what Kong listens on, and who says so
  graph    class, Gateway, listener, route and backend, drawn
  rules    the rules, and what each is about

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
    terminal.err(
      `error: there is no command ${JSON.stringify(name)}; the commands are ${[...commands.keys()].join(', ')}.\n`,
    );
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
    return error.code === 'INPUT' ? exit.input : exit.usage;
  }
}
