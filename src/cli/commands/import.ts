// `multihome import`: describes a host by the files that configure it, and proves that the description means the same.
import { dirname, join, relative, resolve } from 'node:path'
import { compile } from '../../compile.js'
import { printable } from '../../diagnostics/sanitize.js'
import { suggest } from '../../diagnostics/suggest.js'
import { shareCommon, withExtends } from '../../import/common.js'
import { readerNames } from '../../import/files.js'
import { importTree, type Imported } from '../../import/import.js'
import { advertisedLinks } from '../../import/live/advertised.js'
import { cardsOf } from '../../import/live/cards.js'
import { differencesFromLive } from '../../import/live/differences.js'
import { importLive } from '../../import/live/import-live.js'
import { withLacking } from '../../import/partial.js'
import { loadWith } from '../../node/load.js'
import type { ReadFailure } from '../../node/read.js'
import { MAX_STATE_BYTES } from '../../node/run-shell.js'
import { ok, type Result } from '../../stdlib/result.js'
import { gatherLine } from '../../verify/collect.js'
import { readState } from '../../verify/read/read-state.js'
import type { LiveState } from '../../verify/state.js'
import type { Verified } from '../format/verify.js'
import { hostFiles, isEmpty, liveHost, type HostFiles } from '../import/hosts.js'
import {
  acceptable,
  importReport,
  textsOf,
  type AcceptableKind,
  type ImportReport,
  type Judgement,
} from '../import/report.js'
import { HOST } from '../render/output-roots.js'
import { countOf, printDiagnostics, printFindings } from '../runtime/findings.js'
import type { ExitCode, Host } from '../runtime/host.js'
import { STDIN, stemOf, unreadable } from '../runtime/inputs.js'
import { usageError } from '../runtime/usage-error.js'
import { answerFormat, fileOption } from '../usage/options.js'
import type { Usage, UsageProblem, ValuesOf } from '../usage/usage.js'

const ALL = 'all'
const HERE = 'here'

const kinds = Object.keys(acceptable) as AcceptableKind[]

const namesIn = (words: readonly string[]): readonly string[] =>
  words.flatMap((word) => word.split(',').map((name) => name.trim()))

/** Problems of a list with commas whose names are known. */
const listProblems =
  (option: string, known: readonly string[]) =>
  (word: string): readonly UsageProblem[] =>
    namesIn([word])
      .filter((name) => !known.includes(name))
      .map((name) => {
        const near = suggest(name, known)
        return {
          problem: `${option} knows no \`${name}\``,
          fix: `write ${near === undefined ? '' : `${near}; it knows `}${known.join(', ')}`,
        }
      })

export const usage = {
  positionals: {
    'root|files': {
      array: true,
      completes: 'files',
      describe:
        'ROOT: the root folder of a host (with etc/), or several hosts; default: /, this host. FILE: single files of one host: interfaces, netplan YAML, units, keyfiles, a shell script',
    },
  },
  options: {
    from: {
      type: 'string',
      array: true,
      value: 'NAME',
      completes: async () => readerNames.map((value) => ({ value })),
      problemsOf: listProblems('--from', readerNames),
      describe: `Read only the files of these stacks, beside names of tables and sysctls: ${readerNames.join(', ')}; several with commas`,
    },
    live: {
      ...fileOption,
      describe:
        'State of the running host, which is compared with the files: a file, - for standard input, here for this host; {host} is the name of the host. Without ROOT and FILE it is what is imported',
    },
    'print-gather': {
      type: 'boolean',
      describe: 'Print the shell command that collects the state for --live on any host, without root',
    },
    'keep-numbers': {
      type: 'boolean',
      describe:
        'Write the numbers of all tables, priorities and metrics, also of those that multihome chooses',
    },
    accept: {
      type: 'string',
      array: true,
      value: 'KIND',
      completes: async () => [...kinds, ALL].map((value) => ({ value })),
      problemsOf: listProblems('--accept', [...kinds, ALL]),
      describe: `Exit 0 in spite of these differences: ${kinds.join(', ')}, or all; several with commas`,
    },
    partial: {
      type: 'boolean',
      describe:
        'Keep lines that are not understood as comments of the description, and exit 0 in spite of them',
    },
    out: {
      ...fileOption,
      describe:
        'Write the description to this new file instead of standard output; of several hosts, to HOST.yaml in this folder',
    },
    common: {
      ...fileOption,
      describe:
        'Write what several hosts share to this new file, which their descriptions extend; with --out',
    },
    verbose: {
      type: 'boolean',
      alias: 'v',
      describe: 'Also list the lines that have no effect on packets',
    },
    format: {
      ...answerFormat,
      choices: ['text', 'markdown', 'json'],
      default: 'text',
      describe:
        'Form of the report, on standard error; with --out, markdown is on standard output. json is one document of the report and the description, on standard output; of several hosts, a line for each',
    },
  },
  examples: [
    ['$0 import > host.yaml', 'this host, by the files in /etc'],
    ['$0 import backup/gw1 --out hosts/gw1.yaml', 'a host by the tree of its files'],
    [
      '$0 import /etc/network/interfaces --accept rp-filter > host.yaml',
      'one file; a difference that is fine',
    ],
    ['$0 import backup/* --out hosts --common site.yaml', 'several hosts, and what they share'],
    [
      '$0 import --print-gather | ssh host sh | $0 import --live - > host.yaml',
      'another host, by what its kernel has',
    ],
  ],
  notes:
    'Nothing of the files is executed. Exit status: 0 if the description routes every packet as the files do, and nothing else differs or is unknown; 1 if not. --accept and --partial say what is fine.',
} as const satisfies Usage

