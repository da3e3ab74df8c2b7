// Command substitution: commands whose output follows from the text.
import type { Command, ParsedScript } from 'unbash'

/** The output of `$(…)`; undefined if it is not known. `expand` gives the words of a command with known values. */
export function knownOutput(
  script: ParsedScript | undefined,
  expand: (command: Command) => readonly string[] | undefined,
): string | undefined {
  const [statement, ...others] = script?.commands ?? []
  const command = statement?.command
  if (others.length > 0) return undefined
  if (command?.type === 'AndOr') return workingFolder(command.commands, expand)
  if (command?.type !== 'Command' || command.redirects.some(({ type }) => type !== 'Redirect'))
    return undefined
  const words = expand(command)
  return words === undefined ? undefined : outputOf(words)
}

/** `cd FOLDER && pwd`. */
function workingFolder(
  commands: readonly { readonly type: string }[],
  expand: (command: Command) => readonly string[] | undefined,
): string | undefined {
  const [cd, pwd, ...others] = commands
    .filter((each): each is Command => each.type === 'Command')
    .map((each) => expand(each))
  if (commands.length !== 2 || others.length > 0) return undefined
  const [program, folder, ...more] = cd?.filter((field) => field !== '--') ?? []
  const isPwd = pwd?.[0] === 'pwd'
  return program === 'cd' &&
    isPwd &&
    more.length === 0 &&
    folder?.startsWith('/') === true &&
    !folder.includes('..')
    ? folder
    : undefined
}

function outputOf(fields: readonly string[]): string | undefined {
  const [program, ...args] = fields
  const plain = args.filter((arg) => !arg.startsWith('-'))
  const [first = '', second, third] = plain
  switch (program) {
    case 'which':
      return plain.length === 1 ? first : undefined
    case 'command':
    case 'type':
      return args.length === 2 && /^-[vp]$/.test(args[0] ?? '') ? first : undefined
    case 'id':
      return args.length === 1 && args[0] === '-u' ? '0' : undefined
    case 'whoami':
      return 'root'
    case 'echo':
      return args.length === plain.length ? args.join(' ') : undefined
    case 'dirname':
      return plain.length === 1 && first.includes('/') ? first.replace(/\/[^/]*$/, '') || '/' : undefined
    case 'basename': {
      if (plain.length === 0) return undefined
      const name = first.replace(/^.*\//, '')
      return second !== undefined && name.endsWith(second) ? name.slice(0, -second.length) : name
    }
    case 'readlink':
    case 'realpath':
      return plain.length === 1 && first.startsWith('/') ? first : undefined
    case 'seq':
      return third === undefined && args.length === plain.length ? sequence(first, second) : undefined
    default:
      return undefined
  }
}

const MAX_SEQUENCE = 1000

function sequence(first: string, last: string | undefined): string | undefined {
  const [from, to] = last === undefined ? [1, Number(first)] : [Number(first), Number(last)]
  if (!Number.isInteger(from) || !Number.isInteger(to) || to - from >= MAX_SEQUENCE) return undefined
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index).join('\n')
}
