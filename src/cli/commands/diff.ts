// `multihome diff`: packets that a change reroutes, and kernel state that it changes.
import { isSame } from '../../diff/diff.js'
import { compileInput, plannedOf } from '../runtime/compile-inputs.js'
import { readDescribed, readOne, STDIN } from '../runtime/inputs.js'
import { diffReport } from '../diff/report.js'
import { diffView } from '../diff/view.js'
import { printFindings } from '../runtime/findings.js'
import type { ExitCode, Host } from '../runtime/host.js'
import { configOption } from '../repository/scope.js'
import { answerFormat } from '../usage/options.js'
import { usageError } from '../runtime/usage-error.js'
import { diffPalette } from '../format/paint.js'
import type { Usage, ValuesOf } from '../usage/usage.js'

export const usage = {
  positionals: {
    'rev|old': {
      required: true,
      completes: 'files',
      describe:
        'REV: a Git revision, with which all descriptions of the working tree are compared; A..B: two revisions; A...B: B and where it parted from A. OLD: the description before the change: a file, git:REV:PATH, - for standard input',
    },
    'new|files': {
      array: true,
      completes: 'files',
      describe:
        'FILE: after REV, the descriptions to compare: files, folders, quoted patterns; default: those of multihome.yaml, or hosts/. NEW: after OLD, the description after the change',
    },
  },
  options: {
    format: {
      ...answerFormat,
      choices: ['text', 'markdown', 'json', 'html'],
      default: 'text',
      describe: 'Form of the answer; markdown for a comment to a pull request; html only of REV',
    },
    all: {
      type: 'boolean',
      describe: 'Print all rows of rerouted packets, the exclusions of each, and all hosts',
    },
    config: configOption,
    'exit-code': { type: 'boolean', describe: 'Exit 1 if there is a difference, as git diff does' },
  },
  examples: [
    ['$0 diff HEAD', 'which hosts of a repository change by what is not committed yet'],
    ['$0 diff origin/main...HEAD --format markdown', 'a pull request, for its comment'],
    ['$0 diff v1.0 hosts/ --format html > change.html', 'all since a release, as a page'],
    ['$0 diff git:HEAD: host.yaml', 'one description: what is not committed yet'],
    ['$0 diff git:HEAD: git::host.yaml', 'what is staged'],
    ['$0 diff git:origin/main:hosts/gw1.yaml hosts/gw1.yaml --format markdown', 'a branch, for review'],
  ],
  notes:
    'A word that is no file and has no `git:` is a revision. PATH is relative to the current folder; without one it is the path of the other description. Without REV it is what is staged.',
} as const satisfies Usage

type Arguments = ValuesOf<typeof usage>

/** Warnings are no part of the answer. */
const CHOICE = { targets: [], strict: false, lint: false } as const

export async function run(args: Arguments, io: Host): Promise<ExitCode> {
  const { 'rev|old': first, 'new|files': others } = args
  if (!isDescription(first) && !others.some((word) => word.startsWith(GIT) || word === STDIN)) {
    const { diffRevision } = await import('../diff/hosts/run.js')
    const answer = await diffRevision(first, others, args, io)
    if (answer !== 'file') return answer
  }
  return diffFiles(args, io)
}

const GIT = 'git:'

/** Whether a word is no revision, whatever revisions there are. */
const isDescription = (word: string): boolean =>
  word.startsWith(GIT) || /^(?:\.{0,2}\/|.*\.(?:ya?ml|json)$)/s.test(word)

async function diffFiles(args: Arguments, io: Host): Promise<ExitCode> {
  const { 'rev|old': old, 'new|files': others } = args
  const [now, excess] = others
  const fix =
    'write multihome diff OLD NEW [OPTIONS], or multihome diff REV [FILE...] [OPTIONS] for a repository'
  if (now === undefined) return usageError(io, 'diff', 'NEW is missing', fix)
  if (excess !== undefined) return usageError(io, 'diff', `\`${excess}\` is one argument too many`, fix)
  if (args.format === 'html')
    return usageError(
      io,
      'diff',
      '--format html is for a repository',
      'write multihome diff REV --format html',
    )
  const described = readDescribed(old, now)
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
  else if (args.format === 'markdown')
    io.stdout((await import('../diff/markdown.js')).diffMarkdown(diffView(report)))
  else {
    const { diffText } = await import('../diff/text.js')
    io.stdout(diffText(diffView(report), args.all), diffPalette)
  }
  return args['exit-code'] && !isSame(report.difference) ? 1 : 0
}
