// `multihome diff`: what a change does, to packets and to the kernel; nothing where only words changed.
import type { Argv } from 'yargs'
import { isSame } from '../../diff/diff.js'
import type { ArgumentsOf } from '../command.js'
import { compileInput, compileInputs, type Compiled } from '../compiled.js'
import { readDescribed, readGit, type Described } from '../described.js'
import { sidesOf, type Side } from '../diff-sides.js'
import { printFindings } from '../findings.js'
import type { ExitCode, Io } from '../io.js'
import { misuse } from '../misuse.js'

export const build = (parser: Argv) =>
  parser
    .positional('old', {
      type: 'string',
      demandOption: true,
      describe: 'What was: a file, git:REV:PATH, - for standard input',
    })
    .positional('new', { type: 'string', demandOption: true, describe: 'What shall be, likewise' })
    .option('format', {
      choices: ['text', 'markdown', 'json'] as const,
      default: 'text' as const,
      describe: 'Form of the answer; markdown for a comment to a pull request',
    })
    .option('all', {
      type: 'boolean',
      default: false,
      describe: 'Tell each kind of packets in full, with an example',
    })
    .option('exit-code', {
      type: 'boolean',
      default: false,
      describe: 'Exit 1 if there is a difference, as git diff does',
    })
    .example('$0 diff git:HEAD: host.yaml', 'what is not committed yet')
    .example('$0 diff git:HEAD: git::host.yaml', 'what is staged')
    .example(
      '$0 diff git:origin/main:hosts/gw1.yaml hosts/gw1.yaml --format markdown',
      'a branch, for review',
    )
    .epilogue(
      'PATH is the file as it is named from here; without one it is the other description’s. Without REV it is what is staged.',
    )

const CHOICE = { targets: [], strict: false } as const

export async function run(args: ArgumentsOf<typeof build>, io: Io): Promise<ExitCode> {
  const described = readDescribed(args.old, args.new)
  if (!described.ok) return misuse(io, 'diff', described.problem)
  const [old, now] = await Promise.all(described.value.map(async (one) => compiledOf(one, io)))
  if (old === undefined || now === undefined) return 1
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
  if (args.format === 'json') io.stdout((await import('../diff-json.js')).diffJson(sides))
  else if (args.format === 'markdown') io.stdout((await import('../diff-markdown.js')).diffMarkdown(sides))
  else io.stdout((await import('../diff-text.js')).diffText(sides, args.all))
  return args['exit-code'] && !isSame(sides.difference) ? 1 : 0
}

async function compiledOf(one: Described, io: Io): Promise<Compiled | undefined> {
  const input = await readGit(one, io)
  if (input !== undefined) return compileInput(input, CHOICE)
  const [compiled] = await compileInputs([one.path], CHOICE, io)
  return compiled
}

function sideOf({ file, text, compilation, stopped }: Compiled): Side | undefined {
  if (stopped || text === undefined || compilation?.plan === undefined) return undefined
  return { file, text, plan: compilation.plan, lineOf: compilation.lineOf }
}
