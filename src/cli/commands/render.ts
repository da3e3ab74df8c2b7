// `multihome render`: writes the files of each stack, prints them, or compares them with existing files.
import { hostsOf, hostsOptions, type Hosts } from '../hosts/hosts.js'
import type { Watched } from '../hosts/watch.js'
import { repositoryOptions, scopeOf } from '../repository/scope.js'
import { stdinNameProblem } from '../runtime/inputs.js'
import type { ExitCode, Host } from '../runtime/host.js'
import { usageError } from '../runtime/usage-error.js'
import {
  detailOf,
  detailProblem,
  fileOption,
  filesPositional,
  reportOptions,
  targetOption,
  targetsNamed,
} from '../usage/options.js'
import { HOST, insideProblem, outProblem } from '../render/output-roots.js'
import { renderHosts } from '../render/render-hosts.js'
import type { RenderOptions } from '../render/render-options.js'
import type { Usage, ValuesOf } from '../usage/usage.js'

export const usage = {
  positionals: { files: filesPositional },
  options: {
    target: targetOption,
    as: {
      type: 'string',
      value: 'FORMAT',
      choices: ['tree', 'tar', 'json', 'cloud-init', 'ignition', 'ansible'],
      default: 'tree',
      describe: 'Form of the output: a tree of files, or one file for the program that installs it',
    },
    out: {
      type: 'string',
      alias: 'o',
      value: 'DIR',
      completes: 'folders',
      describe:
        'Folder to write into: the root for one target, a folder for each of several; {host} is the name of the description. With --as a file. Default for trees: `output` of multihome.yaml',
    },
    stdout: {
      type: 'boolean',
      describe: 'Print the files, as without --out, and no note that none is written',
    },
    check: { type: 'boolean', describe: 'Write nothing; exit 1 if what stands in --out is stale' },
    diff: { type: 'boolean', describe: 'As --check, and show how it differs' },
    'check-modes': {
      type: 'boolean',
      describe: 'As --check, and compare all modes and owners, not only the executable bit that Git keeps',
    },
    'keep-going': {
      type: 'boolean',
      describe: 'Render the good descriptions where others have errors; exit 1',
    },
    'no-cache': {
      type: 'boolean',
      describe:
        'Compile every description, also those of which the cache in ~/.cache/multihome knows that nothing changes',
    },
    depfile: {
      ...fileOption,
      describe: 'Write rules for make: from which descriptions each output was made',
    },
    watch: {
      type: 'boolean',
      describe: 'Render hosts again when one of their files changes, until a signal',
    },
    ...repositoryOptions,
    ...hostsOptions,
    ...reportOptions,
    verbose: {
      ...reportOptions.verbose,
      describe: 'Print every file, and the steps that put the files to work',
    },
  },
  examples: [
    ['$0 render host.yaml --target netplan', 'the files of one stack, printed'],
    ['$0 render host.yaml --target netplan --out ./out', 'the same, written'],
    ['$0 render hosts/ --out ./out/{host}', 'every description of a folder'],
    ['$0 render --check', 'whether the files of a repository are up to date, as its multihome.yaml says'],
    ['$0 render host.yaml --out ./out --diff', 'what has changed since'],
  ],
} as const satisfies Usage

type Arguments = ValuesOf<typeof usage>

export async function run(args: Arguments, io: Host): Promise<ExitCode> {
  if (!args.watch) return (await render(args, undefined, io)).code
  const { watchHosts } = await import('../hosts/watch.js')
  return watchHosts((files) => render(args, files, io), io)
}

