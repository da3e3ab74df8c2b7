// `multihome diff`: packets that a change reroutes, and kernel state that it changes.
import { isSame } from '../../diff/diff.js'
import { compileInput, plannedOf } from '../runtime/compile-inputs.js'
import { readDescribed, readOne } from '../runtime/inputs.js'
import { diffReport } from '../diff/report.js'
import { printFindings } from '../runtime/findings.js'
import type { ExitCode, Host } from '../runtime/host.js'
import { answerFormat } from '../usage/options.js'
import { usageError } from '../runtime/usage-error.js'
import { diffPalette } from '../format/paint.js'
import type { Usage, ValuesOf } from '../usage/usage.js'

const description = { required: true, completes: 'files' } as const

export const usage = {
  positionals: {
    old: {
      ...description,
      describe: 'The description before the change: a file, git:REV:PATH, - for standard input',
    },
    new: { ...description, describe: 'The description after it, likewise' },
  },
  options: {
    format: {
      ...answerFormat,
      choices: ['text', 'markdown', 'json'],
      default: 'text',
      describe: 'Form of the answer; markdown for a comment to a pull request',
    },
    all: { type: 'boolean', describe: 'Print all rows of rerouted packets, and the exclusions of each' },
    'exit-code': { type: 'boolean', describe: 'Exit 1 if there is a difference, as git diff does' },
  },
  examples: [
    ['$0 diff git:HEAD: host.yaml', 'what is not committed yet'],
    ['$0 diff git:HEAD: git::host.yaml', 'what is staged'],
    ['$0 diff git:origin/main:hosts/gw1.yaml hosts/gw1.yaml --format markdown', 'a branch, for review'],
  ],
  notes:
    'PATH is relative to the current folder; without one it is the path of the other description. Without REV it is what is staged.',
} as const satisfies Usage

const CHOICE = { targets: [], strict: false } as const

export async function run(args: ValuesOf<typeof usage>, io: Host): Promise<ExitCode> {
  const described = readDescribed(args.old, args.new)
  if (!described.ok) return usageError(io, 'diff', described.problem)
  const compiled = await Promise.all(
    described.value.map(async (one) => {
      const { input, load } = await readOne(one, io)
      return compileInput(input, CHOICE, load)
    }),
  )
  const [before, after] = compiled.map(plannedOf)
  if (before === undefined || after === undefined) {
    // Warnings of a valid description are no part of the answer.
    const wrong = compiled.filter((one) => plannedOf(one) === undefined)
    printFindings(wrong, io)
    return 1
  }
  const report = diffReport(before, after)
  if (args.format === 'json') io.stdout((await import('../diff/json.js')).diffJson(report))
  else if (args.format === 'markdown') io.stdout((await import('../diff/markdown.js')).diffMarkdown(report))
  else {
    const { diffText } = await import('../diff/text.js')
    io.stdout(diffText(report, args.all), diffPalette)
  }
  return args['exit-code'] && !isSame(report.difference) ? 1 : 0
}