type Arguments = ValuesOf<typeof usage>

export async function run(args: Arguments, io: Host): Promise<ExitCode> {
  const { live, out, common, format, 'root|files': words } = args
  const misuse = (problem: string, fix?: string): ExitCode => usageError(io, 'import', problem, fix)
  if (args['print-gather']) {
    if (live !== undefined || words.length > 0)
      return misuse('--print-gather prints a command, and imports nothing', 'write it alone')
    io.stdout(`${gatherLine()}\n`)
    return 0
  }
  if (live === STDIN && words.includes(STDIN))
    return misuse('standard input can be a file or the live state, not both')
  if (common !== undefined && (out === undefined || words.length < 2))
    return misuse('--common is for several hosts with --out', 'name the root folders of the hosts')
  const from = args.from.length === 0 ? undefined : namesIn(args.from)
  if (live !== undefined && words.length === 0)
    return from === undefined
      ? importRunning(live, args, io)
      : misuse(
          '--from chooses among files, and --live alone reads none',
          'name the files too: multihome import /',
        )
  const found = await hostFiles({ words, from }, io)
  if (!found.ok && 'unread' in found) {
    printFindings([found.unread], io)
    return 2
  }
  if (!found.ok) return misuse(found.problem, found.fix)
  const hosts = found.value
  const empty = hosts.find(isEmpty)
  if (empty !== undefined)
    return misuse(
      `there is nothing to import below ${empty.nameOf('/')}`,
      'name the root folder of a host (it has etc/), or the files',
    )
  const isMany = hosts.length > 1
  if (isMany && out === undefined && format !== 'json')
    return misuse(
      `${hosts.length} hosts have no place on standard output`,
      'name a folder for them: --out hosts',
    )
  if (isMany && live !== undefined && !live.includes(HOST))
    return misuse(
      `${hosts.length} hosts cannot have one state`,
      "put {host} in it (--live 'states/{host}.txt')",
    )
  if (common !== undefined && !isMany)
    return misuse('--common is for several hosts with --out', 'name the root folders of the hosts')

  const imported: Imported[] = []
  const running: Running[] = []
  for (const host of hosts) {
    const options = {
      ...{ from, keepNumbers: args['keep-numbers'] },
      ...{ file: `${host.name}.yaml`, scripts: host.scripts },
    }
    const byFiles = importTree(host.files, options)
    const state =
      live === undefined ? undefined : await readLive(live, host.name, gatherLine(byFiles.source.plan), io)
    if (state?.ok === false) return 2
    if (state === undefined) imported.push(byFiles)
    else {
      const { value } = state.value
      const files = new Map([...host.files, ...cardsOf(value)])
      imported.push(importTree(files, { ...options, advertised: advertisedLinks(value) }))
      running.push(state.value)
    }
  }
  const written = filesOf(hosts, imported, args, io)
  const judgement = judgementOf(args)
  const reports: ImportReport[] = []
  for (const [index, host] of hosts.entries()) {
    const one = imported[index]
    const file = written.descriptions[index]
    if (one === undefined || file === undefined) continue
    const state = running[index]
    reports.push(
      importReport(
        {
          ...{ host, imported: one, description: file.text, file: file.path },
          lineOf: lineOf(file, written.common),
          ...(state === undefined ? {} : { live: liveOf(state, host, one) }),
        },
        judgement,
      ),
    )
  }
  return finish(reports, written.common, args, io)
}

