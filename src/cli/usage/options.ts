// Options that several commands share.
import { ALL, targetHint, targetNamed } from '../../description/target-names.js'
import { targets } from '../../targets/index.js'
import type { Target } from '../../targets/target.js'
import type { Option, Positional, UsageProblem } from './usage.js'

export const filesPositional = {
  array: true,
  completes: 'files',
  describe:
    'Descriptions: files, folders (every .yaml and .yml below), quoted patterns (hosts/*.yaml), - for standard input; without any, those of multihome.yaml',
} as const satisfies Positional

export const filePositional = {
  required: true,
  completes: 'files',
  describe: 'The description: a file, - for standard input',
} as const satisfies Positional

/** For help and completion. */
const targetNames: readonly string[] = [...targets.map(({ id }) => id), ALL]

const namesIn = (word: string): readonly string[] => word.split(',').map((name) => name.trim())

const targetProblems = (word: string): readonly UsageProblem[] =>
  namesIn(word)
    .filter((name) => name !== ALL && targetNamed(name) === undefined)
    .map((name) => ({ problem: `--target knows no \`${name}\``, fix: targetHint(name) }))

export const targetOption = {
  type: 'string',
  array: true,
  alias: 't',
  value: 'TARGET',
  completes: async () => targetNames.map((value) => ({ value })),
  problemsOf: targetProblems,
  describe: `A target, or several with commas: ${targetNames.join(', ')}; default: those that the description chooses`,
} as const satisfies Option

/** In the order of the registry; undefined if each description chooses its own. */
export function targetsNamed(words: readonly string[]): readonly Target[] | undefined {
  if (words.length === 0) return undefined
  const names = words.flatMap(namesIn)
  const ids = new Set(names.map(targetNamed))
  return targets.filter(({ id }) => names.includes(ALL) || ids.has(id))
}

/** For a thread to which only names can be sent. */
export const targetsWith = (ids: readonly string[] | undefined): readonly Target[] | undefined =>
  ids === undefined ? undefined : targets.filter(({ id }) => ids.includes(id))

/** How much text is printed; none if a program reads the answer. */
export type Detail = 'none' | 'errors' | 'summary' | 'all'

interface DetailArguments {
  readonly format: string
  readonly quiet: boolean
  readonly verbose: boolean
}

export function detailOf({ format, quiet, verbose }: DetailArguments): Detail {
  if (format !== 'text') return 'none'
  if (quiet) return 'errors'
  return verbose ? 'all' : 'summary'
}

/** Whether more than errors is printed for a person. */
export const printsSummary = (detail: Detail): boolean => detail === 'summary' || detail === 'all'

export const detailProblem = ({ quiet, verbose }: DetailArguments): string | undefined =>
  quiet && verbose ? '--quiet and --verbose exclude each other' : undefined

export const strictOption = {
  type: 'boolean',
  describe: 'Treat warnings as errors',
} as const satisfies Option

/** Options of the commands that take several descriptions; each says what `--verbose` prints. */
export const reportOptions = {
  'stdin-name': {
    type: 'string',
    value: 'NAME',
    describe: 'Name of standard input in diagnostics and headers, and for {host}',
  },
  strict: strictOption,
  verbose: { type: 'boolean', alias: 'v', describe: 'Print details' },
  quiet: { type: 'boolean', alias: 'q', describe: 'Print only errors' },
  format: {
    type: 'string',
    value: 'FORMAT',
    choices: ['text', 'json', 'sarif'],
    default: 'text',
    describe: 'Form of the diagnostics; json and sarif go to standard output',
  },
} as const satisfies Record<string, Option>

/** For commands that print an answer; each adds its choices and default. */
export const answerFormat = { type: 'string', value: 'FORMAT', describe: 'Form of the answer' } as const

/** For commands that read or write one more file. */
export const fileOption = { type: 'string', value: 'FILE', completes: 'files' } as const
