// Completion protocol: the words typed so far → candidates, for the scripts of the shells beside this file.
// Readline also splits words at `=` and `:`; the script of bash joins them, and replaces only the part after the last.
import { commands, helpCommand, splitCommand } from '../commands.js'
import { optionNamed, optionsOf, type Candidate, type Option, type Usage } from '../usage/usage.js'

/**
 * `words` follow `multihome`; the last one is at the cursor and may be empty. The answer has a candidate per line,
 * `VALUE<TAB>DESCRIPTION`, and a last line: `:files` or `:folders` if the shell completes paths, else `:none`.
 */
export async function completionsOf(words: readonly string[]): Promise<string> {
  const current = words.at(-1) ?? ''
  const { candidates, further } = await answer(words.slice(0, -1), current)
  const lines = candidates
    .filter(({ value }) => value.startsWith(current))
    .map(({ value, describe }) => (describe === undefined ? value : `${value}\t${describe}`))
  return [...lines, `:${further}`].map((line) => `${line}\n`).join('')
}

interface Answer {
  readonly candidates: readonly Candidate[]
  readonly further: 'files' | 'folders' | 'none'
}

const only = (candidates: readonly Candidate[]): Answer => ({ candidates, further: 'none' })

async function answer(before: readonly string[], current: string): Promise<Answer> {
  const [name, rest] = splitCommand(before)
  if (name === undefined || (name === helpCommand.name && positionalCount({}, rest) === 0))
    return answerFor({ positionals: { command: { describe: '', completes: commandNames } } }, rest, current)
  const command = commands.find((each) => each.name === name)
  return command === undefined ? only([]) : answerFor((await command.load()).usage, rest, current)
}

const commandNames = async (): Promise<readonly Candidate[]> =>
  [...commands, helpCommand].map(({ name, describe }) => ({ value: name, describe }))

/** `before`: the words of the command, without its name. */
async function answerFor(usage: Usage, before: readonly string[], current: string): Promise<Answer> {
  const isPlain = before.includes('--')
  const assigned = isPlain ? undefined : /^(--[^=]+=)(.*)$/.exec(current)
  if (assigned !== undefined && assigned !== null) {
    const [, prefix = '', value = ''] = assigned
    return withPrefix(prefix, await optionValues(usage, prefix.slice(0, -1), value))
  }
  const previous = before.at(-1) ?? ''
  if (!isPlain && optionNamed(usage, previous)?.[1].type === 'string')
    return optionValues(usage, previous, current)
  if (!isPlain && current.startsWith('-')) return only(optionNames(usage, before, current))
  const positionals = Object.values(usage.positionals ?? {})
  const positional =
    positionals[positionalCount(usage, before)] ??
    (positionals.at(-1)?.array === true ? positionals.at(-1) : undefined)
  return valuesOf(positional)
}

async function optionValues(usage: Usage, dashed: string, value: string): Promise<Answer> {
  const option = optionNamed(usage, dashed)?.[1]
  if (option === undefined) return only([])
  const found = await valuesOf(option)
  // A list may be joined by commas; its values are not offered again.
  const list = option.array === true ? value.split(',').slice(0, -1) : []
  if (list.length === 0) return found
  return withPrefix(
    `${list.join(',')},`,
    only(found.candidates.filter((candidate) => !list.includes(candidate.value))),
  )
}

async function valuesOf({
  completes,
  choices = [],
}: Pick<Option, 'completes' | 'choices'> = {}): Promise<Answer> {
  if (completes === 'files' || completes === 'folders') return { candidates: [], further: completes }
  if (completes !== undefined) return only(await completes())
  return only(choices.map((value) => ({ value })))
}

const withPrefix = (prefix: string, { candidates, further }: Answer): Answer => ({
  candidates: candidates.map((candidate) => ({ ...candidate, value: `${prefix}${candidate.value}` })),
  further,
})

/** Long names, and short ones after a single dash, without options that are given already. */
function optionNames(usage: Usage, before: readonly string[], current: string): readonly Candidate[] {
  return Object.entries(optionsOf(usage)).flatMap(
    ([name, { alias, array, describe }]): readonly Candidate[] => {
      const isGiven = before.some((word) => optionNamed(usage, word.split('=')[0] ?? '')?.[0] === name)
      if (isGiven && array !== true) return []
      const short = alias === undefined || current !== '-' ? [] : [{ value: `-${alias}`, describe }]
      return [...short, { value: `--${name}`, describe }]
    },
  )
}

/** Number of words that are neither options nor their values. */
const positionalCount = (usage: Usage, words: readonly string[]): number =>
  words.filter((word, index) => {
    const isPlain = words.slice(0, index).includes('--')
    if (isPlain) return true
    const previous = words[index - 1] ?? ''
    return !word.startsWith('-') && optionNamed(usage, previous)?.[1].type !== 'string'
  }).length
