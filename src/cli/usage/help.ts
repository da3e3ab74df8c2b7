// Help of multihome and of each command, as text.
import { groups, helpCommand, type Command } from '../commands.js'
import { wrap } from '../format/columns.js'
import {
  commonOptions,
  exampleLine,
  termOf,
  usageLine,
  type Option,
  type Positional,
  type Usage,
} from './usage.js'

const MAX_WIDTH = 100

/** Longer terms have a line of their own. */
const MAX_TERM = 34

export type Row = readonly [term: string, text: string]

/** What the help and the manual page of multihome itself begin and end with. */
export const overview = {
  usage: 'multihome COMMAND [ARGUMENTS]',
  describe: 'one description of a Linux host’s gateways, the configuration of seven stacks',
  examples: [
    ['$0 init > host.yaml', 'begin with a host that has two providers'],
    ['$0 check host.yaml', 'see what is wrong with it'],
    ['$0 render host.yaml --target networkd --out ./out', 'write the files of one stack'],
    ['$0 trace host.yaml 8.8.8.8', 'see where a packet goes'],
  ],
  exits: [
    ['0', 'clean'],
    ['1', 'something was found or differs'],
    ['2', 'wrong usage or no access to a file to write'],
  ],
} as const satisfies Usage & Record<string, unknown>

export function mainHelp(commands: readonly Command[], width: number | undefined): string {
  return joined([
    [`multihome: ${overview.describe}`],
    [`Usage: ${overview.usage}`],
    ...groups.map((title) =>
      section(
        title,
        [...commands, helpCommand]
          .filter(({ group }) => group === title)
          .map(({ name, describe }) => [name, describe]),
        width,
      ),
    ),
    section('Options', optionRows(commonOptions), width),
    section('Examples', exampleRows(overview.examples), width),
    [
      '`multihome help COMMAND` explains a command.',
      `Exit status: ${overview.exits.map(([status, text]) => `${status} ${text}`).join(', ')}.`,
    ],
  ])
}

export function commandHelp(
  { name, describe }: Pick<Command, 'name' | 'describe'>,
  usage: Usage,
  width: number | undefined,
): string {
  const { positionals, options, examples = [], notes } = usage
  return joined([
    [`Usage: ${usageLine(name, usage)}`],
    [`${describe}.`],
    section('Arguments', positionalRows(positionals), width),
    section('Options', optionRows(options), width),
    section('Options of every command', optionRows(commonOptions), width),
    section('Examples', exampleRows(examples), width),
    notes === undefined ? [] : wrap(notes, lineWidth(width)),
  ])
}

const exampleRows = (examples: NonNullable<Usage['examples']>): readonly Row[] =>
  examples.map(([line, text]) => [exampleLine(line), text])

export const positionalRows = (positionals: Usage['positionals'] = {}): readonly Row[] =>
  Object.entries(positionals).map(([name, positional]: [string, Positional]) => [
    termOf(name, positional),
    withChoices(positional.describe, positional.choices),
  ])

export const optionRows = (options: Readonly<Record<string, Option>> = {}): readonly Row[] =>
  Object.entries(options).map(([name, option]) => {
    const { alias, type, array, describe, choices } = option
    const value = type === 'boolean' ? '' : ` ${option.value ?? 'VALUE'}`
    const text = `${describe}${array === true ? '; may be given several times' : ''}`
    return [
      `${alias === undefined ? '   ' : `-${alias},`} --${name}${value}`,
      withChoices(text, choices, option.default),
    ]
  })

function withChoices(text: string, choices: readonly string[] | undefined, fallback?: string): string {
  const facts = [
    ...(choices === undefined ? [] : [choices.join(', ')]),
    ...(fallback === undefined ? [] : [`default: ${fallback}`]),
  ]
  return facts.length === 0 ? text : `${text} (${facts.join('; ')})`
}

const section = (title: string, rows: readonly Row[], width: number | undefined): readonly string[] =>
  rows.length === 0 ? [] : [`${title}:`, ...list(rows, width)]

const lineWidth = (width: number | undefined): number => Math.min(width ?? MAX_WIDTH, MAX_WIDTH)

/** Terms and texts in two columns; if a term is long, texts are below their terms. */
function list(rows: readonly Row[], width: number | undefined): readonly string[] {
  const term = Math.max(...rows.map(([each]) => each.length))
  const isStacked = term > MAX_TERM
  const indent = ' '.repeat(isStacked ? 6 : term + 4)
  return rows.flatMap(([each, text]) => {
    const [first = '', ...others] = wrap(text, Math.max(20, lineWidth(width) - indent.length))
    const head = isStacked ? [`  ${each}`, `${indent}${first}`] : [`  ${each.padEnd(term)}  ${first}`]
    return [...head, ...others.map((line) => `${indent}${line}`)]
  })
}

const joined = (blocks: readonly (readonly string[])[]): string =>
  blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => `${line}\n`).join(''))
    .join('\n')