/** The kernel of a running host says all. */
async function importRunning(live: string, args: Arguments, io: Host): Promise<ExitCode> {
  const name = live === HERE ? io.hostName : live === STDIN ? 'host' : stemOf(live)
  const state = await readLive(live, name, gatherLine(), io)
  if (!state.ok) return 2
  const host = liveHost(name, live === HERE, io)
  const imported = importLive(state.value.value, host.files, {
    keepNumbers: args['keep-numbers'],
    file: `${name}.yaml`,
  })
  const { descriptions, common } = filesOf([host], [imported], args, io)
  const [file] = descriptions
  if (file === undefined) return 2
  const one = { host, imported, description: file.text, file: file.path, lineOf: lineOf(file, common) }
  return finish([importReport(one, judgementOf(args))], common, args, io)
}

function judgementOf({ accept, partial }: Arguments): Judgement {
  const accepted = namesIn(accept)
  return {
    accepted: new Set(accepted.includes(ALL) ? kinds : kinds.filter((kind) => accepted.includes(kind))),
    isPartial: partial,
  }
}

async function finish(
  reports: readonly ImportReport[],
  common: OutFile | undefined,
  args: Arguments,
  io: Host,
): Promise<ExitCode> {
  if (args.out !== undefined) {
    const files = reports.map(({ file, description }) => ({ path: file, text: description }))
    const code = writeAll([...files, ...(common === undefined ? [] : [common])], io)
    if (code !== undefined) return code
  }
  if (args.common !== undefined && common === undefined)
    io.stderr(`${printable(`${args.common}: not written, because the hosts share nothing`)}\n`)
  await print(reports, args, io)
  return reports.every(({ isGood }) => isGood) ? 0 : 1
}

interface OutFile {
  readonly path: string
  readonly text: string
}

interface OutFiles {
  /** In the order of the hosts. */
  readonly descriptions: readonly OutFile[]
  readonly common: OutFile | undefined
}

function filesOf(
  hosts: readonly HostFiles[],
  imported: readonly Imported[],
  { out, common: commonPath, partial }: Arguments,
  io: Host,
): OutFiles {
  const isFolder = out !== undefined && (hosts.length > 1 || out.endsWith('/') || io.isFolder(out))
  const pathOf = ({ name }: HostFiles): string =>
    out === undefined ? `${name}.yaml` : isFolder ? join(out, `${name}.yaml`) : out
  const texts = imported.map(({ description }) => description)
  const shared = commonPath === undefined ? { common: undefined, descriptions: texts } : shareCommon(texts)
  return {
    descriptions: hosts.map((host, index) => {
      const path = pathOf(host)
      const text = shared.descriptions[index] ?? ''
      const one = imported[index]
      const commented =
        partial && one !== undefined ? withLacking(text, lackingOf(host, one), one.source) : text
      return {
        path,
        text:
          shared.common === undefined || commonPath === undefined
            ? commented
            : withExtends(commented, relative(dirname(resolve(path)), resolve(commonPath))),
      }
    }),
    common:
      shared.common === undefined || commonPath === undefined
        ? undefined
        : { path: commonPath, text: shared.common },
  }
}

const lackingOf = ({ unread }: HostFiles, { problems }: Imported) => [
  ...unread.map(({ path, failure }) => ({
    place: { file: path, line: 0, text: '' },
    why: failureText(failure),
  })),
  ...problems.filter(({ kind }) => kind === 'unknown'),
]

const failureText = (failure: ReadFailure): string =>
  'reason' in failure ? failure.reason : `it has ${failure.bytes} bytes; the limit is ${failure.limit}`

/** Lines of the description as it is written. */
function lineOf({ path, text }: OutFile, common: OutFile | undefined): ImportReport['lineOf'] {
  const load = loadWith((name) =>
    common !== undefined && resolve(name) === resolve(common.path)
      ? ok(common.text)
      : { ok: false, reason: 'it is not read' },
  )
  return compile(text, { file: path, targets: [], lint: false, load }).lineOf
}