/** `only`: of the descriptions, if not all. */
async function render(
  given: Arguments,
  only: readonly string[] | undefined,
  io: Host,
): Promise<{ readonly code: ExitCode; readonly watched: Watched }> {
  const ended = (code: ExitCode) => ({ code, watched: NOTHING_WATCHED })
  const scope = await scopeOf('render', given, io)
  if (!scope.ok) return ended(scope.code)
  const { files: patterns, strict, output, config, defaults, problems } = scope.value
  // `output` is for trees.
  const isElsewhere = given.out !== undefined || given.stdout || given.as !== 'tree'
  const out = isElsewhere ? given.out : output?.pattern
  const args = { ...given, files: patterns, strict, out }
  const checks = args.check || args.diff || args['check-modes']
  const problem = problems.length > 0 ? undefined : combinationProblem(args, checks)
  if (problem !== undefined) return ended(usageError(io, 'render', problem))
  const found = await hostsOf(args.files, args, config, io)
  if (!found.ok) return ended(usageError(io, 'render', found.problem))
  const hosts = found.value
  const outError =
    (await archiveProblem(args, hosts, io)) ??
    (out === undefined
      ? undefined
      : (insideProblem(out, args.files, io) ?? (isForAll(args) ? undefined : outProblem(out, hosts.names))))
  if (outError !== undefined) return ended(usageError(io, 'render', outError))

  const options: RenderOptions = {
    targets: targetsNamed(args.target)?.map(({ id }) => id),
    strict,
    stdinName: args['stdin-name'],
    defaults,
    below: isElsewhere ? undefined : output?.below,
    out,
    action: out === undefined ? 'print' : checks ? 'compare' : 'write',
    isFirst: true,
    environment: undefined,
    detail: detailOf(args),
    isReported: args.format !== 'text',
    diff: args.diff,
    modes: args['check-modes'] ? 'exact' : 'git',
    archive:
      args.as === 'tree'
        ? undefined
        : // One description that is named as a file fills the root.
          { format: args.as, hasFolders: out?.includes(HOST) !== true && !isOneFile(args.files, hosts) },
    isMany: hosts.names.length + hosts.missing.length + problems.length > 1,
  }
  const files = only === undefined ? hosts.files : hosts.files.filter((file) => only.includes(file))
  const missing = [...problems, ...hosts.missing]
  const { code, made } = await renderHosts({ files, missing }, options, args, io)
  const watched = {
    inputs: new Map([...made].map(([file, { inputs }]) => [file, inputs])),
    others: config === undefined ? [] : [config],
    folders: args.files.filter(io.isFolder),
  }
  return { code, watched }
}

const NOTHING_WATCHED: Watched = { inputs: new Map(), others: [], folders: [] }

/** Whether one file has all hosts. */
const isForAll = ({ as, out }: Arguments): boolean => as !== 'tree' && out?.includes(HOST) !== true

const isOneFile = ([pattern, second]: readonly string[], { files }: Hosts): boolean =>
  second === undefined && files.length === 1 && files[0] === pattern

function combinationProblem(args: Arguments, checks: boolean): string | undefined {
  const problem = detailProblem(args) ?? stdinNameProblem(args)
  if (problem !== undefined) return problem
  if (args.out !== undefined && args.stdout) return '--out and --stdout exclude each other'
  if (args.out === undefined && checks)
    return '--check, --check-modes and --diff compare with a folder: name it with --out'
  if (args.depfile !== undefined && (args.out === undefined || checks))
    return '--depfile names what --out writes: add --out'
  if (args.watch && (args.out === undefined || checks))
    return '--watch writes files: name a folder with --out'
  if (args.as !== 'tree' && args.out === undefined && args.format !== 'text')
    return `--format ${args.format} and --as ${args.as} both need standard output: name a file with --out`
  return undefined
}

/** Whether the format fits where it goes. */
async function archiveProblem(
  { as, out }: Arguments,
  { names }: Hosts,
  io: Host,
): Promise<string | undefined> {
  if (as === 'tree' || out?.includes(HOST) === true) return undefined
  const format = (await import('../render/archive.js')).formatNamed(as)
  if (!format.isMany && names.length > 1)
    return `a file of the format ${as} has one host: name one for each with --out 'DIR/{host}.${format.extension}'`
  if (out === undefined && as === 'tar' && io.width !== undefined)
    return 'a tar archive is not for a terminal: write --out FILE, or a pipe'
  return undefined
}
