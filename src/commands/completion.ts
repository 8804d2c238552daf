import { GatewayGuardError } from '../errors.ts';
import { exit, type Terminal } from './terminal.ts';

/** What a shell may complete after a command's name. */
export interface Completable {
  readonly options: Readonly<Record<string, { readonly type: 'string' | 'boolean'; readonly short?: string }>>;
  /** What may stand after an option, by the option's name; files where it is left out. */
  readonly values?: Readonly<Record<string, readonly string[]>>;
  /** What may stand where no option does; files where it is left out. */
  readonly words?: readonly string[];
}

export const shells = ['bash', 'zsh', 'fish'] as const;

export const completionHelp = `gateway-guard completion bash | zsh | fish

Prints what a shell needs to complete commands, options and their values:

  bash  source <(gateway-guard completion bash)
  zsh   source <(gateway-guard completion zsh)
  fish  gateway-guard completion fish | source
`;

/** `gateway-guard completion`. Gives the exit status. */
export function completion(
  words: readonly string[],
  commands: ReadonlyMap<string, Completable>,
  terminal: Terminal,
): number {
  const shell = shells.find((known) => known === words[0]);
  if (shell === undefined) {
    throw new GatewayGuardError('USAGE', `completion needs the shell: ${shells.join(', ')}.`);
  }
  const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript };
  terminal.out(scripts[shell](commands));
  return exit.fine;
}

function flagsOf({ options }: Completable): string[] {
  return [...Object.keys(options).map((name) => `--${name}`), '--help'];
}

/** The values that may follow an option, for each option that has such: its forms (`--output`, `-o`) and the values. */
function valuesOf({
  options,
  values = {},
}: Completable): { readonly forms: string[]; readonly values: readonly string[] }[] {
  return Object.entries(values).map(([name, allowed]) => {
    const short = options[name]?.short;
    return { forms: [`--${name}`, ...(short === undefined ? [] : [`-${short}`])], values: allowed };
  });
}

function bashScript(commands: ReadonlyMap<string, Completable>): string {
  const after = [...commands].flatMap(([name, command]) =>
    valuesOf(command).map(({ forms, values }) => {
      const cases = forms.map((form) => `"${name} ${form}"`).join(' | ');
      return `    ${cases}) COMPREPLY=($(compgen -W "${values.join(' ')}" -- "$word")); return ;;`;
    }),
  );
  const flags = [...commands].map(([name, command]) => `      ${name}) words="${flagsOf(command).join(' ')}" ;;`);
  const words = [...commands].flatMap(([name, command]) =>
    command.words === undefined ? [] : [`    ${name}) words="${command.words.join(' ')}" ;;`],
  );
  return `_gateway_guard() {
  local word="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command="\${COMP_WORDS[1]}" words=""
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${[...commands.keys(), '--help', '--version'].join(' ')}" -- "$word"))
    return
  fi
  case "$command $previous" in
${after.join('\n')}
  esac
  case "$word" in
  -*)
    case "$command" in
${flags.join('\n')}
    esac
    COMPREPLY=($(compgen -W "$words" -- "$word"))
    return
    ;;
  esac
  case "$command" in
${words.join('\n')}
  esac
  if [ -n "$words" ]; then COMPREPLY=($(compgen -W "$words" -- "$word")); else COMPREPLY=($(compgen -f -- "$word")); fi
}
complete -o filenames -F _gateway_guard gateway-guard
`;
}

/** zsh runs the completions of bash. Source: zshcompsys, bashcompinit. */
function zshScript(commands: ReadonlyMap<string, Completable>): string {
  return `autoload -U +X compinit bashcompinit && compinit && bashcompinit\n${bashScript(commands)}`;
}

function fishScript(commands: ReadonlyMap<string, Completable>): string {
  const lines = [...commands].flatMap(([name, command]) => {
    const here = `complete -c gateway-guard -n "__fish_seen_subcommand_from ${name}"`;
    const options = Object.entries(command.options).map(([option, { type, short }]) => {
      const values = command.values?.[option];
      const after = values !== undefined ? ` -x -a "${values.join(' ')}"` : type === 'string' ? ' -r' : '';
      return `${here} -l ${option}${short === undefined ? '' : ` -s ${short}`}${after}`;
    });
    const words = command.words === undefined ? [] : [`${here} -f -a "${command.words.join(' ')}"`];
    return [...options, ...words];
  });
  const names = [...commands.keys()].join(' ');
  return `complete -c gateway-guard -n __fish_use_subcommand -f -a "${names}"\n${lines.join('\n')}\n`;
}
