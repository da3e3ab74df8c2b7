// Assignments in /etc/conf.d files, which POSIX shells source: lists are lines in double quotes.

/**
 * Characters that a shell leaves alone in double quotes. Bash arrays would be a syntax error in dash and end the whole
 * file (netifrc: net.lo, _get_array).
 */
const PLAIN = /^[A-Za-z0-9 ._:/,@+!-]+$/

/** Why the value cannot be written; undefined if it can. */
export const valueProblem = (value: string): string | undefined =>
  PLAIN.test(value)
    ? undefined
    : 'the file is sourced by a shell as root: letters, digits, blanks and ._:/,@+!- only'

const checked = (value: string): string => {
  const problem = valueProblem(value)
  if (problem !== undefined) throw new Error(`${JSON.stringify(value)}: ${problem}`)
  return value
}

/** shell_var of OpenRC: every byte that is not alphanumeric becomes an underscore, so names can collide. */
export const variablePart = (name: string): string => name.replace(/[^A-Za-z0-9]/g, '_')

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

const checkedName = (name: string): string => {
  if (!NAME.test(name)) throw new Error(`not the name of a variable: ${JSON.stringify(name)}`)
  return name
}

/** `name="one line⏎next line"`, as lines. Throws for invalid values: callers check with `valueProblem`. */
export const assignment = (name: string, values: readonly string[]): readonly string[] =>
  `${checkedName(name)}="${values.map(checked).join('\n')}"`.split('\n')

/** A list with one entry on each line, so that another entry changes no other line. netifrc drops blank lines. */
export const listAssignment = (name: string, values: readonly string[]): readonly string[] => [
  `${checkedName(name)}="`,
  ...values.map(checked),
  '"',
]

/** Appends a list to the value of the variable. */
export const extension = (name: string, values: readonly string[]): readonly string[] => [
  `${checkedName(name)}="\${${name}-}`,
  ...values.map(checked),
  '"',
]

/** `name="${name:-value}"`: sets the value if the variable is empty. */
export const fallback = (name: string, value: string): readonly string[] => [
  `${checkedName(name)}="\${${name}:-${checked(value)}}"`,
]
