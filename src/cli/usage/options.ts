// Options that several commands share.
import { targetNames, targetProblems } from '../runtime/target-names.js'
import type { Option, Positional } from './usage.js'

export const filesPositional = {
  array: true,
  required: true,
  completes: 'files',
  describe:
    'Descriptions: files, folders (every .yaml and .yml below), quoted patterns (hosts/*.yaml), - for standard input',
} as const satisfies Positional

export const filePositional = {
  required: true,
  completes: 'files',
  describe: 'The description: a file, - for standard input',
} as const satisfies Positional

export const targetOption = {
  type: 'string',
  array: true,
  alias: 't',
  value: 'TARGET',
  completes: async () => targetNames.map((value) => ({ value })),
  problemsOf: targetProblems,
  describe: `A target, or several with commas: ${targetNames.join(', ')}; default: those that the description chooses`,
} as const satisfies Option

export const quietOption = {
  type: 'boolean',
  alias: 'q',
  describe: 'Print only errors',
} as const satisfies Option

export const verboseOption = {
  type: 'boolean',
  alias: 'v',
  describe: 'Print details',
} as const satisfies Option

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

export const detailProblem = ({ quiet, verbose }: DetailArguments): string | undefined =>
  quiet && verbose ? '--quiet and --verbose exclude each other' : undefined

export const stdinNameOption = {
  type: 'string',
  value: 'NAME',
  describe: 'Name of standard input in diagnostics and headers, and for {host}',
} as const satisfies Option

export const strictOption = {
  type: 'boolean',
  describe: 'Treat warnings as errors',
} as const satisfies Option

export const formatOption = {
  type: 'string',
  value: 'FORMAT',
  choices: ['text', 'json', 'sarif'],
  default: 'text',
  describe: 'Form of the diagnostics; json and sarif go to standard output',
} as const satisfies Option

/** For commands that print an answer; each adds its choices and default. */
export const answerFormat = { type: 'string', value: 'FORMAT', describe: 'Form of the answer' } as const
