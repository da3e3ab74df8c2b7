// `multihome diff`: what a change does, to packets and to the kernel; nothing where only words changed.
import { isSame } from '../../diff/diff.js'
import { compileInput, type Compiled } from '../runtime/compile-inputs.js'
import { readDescribed, readOne, type Described } from '../runtime/description-ref.js'
import { sidesOf, type Side } from '../diff/inputs.js'
import { printFindings } from '../runtime/findings.js'
import type { ExitCode, Host } from '../runtime/host.js'
import { answerFormat } from '../usage/options.js'
import { usageError } from '../runtime/usage-error.js'
import { diffPalette, paint } from '../format/paint.js'
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
    all: { type: 'boolean', describe: 'Report each kind of packets in full, with an example' },
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
  const [old, now] = await readBoth(described.value, io)
  const before = sideOf(old)
  const after = sideOf(now)
  if (before === undefined || after === undefined) {
    // What could be better about a good one is no difference.
    printFindings(
      [old, now].filter((one) => sideOf(one) === undefined),
      io,
    )
    return 1
  }
  const sides = sidesOf(before, after)
  if (args.format === 'json') io.stdout((await import('../diff/json.js')).diffJson(sides))
  else if (args.format === 'markdown') io.stdout((await import('../diff/markdown.js')).diffMarkdown(sides))
  else {
    const { diffText } = await import('../diff/text.js')
    io.stdout(paint(diffText(sides, args.all), diffPalette, io.stdoutColor))
  }
  return args['exit-code'] && !isSame(sides.difference) ? 1 : 0
}

const readBoth = ([old, now]: readonly [Described, Described], io: Host): Promise<[Compiled, Compiled]> =>
  Promise.all([compiledOf(old, io), compiledOf(now, io)])

const compiledOf = async (one: Described, io: Host): Promise<Compiled> =>
  compileInput(await readOne(one, io), CHOICE)

function sideOf({ file, text, compilation, stopped }: Compiled): Side | undefined {
  if (stopped || text === undefined || compilation?.plan === undefined) return undefined
  return { file, text, plan: compilation.plan, lineOf: compilation.lineOf }
}
