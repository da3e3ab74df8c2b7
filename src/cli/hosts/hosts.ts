// Which descriptions a command is about: those of the command line, a shard of them, or those that changed.
import { createHash } from 'node:crypto'
import { ok, type Result } from '../../stdlib/result.js'
import { hasMagic } from '../../node/glob.js'
import type { Findings } from '../runtime/findings.js'
import type { Host } from '../runtime/host.js'
import { STDIN, STDIN_NAME, stemOf, unreadable } from '../runtime/inputs.js'
import type { Option, UsageProblem } from '../usage/usage.js'

const SHARD = /^(\d{1,5})\/(\d{1,5})$/

function shardProblems(word: string): readonly UsageProblem[] {
  const { index, count } = shardOf(word) ?? { index: 0, count: 0 }
  if (index >= 1 && index <= count) return []
  return [
    { problem: `--shard knows no \`${word}\``, fix: 'write K/N, as in 3/16: the third of sixteen parts' },
  ]
}

function shardOf(word: string): { readonly index: number; readonly count: number } | undefined {
  const [, index, count] = SHARD.exec(word) ?? []
  return index === undefined ? undefined : { index: Number(index), count: Number(count) }
}

/** Options of the commands that take many hosts. */
export const hostsOptions = {
  jobs: {
    type: 'string',
    alias: 'j',
    value: 'N',
    problemsOf: (word: string): readonly UsageProblem[] =>
      /^[1-9]\d{0,2}$/.test(word)
        ? []
        : [{ problem: `--jobs is no number: \`${word}\``, fix: 'write --jobs 4' }],
    describe: 'Threads; default: one for each processor if there are many descriptions',
  },
  shard: {
    type: 'string',
    value: 'K/N',
    problemsOf: shardProblems,
    describe:
      'Only part K of N of the descriptions, chosen by the name of the host: one part for each of N machines',
  },
  'changed-since': {
    type: 'string',
    value: 'REV',
    describe: 'Only descriptions of which a file has changed since this Git revision, also uncommitted',
  },
} as const satisfies Record<string, Option>

/** Of `--jobs`. */
export const threadsOf = ({ jobs }: { readonly jobs: string | undefined }): number | undefined =>
  jobs === undefined ? undefined : Number(jobs)

export interface Hosts {
  /** Each once, in the order of the command line. */
  readonly files: readonly string[]
  /** Names and patterns without a file. */
  readonly missing: readonly Findings[]
  /** Of all descriptions, whatever the shard. */
  readonly names: readonly string[]
}

export interface HostsChoice {
  readonly shard: string | undefined
  readonly 'changed-since': string | undefined
  readonly 'stdin-name'?: string | undefined
}

/** `config`: the multihome.yaml that counts. */
export async function hostsOf(
  patterns: readonly string[],
  { shard, 'changed-since': revision, 'stdin-name': stdinName }: HostsChoice,
  config: string | undefined,
  io: Host,
): Promise<Result<Hosts>> {
  const missing: Findings[] = []
  const found = new Set<string>()
  for (const pattern of patterns) {
    const here = pattern === STDIN ? [STDIN] : io.expand(pattern)
    if (here.length === 0) missing.push(unreadable(pattern, { reason: noFile(pattern) }))
    for (const file of here) found.add(file)
  }
  const all = [...found]
  const part = shard === undefined ? undefined : shardOf(shard)
  const files = part === undefined ? all : all.filter((file) => partOf(file, part.count) === part.index)
  const changed =
    revision === undefined
      ? ok(files)
      : await (await import('./changed-since.js')).changedSince(revision, patterns, files, config, io)
  if (!changed.ok) return { ok: false, problem: `--changed-since: ${changed.problem}` }
  const names = all.map((file) => (file === STDIN ? (stdinName ?? STDIN_NAME) : file))
  return ok({ files: changed.value, missing, names })
}

const noFile = (pattern: string): string =>
  hasMagic(pattern) ? 'no file matches' : 'no .yaml or .yml file is in it'

/** From 1. A host stays in its part whatever other hosts there are. */
function partOf(file: string, count: number): number {
  const hash = createHash('sha256').update(stemOf(file)).digest().readUInt32BE(0)
  return (hash % count) + 1
}
