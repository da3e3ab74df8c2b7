// When is a host done: no duplicate check runs any more, and nothing has changed for a while.
import { spawn } from 'node:child_process'
import type { Lease } from '../dhcp/lease.js'
import { asArray, readKernelState } from './read-kernel-state.js'
import type { Fields, KernelDump } from './read-kernel-state.js'
import { sleep } from '../process/shell.js'
import { difference, stateOf } from './state.js'
import type { State } from './state.js'
import { inside } from '../network/veth-topology.js'

export type WaitOptions = {
  /** Seconds in which nothing may change; leases take longer to come. */
  readonly quiet: number
  /** Whether a state is the one to come: if it is not yet, there is a longer wait for the next change. */
  readonly isExpected?: (state: State) => boolean
  /** What is leased on which link. */
  readonly leases: ReadonlyMap<string, Lease>
}

const quietSecondsUnexpected = 5
const maxSeconds = 60

/** A reading costs as much as a boot's tenth: the kernel's own messages say when one is due. */
const [minIntervalSeconds, maxIntervalSeconds] = [0.3, 1.05]

/**
 * A line of shell: no IPv6 address is tentative, or five seconds have passed. Nothing asks for a card with one that is, and
 * no route takes it as `src`; without duplicate checks too, since it becomes valid in a worker of the kernel’s.
 */
export const untilValid =
  'for try in $(seq 250); do test -n "$(ip -6 address show tentative)" || break; sleep 0.02; done'

/** The state once no address is tentative any more and nothing has changed for so many seconds. */
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
      const why = busy ? 'an address is tentative still' : `the state changes still: ${changes.join('; ')}`
      throw new Error(`${why} after ${maxSeconds} s`)
    }
  }
}

type Monitor = { readonly messages: () => number; readonly end: () => void }

/** Counts what rtnetlink says of links, addresses, routes and rules. */
function watchKernel(netns: string): Monitor {
  const [command = '', ...words] = inside(netns, ['ip', 'monitor', 'link', 'address', 'route', 'rule'])
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', command, ...words], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let count = 0
  child.stdout.on('data', () => void (count += 1))
  return { messages: () => count, end: () => void child.kill('SIGKILL') }
}

/** A link has an address whose duplicate check is not over. */
function isTentative(dump: KernelDump): boolean {
  return dump('address show up').some(
    (link) =>
      !isCarrierless(link) && asArray(link['addr_info']).some((address) => address['tentative'] === true),
  )
}

/** Without carrier the check does not even begin: nothing to wait for. */
function isCarrierless(link: Fields): boolean {
  return Array.isArray(link['flags']) && link['flags'].includes('NO-CARRIER')
}
