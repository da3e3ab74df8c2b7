// Program within user-mode Linux: boots hosts, and reports what differs. Cells of the matrix report their outcomes too, as
// test/boot/matrix.test.ts does.
import { appendFileSync, readFileSync } from 'node:fs'
import { fixtureNamed } from '../../helpers/fixtures.js'
import { bootCell } from '../host/boot-cell.js'
import type { Platform } from '../host/rendering.js'
import { bootLive } from '../import/boot-live.js'
import { bootTree } from '../import/boot-tree.js'
import { reportTo } from '../run/results.js'

export type HostSpec =
  /** A cell of the matrix. */
  | (Platform & { readonly fixture: string })
  /** A folder below test/import/trees. */
  | { readonly tree: string }
  /** A fixture whose live state is imported. */
  | (Platform & { readonly live: string })

export type HostResult = {
  /** The reason why it does not boot here. */
  readonly skipped?: string
  readonly differences: readonly string[]
}

/** A line of the results: the number of the host in the list. */
export type ReportedHost = HostResult & { readonly host: number }

/** The kernel has one processor; a boot also waits. */
const atOnce = 3

const [list = '', results = ''] = process.argv.slice(2)
const hosts = JSON.parse(readFileSync(list, 'utf8')) as readonly HostSpec[]

function boot(host: HostSpec): Promise<HostResult> {
  if ('tree' in host) return bootTree(host.tree)
  if ('live' in host) return bootLive({ ...host, fixture: fixtureNamed(host.live) })
  const cell = { ...host, fixture: fixtureNamed(host.fixture) }
  return bootCell(cell, reportTo(results, cell))
}

/** As in vitest.config.ts, a failed boot is repeated once. */
async function bootTwice(host: HostSpec, triesLeft = 1): Promise<HostResult> {
  const result = await boot(host).catch((error: unknown) => ({ differences: [String(error)] }))
  return result.differences.length > 0 && triesLeft > 0 ? bootTwice(host, triesLeft - 1) : result
}

const waiting = [...hosts.entries()]

async function worker(): Promise<void> {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const [host, spec] = next
    const result: ReportedHost = { host, ...(await bootTwice(spec)) }
    appendFileSync(results, `${JSON.stringify(result)}\n`)
  }
}

await Promise.all(Array.from({ length: atOnce }, worker))
