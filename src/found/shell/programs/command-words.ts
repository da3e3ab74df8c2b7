// Words of a command of the shell, expanded.
import type { Command, CommandArgument, Redirection, Word } from 'unbash'
import { text, unknown, type Environment, type Value } from '../environment.js'
import { expandText, expandWord, symbolOf } from '../words/expand.js'

/** The words of a command as the script has them. */
export const writtenWords = ({ name, args }: Command): readonly string[] => [
  name?.value ?? '',
  ...args.map((arg) => (arg.type === 'Word' ? arg.value : arg.text)),
]

export const argumentWords = ({ args }: Command): readonly Word[] => args.filter((arg) => arg.type === 'Word')

/** Values of words, each known or not: arguments of a function, the list of `for`. */
export const valuesOf = (words: readonly CommandArgument[], environment: Environment): readonly Value[] =>
  words.flatMap((word): readonly Value[] => {
    if (word.type === 'Assignment') return [text(word.text)]
    const expansion = expandWord(word, environment)
    return expansion.ok ? expansion.fields.map(text) : [symbolOf(expansion) ?? unknown(expansion.why)]
  })

/** The file that standard output goes to; undefined for none, and for files like /dev/null. */
export function outputOf(redirects: readonly Redirection[], environment: Environment): Value | undefined {
  const redirect = redirects.find(
    (each) =>
      each.type === 'Redirect' &&
      (each.operator === '>' || each.operator === '>>' || each.operator === '>|') &&
      (each.descriptor === undefined ||
        (each.descriptor.type === 'FileDescriptor' && each.descriptor.value === 1)),
  )
  if (redirect?.type !== 'Redirect' || redirect.target === undefined) return undefined
  const value = expandText(redirect.target, environment)
  return value.kind === 'text' && value.text.startsWith('/dev/') ? undefined : value
}
