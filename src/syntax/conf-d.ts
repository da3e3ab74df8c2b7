// Assignments of a file in /etc/conf.d: lists of lines in double quotes, since the file is sourced by any POSIX shell.

/**
 * What a value may hold: a shell does nothing to these within double quotes. Bash's arrays would be a syntax error
 * to dash, and would end the whole file (netifrc: net.lo, _get_array).
 */
const PLAIN = /^[A-Za-z0-9 ._:/,@+!-]+$/

/** Why the value cannot stand in such a file; undefined when it can. */
export const valueProblem = (value: string): string | undefined =>
  PLAIN.test(value)
    ? undefined
    : 'the file is sourced by a shell as root: letters, digits, blanks and ._:/,@+!- only'

const checked = (value: string): string => {
  const problem = valueProblem(value)
  if (problem !== undefined) throw new Error(`${JSON.stringify(value)}: ${problem}`)
  return value
}

/** shell_var of OpenRC: every byte that is not alphanumeric becomes an underscore, so names can meet. */
export const variablePart = (name: string): string => name.replace(/[^A-Za-z0-9]/g, '_')

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

const checkedName = (name: string): string => {
  if (!NAME.test(name)) throw new Error(`not the name of a variable: ${JSON.stringify(name)}`)
  return name
}

/** `name="one line⏎next line"`, as lines of text. Throws on what cannot be written: callers have asked `valueProblem`. */
export const assignment = (name: string, values: readonly string[]): readonly string[] =>
  `${checkedName(name)}="${values.map(checked).join('\n')}"`.split('\n')

/** A list with each entry on a line of its own, so that another entry changes no line; netifrc drops blank lines. */
export const listAssignment = (name: string, values: readonly string[]): readonly string[] => [
  `${checkedName(name)}="`,
  ...values.map(checked),
  '"',
]

/** The same behind what the variable holds already. */
export const extension = (name: string, values: readonly string[]): readonly string[] => [
  `${checkedName(name)}="\${${name}-}`,
  ...values.map(checked),
  '"',
]

/** `name="${name:-value}"`: the value, unless someone has set another. */
export const fallback = (name: string, value: string): readonly string[] => [
  `${checkedName(name)}="\${${name}:-${checked(value)}}"`,
]
