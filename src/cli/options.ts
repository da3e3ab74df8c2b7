// Options that several commands share, so that they are spelt and told alike.
import { targetNames } from './target-names.js'

export const filesPositional = {
  type: 'string',
  array: true,
  demandOption: true,
  describe: 'Descriptions: files, quoted patterns (hosts/*.yaml), - for standard input',
} as const

export const filePositional = {
  type: 'string',
  demandOption: true,
  describe: 'The description: a file, - for standard input',
} as const

export const targetOption = {
  type: 'string',
  array: true,
  alias: 't',
  choices: targetNames,
  default: [] as readonly string[],
  defaultDescription: 'all',
  describe: 'A stack to write for; may be given several times',
} as const

export const strictOption = {
  type: 'boolean',
  default: false,
  describe: 'Take warnings for errors',
} as const

export const formatOption = {
  choices: ['text', 'json', 'sarif'],
  default: 'text',
  describe: 'Form of the diagnostics; json and sarif go to standard output',
} as const
