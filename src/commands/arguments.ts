import { parseArgs, type ParseArgsConfig } from 'node:util';
import { GatewayGuardError, reasonOf } from '../errors.ts';

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
export function assignmentsOf(values: { readonly set?: string[]; readonly profile?: string }): string[] {
  return [...(values.set ?? []), ...(values.profile === undefined ? [] : [`profile=${values.profile}`])];
}

/** Parses a command's words. Throws GatewayGuardError (USAGE) for what it does not know. */
export function parseWords<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new GatewayGuardError('USAGE', reasonOf(error), { cause: error });
  }
}
