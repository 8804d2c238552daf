import { parseArgs, type ParseArgsConfig } from 'node:util';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { GatewayGuardError, reasonOf } from '../errors.ts';
import { closest } from '../resources/closest.ts';
import type { Terminal } from './terminal.ts';

/** The options that every command with a configuration takes. */
export const configOptions = {
  config: { type: 'string', short: 'c' },
  set: { type: 'string', multiple: true },
  profile: { type: 'string' },
} as const;

export const configHelp = `  -c, --config FILE   configuration file (GATEWAY_GUARD_CONFIG)
      --set KEY=VALUE override one value, such as server.port=9443; also GATEWAY_GUARD_SERVER_PORT=9443
      --profile NAME  default, strict or observe
`;

/** The `--set` assignments and the shorthands that stand for one. */
function assignmentsOf(values: { readonly set?: string[]; readonly profile?: string }): string[] {
  return [...(values.set ?? []), ...(values.profile === undefined ? [] : [`profile=${values.profile}`])];
}

/**
 * The configuration that a command's options and surroundings name; `defaults` are assignments that its own `--set` goes before. Throws
 * GatewayGuardError as loadConfig does.
 */
export function configOf(
  values: { readonly config?: string; readonly set?: string[]; readonly profile?: string },
  environment: Terminal['environment'],
  defaults: readonly string[] = [],
): Config {
  const named = values.config ?? environment['GATEWAY_GUARD_CONFIG'];
  const file = named === '' ? undefined : named;
  return loadConfig({ file, environment, assignments: [...defaults, ...assignmentsOf(values)] });
}

/** The format of a name. Throws GatewayGuardError (USAGE) that says which there are. */
export function formatOf<T>(formats: Readonly<Record<string, T>>, name: string): T {
  const format = Object.hasOwn(formats, name) ? formats[name] : undefined;
  if (format !== undefined) return format;
  throw new GatewayGuardError('USAGE', `-o ${name}: the formats are ${Object.keys(formats).join(', ')}.`);
}

/** Parses a command's words. Throws GatewayGuardError (USAGE) for what it does not know. */
export function parseWords<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    const unknown = /^Unknown option '(-[^']*)'/.exec(reasonOf(error))?.[1];
    const message = unknown === undefined ? `${reasonOf(error)}.` : unknownOption(unknown, config);
    throw new GatewayGuardError('USAGE', message, { cause: error });
  }
}

function unknownOption(written: string, { options = {} }: ParseArgsConfig): string {
  const meant = closest(written.replace(/^-+/, ''), Object.keys(options));
  return `There is no option ${written}; ${meant === undefined ? '--help lists them.' : `did you mean --${meant}?`}`;
}
