// Wait for a stable state: no duplicate address detection runs, and nothing has changed for a while.
import { spawn } from 'node:child_process'
import type { Lease } from '../dhcp/lease.js'
import { asArray, readKernelState } from './read-kernel-state.js'
import type { Fields, KernelDump } from './read-kernel-state.js'
import { sleep } from '../process/shell.js'
import { difference, stateOf } from './state.js'
import type { State } from './state.js'
import { inNetns } from '../network/veth-topology.js'

export type WaitOptions = {
  /** Seconds without a change; leases need more. */
  readonly quiet: number
  /** Until the state is the expected one, the wait is longer. */
  readonly isExpected?: (state: State) => boolean
  /** What is leased on each link. */
  readonly leases: ReadonlyMap<string, Lease>
}

const quietSecondsUnexpected = 5
const maxSeconds = 60

/**
 * Minimum and maximum interval of reads in seconds. A read costs a tenth of a boot, so kernel messages trigger most
 * of them.
 */
const [minIntervalSeconds, maxIntervalSeconds] = [0.3, 1.05]

/**
 * A shell command that waits up to five seconds until no IPv6 address is tentative. The kernel sends no neighbour
 * solicitation from a tentative address and accepts no route with it as `src`. Even without duplicate address
 * detection, an address becomes valid in a kernel worker.
 */
export const untilValid =
  'for try in $(seq 250); do test -n "$(ip -6 address show tentative)" || break; sleep 0.02; done'

/** The state once no address is tentative and nothing has changed for this many seconds. */
export async function waitStable(netns: string, options: WaitOptions): Promise<State> {
  const monitor = watchKernel(netns)
  try {
    return await waitFor(netns, options, monitor)
  } finally {
    monitor.end()
  }
}

async function waitFor(
  netns: string,
  { quiet, isExpected, leases }: WaitOptions,
  monitor: Monitor,
): Promise<State> {
  const begun = Date.now()
  let before: State | undefined
  let [lastChange, lastReading, messagesRead] = [begun, 0, -1]
  for (;;) {
    const age = (Date.now() - lastReading) / 1000
    if (age < maxIntervalSeconds && (age < minIntervalSeconds || monitor.messages() === messagesRead)) {
      await sleep(0.1)
      continue
    }
    messagesRead = monitor.messages()
    lastReading = Date.now()
    const dump = await readKernelState(netns)
    const now = stateOf(dump, leases)
    const changes = before === undefined ? [] : difference(before, now)
    const busy = isTentative(dump)
    if (busy || changes.length > 0) lastChange = lastReading
    before = now
    const wait = isExpected === undefined || isExpected(now) ? quiet : Math.max(quiet, quietSecondsUnexpected)
    if (lastReading - lastChange >= wait * 1000) return now
    if (Date.now() - begun > maxSeconds * 1000) {
      const why = busy ? 'an address is still tentative' : `the state still changes: ${changes.join('; ')}`
      throw new Error(`${why} after ${maxSeconds} s`)
    }
  }
}

type Monitor = { readonly messages: () => number; readonly end: () => void }

/** Counts netlink messages about links, addresses, routes and rules. */
function watchKernel(netns: string): Monitor {
  const [command = '', ...words] = inNetns(netns, ['ip', 'monitor', 'link', 'address', 'route', 'rule'])
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', command, ...words], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let count = 0
  child.stdout.on('data', () => void (count += 1))
  return { messages: () => count, end: () => void child.kill('SIGKILL') }
}

/** A link has an address whose duplicate address detection still runs. */
function isTentative(dump: KernelDump): boolean {
  return dump('address show up').some(
    (link) =>
      !isCarrierless(link) && asArray(link['addr_info']).some((address) => address['tentative'] === true),
  )
}

/** Duplicate address detection does not start without a carrier. */
function isCarrierless(link: Fields): boolean {
  return Array.isArray(link['flags']) && link['flags'].includes('NO-CARRIER')
}
