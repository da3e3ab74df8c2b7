// Command line → values of a command, or every problem of it.
import { Parser } from 'yargs/helpers'
import { suggest } from '../../diagnostics/suggest.js'
import { ok, type Result } from '../../stdlib/result.js'
import {
  exampleLine,
  optionNamed,
  optionsOf,
  placeholder,
  usageLine,
  type Option,
  type Positional,
  type Usage,
  type UsageProblem,
} from './usage.js'

export type Values = Readonly<Record<string, string | boolean | readonly string[] | undefined>>

/** `words` follow the name of the command. Help and version take precedence over problems. */
export function parse(
  name: string,
  usage: Usage,
  words: readonly string[],
): Result<Values, { readonly problems: readonly UsageProblem[] }> {
  const options = optionsOf(usage)
  const entries = Object.entries(options)
  const namesOf = (test: (option: Option) => boolean): string[] =>
    entries.filter(([, option]) => test(option)).map(([name]) => name)
  const split = words.flatMap((word) => splitShort(usage, word))
  const argv = Parser(split, {
    string: namesOf(({ type }) => type === 'string'),
    boolean: namesOf(({ type }) => type === 'boolean'),
    array: namesOf(({ array }) => array === true),
    alias: Object.fromEntries(
      entries.flatMap(([name, { alias }]) => (alias === undefined ? [] : [[name, alias]])),
    ),
    configuration: {
      'boolean-negation': false,
      'camel-case-expansion': false,
      'dot-notation': false,
      'greedy-arrays': false,
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'short-option-groups': false,
      'strip-aliased': true,
    },
  })
  const given = (name: string): unknown => (Object.hasOwn(argv, name) ? argv[name] : undefined)
  if (given('help') === true || given('version') === true)
    return ok({ help: given('help') === true, version: given('version') === true })

  const arguments_ = argv._.map(String)
  const optionValues = entries.map(([name, option]) => [name, optionValue(option, given(name))] as const)
  const problems = [
    ...optionProblems(usage, split),
    ...optionValues.flatMap(([name, value]) => valueProblems(`--${name}`, options[name], value)),
    ...entries.flatMap(([name, option]) => twiceProblems(name, option, given(name))),
    ...positionalProblems(name, usage, arguments_),
  ]
  if (problems.length > 0) return { ok: false, problems }
  return ok({ ...Object.fromEntries(optionValues), ...positionalValues(usage, arguments_) })
}

/** `-tnetworkd` → `-t networkd`, as getopt(3) reads it. */
function splitShort(usage: Usage, word: string): readonly string[] {
  const option = /^-[A-Za-z][^=]/.test(word) ? optionNamed(usage, word.slice(0, 2)) : undefined
  return option?.[1].type === 'string' ? [word.slice(0, 2), word.slice(2)] : [word]
}

function optionValue({ type, array, default: fallback }: Option, value: unknown): Values[string] {
  if (type === 'boolean') return value === true
  if (array === true) return Array.isArray(value) ? value.map(String) : []
  return typeof value === 'string' ? value : fallback
}

/** Each word that begins with `-` is an option; a value may begin with `-` only after `=`. */
function optionProblems(usage: Usage, words: readonly string[]): readonly UsageProblem[] {
  const end = words.indexOf('--')
  return words.slice(0, end === -1 ? undefined : end).flatMap((word, index): readonly UsageProblem[] => {
    if (!word.startsWith('-') || word === '-') return []
    const [dashed = '', ...rest] = word.split('=')
    const found = optionNamed(usage, dashed)
    if (found === undefined) return [unknownOption(usage, dashed)]
    const [name, option] = found
    const next = words[index + 1]
    if (option.type === 'boolean')
      return rest.length === 0
        ? []
        : [{ problem: `--${name} takes no value`, fix: `write ${dashed}, or leave it out` }]
    const value = rest.length > 0 ? rest.join('=') : next?.startsWith('-') === true ? undefined : next
    if (value !== undefined && value !== '') return []
    const wanted = option.value ?? option.choices?.[0] ?? 'VALUE'
    return [{ problem: `${dashed} has no value`, fix: `write ${dashed} ${wanted}` }]
  })
}

function unknownOption(usage: Usage, dashed: string): UsageProblem {
  const known = Object.entries(optionsOf(usage)).flatMap(([name, { alias }]) => [
    `--${name}`,
    ...(alias === undefined ? [] : [`-${alias}`]),
  ])
  // An unknown short option may be a long one with one dash missing.
  const near = suggest(dashed, known) ?? known.find((name) => name === `-${dashed}`)
  return {
    problem: `there is no option \`${dashed}\``,
    fix: near === undefined ? undefined : `write ${near}`,
  }
}

function valueProblems(
  name: string,
  { choices, problemsOf }: Pick<Option, 'choices' | 'problemsOf'> = {},
  value: Values[string],
): readonly UsageProblem[] {
  const given = typeof value === 'string' ? [value] : Array.isArray(value) ? (value as readonly string[]) : []
  if (choices === undefined) return given.flatMap((each) => problemsOf?.(each) ?? [])
  return given
    .filter((each) => each !== '' && !choices.includes(each))
    .map((each) => {
      const near = suggest(each, choices)
      const list = `${choices.slice(0, -1).join(', ')} or ${choices.at(-1) ?? ''}`
      return {
        problem: `${name} knows no \`${each}\``,
        fix: near === undefined ? `write ${list}` : `write ${near}; it knows ${list}`,
      }
    })
}

/** A flag may be repeated; of two values one would be ignored. */
const twiceProblems = (name: string, option: Option, value: unknown): readonly UsageProblem[] =>
  option.type === 'string' && option.array !== true && Array.isArray(value)
    ? [{ problem: `--${name} is given twice`, fix: `write it once: ${value.map(String).join(' or ')}` }]
    : []

function positionalProblems(name: string, usage: Usage, given: readonly string[]): readonly UsageProblem[] {
  const wanted = Object.entries(usage.positionals ?? {})
  const missing = wanted.slice(given.length).filter(([, { required }]) => required === true)
  const excess = wanted.at(-1)?.[1].array === true ? [] : given.slice(wanted.length)
  const [example] = usage.examples?.[0] ?? []
  const fix = `write ${usageLine(name, usage)}`
  return [
    ...missing.map(([each]) => ({
      problem: `${placeholder(each)} is missing`,
      lacksDescription: each === 'file',
      fix: example === undefined ? fix : `${fix}, for example: ${exampleLine(example)}`,
    })),
    ...excess.map((word) => ({ problem: `\`${word}\` is one argument too many`, fix })),
    ...wanted.flatMap(([each, positional], index) =>
      valueProblems(placeholder(each), positional, given[index]),
    ),
  ]
}

const positionalValues = ({ positionals = {} }: Usage, given: readonly string[]): Values =>
  Object.fromEntries(
    Object.entries(positionals).map(([name, { array }]: [string, Positional], index) => [
      name,
      array === true ? given.slice(index) : given[index],
    ]),
  )
