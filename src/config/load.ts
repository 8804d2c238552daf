import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { GatewayGuardError, reasonOf } from '../errors.ts';
import { field, fields } from '../resources/fields.ts';
import { configSchema, type Config } from './schema.ts';

/** Where single values come from, beside the file. */
export interface ConfigSources {
  /** The configuration file's path; without one every value has its default. */
  readonly file: string | undefined;
  /** `GATEWAY_GUARD_SERVER_PORT=9443` overrides `server.port`; lists are parted by commas. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `server.port=9443`, as `--set` takes it; goes before the environment. */
  readonly assignments: readonly string[];
}

/** Reads the configuration. Throws GatewayGuardError (CONFIGURATION) that names the wrong key and the allowed ones. */
export function loadConfig({ file, environment, assignments }: ConfigSources): Config {
  const data = file === undefined ? {} : readFile(file);
  for (const { path, variable } of settable()) {
    const value = environment[variable];
    if (value !== undefined) assign(data, path, value);
  }
  for (const assignment of assignments) {
    const equals = assignment.indexOf('=');
    const path = assignment.slice(0, Math.max(equals, 0));
    if (!settable().some((known) => known.path === path)) throw unknownKey(path === '' ? assignment : path);
    assign(data, path, assignment.slice(equals + 1));
  }
  const parsed = configSchema.safeParse(data);
  if (!parsed.success) throw new GatewayGuardError('CONFIGURATION', describe(parsed.error, file));
  const { certificateFile, keyFile, clientCaFile, clientNames } = parsed.data.server;
  if (clientNames.length > 0 && clientCaFile === undefined) {
    throw new GatewayGuardError(
      'CONFIGURATION',
      'server.clientNames needs server.clientCaFile: without it no client has a certificate to have a name in.',
    );
  }
  if ((certificateFile === undefined) !== (keyFile === undefined)) {
    throw new GatewayGuardError(
      'CONFIGURATION',
      'server.certificateFile and server.keyFile go together: set both, or none.',
    );
  }
  return parsed.data;
}

interface Settable {
  /** `server.port` */
  readonly path: string;
  /** `GATEWAY_GUARD_SERVER_PORT` */
  readonly variable: string;
  readonly schema: z.ZodType;
}

/** Every single value of the configuration, with the variable that sets it; `rules` has one for each rule only in the file and `--set`. */
export function settable(): Settable[] {
  return leaves(configSchema, []).map(({ path, schema }) => ({
    path,
    schema,
    variable: `GATEWAY_GUARD_${path
      .replaceAll('.', '_')
      .replace(/([a-z])([A-Z])/g, '$1_$2')
      .toUpperCase()}`,
  }));
}

function leaves(schema: z.ZodType, path: readonly string[]): { path: string; schema: z.ZodType }[] {
  const inner = unwrapped(schema);
  if (!(inner instanceof z.ZodObject)) return [{ path: path.join('.'), schema: inner }];
  return Object.entries(inner.shape as Record<string, z.ZodType>).flatMap(([key, value]) =>
    leaves(value, [...path, key]),
  );
}

function unwrapped(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional) {
    return unwrapped(schema.unwrap() as z.ZodType);
  }
  return schema;
}

function readFile(file: string): Record<string, unknown> {
  let data: unknown;
  try {
    data = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new GatewayGuardError('CONFIGURATION', `The configuration ${file} cannot be read: ${reasonOf(error)}`, {
      cause: error,
    });
  }
  if (data === null || data === undefined) return {};
  const record = fields(data);
  if (record === undefined)
    throw new GatewayGuardError('CONFIGURATION', `The configuration ${file} must be a map of keys.`);
  return { ...record };
}

/** Puts a text at a path, as the type of its schema wants it: a number, a list, or the text itself. */
function assign(data: Record<string, unknown>, path: string, value: string): void {
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let record = data;
  for (const key of keys) {
    const copy = { ...fields(field(record, key)) };
    record[key] = copy;
    record = copy;
  }
  record[last] = typed(path, value);
}

function typed(path: string, value: string): unknown {
  const schema = settable().find((known) => known.path === path)?.schema;
  if (schema instanceof z.ZodArray)
    return value
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  if (schema instanceof z.ZodNumber && value.trim() !== '') return Number(value);
  if (takesBoolean(schema) && (value === 'true' || value === 'false')) return value === 'true';
  if (schema instanceof z.ZodRecord) {
    return Object.fromEntries(
      value.split(',').map((item) => item.split('=').map((part) => part.trim()) as [string, string]),
    );
  }
  return value;
}

function takesBoolean(schema: z.ZodType | undefined): boolean {
  if (schema instanceof z.ZodUnion) return schema.options.some((option) => takesBoolean(option as z.ZodType));
  return schema instanceof z.ZodBoolean;
}

function unknownKey(path: string): GatewayGuardError {
  const known = settable().map((leaf) => leaf.path);
  return new GatewayGuardError(
    'USAGE',
    `There is no setting "${path}". The settings are ${known.join(', ')}; set one with --set key=value.`,
  );
}

function describe(error: z.ZodError, file: string | undefined): string {
  const lines = error.issues.map((issue) => {
    const place = issue.path.join('.');
    if (issue.code === 'unrecognized_keys') {
      const wrong = issue.keys.map((key) => [...issue.path, key].join('.')).join(', ');
      return `unknown key ${wrong}; allowed here: ${keysAt(issue.path).join(', ')}`;
    }
    if (issue.code === 'invalid_key') return `${place}: ${issue.issues[0]?.message ?? issue.message}`;
    return `${place}: ${issue.message}`;
  });
  return `The configuration${file === undefined ? '' : ` ${file}`} is wrong: ${lines.join('; ')}.`;
}

function keysAt(path: readonly PropertyKey[]): string[] {
  let schema: z.ZodType = configSchema;
  for (const key of path) {
    const inner = unwrapped(schema);
    if (inner instanceof z.ZodArray) {
      schema = inner.element as z.ZodType;
      continue;
    }
    if (!(inner instanceof z.ZodObject)) return [];
    schema = (inner.shape as Record<string, z.ZodType>)[String(key)] ?? schema;
  }
  const inner = unwrapped(schema);
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}
