// `multihome verify`: compares the state of a host with its plan. The state comes from this host, or from a file.
import { eachHost } from '../hosts/each-host.js'
import { hostsOf, hostsOptions, threadsOf } from '../hosts/hosts.js'
import { verifyHost, type VerifyOptions } from '../hosts/verify-host.js'
import { outProblem } from '../render/output-roots.js'
import { configOption, scopeOf } from '../repository/scope.js'
import { countOf, printFindings } from '../runtime/findings.js'
import { STDIN, stemOf } from '../runtime/inputs.js'
import type { ExitCode, Host } from '../runtime/host.js'
import { usageError } from '../runtime/usage-error.js'
import { answerFormat, fileOption, filesPositional } from '../usage/options.js'
import type { Usage, ValuesOf } from '../usage/usage.js'

export const usage = {
  positionals: { files: filesPositional },
  options: {
    state: {
      ...fileOption,
      describe:
        'State of the host, as collected there: a file, - for standard input; {host} is the name of the description. Without it: the state of this host, compared with the description of its name',
    },
    'print-gather': {
      type: 'boolean',
      describe: 'Print the shell command that collects the state on any host, without root',
    },
    config: configOption,
    ...hostsOptions,
    format: {
      ...answerFormat,
      choices: ['text', 'json'],
      default: 'text',
      describe: 'Form of the answer; json of several hosts has a line for each',
    },
  },
  examples: [
    ['$0 verify host.yaml', 'what is missing, unmanaged, shadowed or different on this host'],
    [
      '$0 verify host.yaml --print-gather | ssh host sh | $0 verify host.yaml --state -',
      'the same for another host',
    ],
    ["$0 verify --state 'states/{host}.txt'", 'every host of the repository, from collected states'],
  ],
} as const satisfies Usage

export async function run(args: ValuesOf<typeof usage>, io: Host): Promise<ExitCode> {
  const { state, format, config } = args
  const misuse = (problem: string, fix?: string): ExitCode => usageError(io, 'verify', problem, fix)
  if (args['print-gather'] && state !== undefined)
    return misuse('--print-gather and --state exclude each other')
  if (state === STDIN && args.files.includes(STDIN))
    return misuse('standard input can be the description or the state, not both')
  const scope = await scopeOf('verify', { files: args.files, config, strict: false, 'no-strict': false }, io)
  if (!scope.ok) return scope.code
  const found = await hostsOf(scope.value.files, args, scope.value.config, io)
  if (!found.ok) return misuse(found.problem)
  const { names, missing, files } = found.value
  const problems = [...scope.value.problems, ...missing]
  if (problems.length > 0) {
    printFindings(problems, io)
    return 1
  }
  const isMany = names.length > 1
  if (isMany && state !== undefined) {
    if (!state.includes('{host}'))
      return misuse(
        `${names.length} descriptions cannot have one state`,
        "put {host} in it (--state 'states/{host}.txt'), or name one description",
      )
    const problem = outProblem(state, names)
    if (problem !== undefined) return misuse(problem)
  }
  const options: VerifyOptions = {
    state,
    action: args['print-gather'] ? 'print-gather' : 'verify',
    format,
    isMany: isMany && state !== undefined,
  }
  if (options.isMany) return verifyMany(files, options, threadsOf(args), io)
  // A description that is named may have another name than the host.
  const isByName = isMany || (state === undefined && args.files.length === 0)
  const [file, second] = isByName ? files.filter((each) => isNameOf(stemOf(each), io.hostName)) : files
  if (file === undefined || second !== undefined)
    return misuse(
      `${file === undefined ? 'no description' : 'more than one'} of ${names.length} has the name of this host, ${io.hostName}`,
      "name one: multihome verify FILE; or the states of all of them: --state 'states/{host}.txt'",
    )
  return (await verifyHost(file, options, io)).code
}

/** A host may be named with or without its domain. */
const isNameOf = (name: string, hostName: string): boolean =>
  name === hostName || name.split('.')[0] === hostName || name === hostName.split('.')[0]

async function verifyMany(
  files: readonly string[],
  options: VerifyOptions,
  threads: number | undefined,
  io: Host,
): Promise<ExitCode> {
  const counts = [0, 0, 0]
  for await (const { result } of eachHost('verify', files, options, io, { threads })) {
    const code = result?.code ?? 2
    counts[code] = (counts[code] ?? 0) + 1
  }
  const [inSync = 0, different = 0, unanswered = 0] = counts
  const parts = [
    `${inSync} in sync`,
    different === 0 ? '' : `${different} ${different === 1 ? 'differs' : 'differ'}`,
    countOf(unanswered, 'without an answer', ''),
  ]
  if (options.format === 'text')
    io.stdout(`${countOf(files.length, 'host')}: ${parts.filter((part) => part !== '').join(', ')}\n`)
  return unanswered > 0 ? 2 : different > 0 ? 1 : 0
}