/** undefined if all are written. No file is replaced. */
function writeAll(files: readonly OutFile[], io: Host): ExitCode | undefined {
  const created = io.createFiles(
    '/',
    Object.fromEntries(files.map(({ path, text }) => [resolve(path).slice(1), text])),
  )
  if (created.ok) return undefined
  if ('problem' in created) {
    io.stderr(`${printable(`multihome import: ${created.problem}`)}\n`)
    return 2
  }
  for (const path of created.existing) io.stderr(`${printable(`exists   ${relative('.', path)}`)}\n`)
  io.stderr('Nothing was written. fix: name another file or folder, or move these files away\n')
  return 1
}

interface Running {
  readonly named: string
  readonly value: LiveState
}

const liveOf = ({ named, value }: Running, host: HostFiles, { source }: Imported): Verified => ({
  file: host.nameOf('/'),
  source: named,
  state: value,
  findings: differencesFromLive(source, value),
})

/** Prints why there is no state. */
async function readLive(
  pattern: string,
  host: string,
  line: string,
  io: Host,
): Promise<Result<Running, object>> {
  const path = pattern.replaceAll(HOST, () => host)
  const named = path === HERE ? 'this host' : path === STDIN ? 'stdin' : path
  const gathered = path === HERE ? await io.run(line) : await io.read(path, MAX_STATE_BYTES)
  if (!gathered.ok) {
    printFindings([unreadable(named, gathered)], io)
    return { ok: false }
  }
  const read = readState(gathered.value)
  if (read.ok) return ok({ named, value: read.value })
  for (const problem of read.problems) io.stderr(`${printable(`multihome import: ${named}: ${problem}`)}\n`)
  return { ok: false }
}

async function print(reports: readonly ImportReport[], args: Arguments, io: Host): Promise<void> {
  const { format, out } = args
  if (format === 'json') {
    const { importDocument } = await import('../import/json.js')
    const { jsonText } = await import('../json/document.js')
    for (const report of reports) {
      const document = importDocument(report, out === undefined ? undefined : report.file)
      io.stdout(reports.length > 1 ? `${JSON.stringify(document)}\n` : jsonText(document))
    }
    return
  }
  if (out === undefined) for (const { description } of reports) io.stdout(description)
  if (format === 'markdown') {
    const { importMarkdown } = await import('../import/markdown.js')
    const text = reports.map(importMarkdown).join('\n')
    if (out === undefined) io.stderr(text)
    else io.stdout(text)
    return
  }
  const { importText } = await import('../import/text.js')
  for (const report of reports) {
    if (reports.length > 1) io.stderr(`${printable(`== ${report.host.name}`)}\n`)
    printProblems(report, args.verbose, io)
    io.stderr(importText(report))
    if (out !== undefined) io.stderr(`${printable(`${report.file}: written`)}\n`)
    if (reports.length > 1) io.stderr('\n')
  }
}

function printProblems(
  { host, imported, file, problems, isPartial }: ImportReport,
  isVerbose: boolean,
  io: Host,
): void {
  const all = 'multihome import --format json'
  const unknown = problems.filter(({ severity }) => severity !== 'info')
  const findings = [
    ...host.unread.map(({ path, diagnostics }) => ({
      file: host.nameOf(path),
      text: undefined,
      diagnostics,
    })),
    {
      file,
      text: undefined,
      texts: textsOf(host),
      diagnostics: isVerbose ? problems : unknown,
    },
    { file, text: imported.description, diagnostics: imported.diagnostics },
  ]
  printDiagnostics(findings, io, 'summary', all)
  const others = problems.length - unknown.length
  const counts = [
    unknown.length === 0
      ? ''
      : `${countOf(unknown.length, 'line')} not understood${remedyOf(unknown.length, isPartial)}`,
    others === 0
      ? ''
      : `${countOf(others, 'line')} without effect on packets${isVerbose ? '' : ' (--verbose lists them)'}`,
  ].filter((part) => part !== '')
  if (counts.length > 0) io.stderr(`${counts.join('\n')}\n\n`)
}

function remedyOf(count: number, isPartial: boolean): string {
  const [does, comments] = count === 1 ? ['it does', 'a comment'] : ['they do', 'comments']
  return isPartial
    ? `, kept as ${comments}`
    : `: add what ${does} by hand, or keep ${count === 1 ? 'it' : 'them'} as ${comments} with --partial`
}
