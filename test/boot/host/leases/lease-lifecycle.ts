// Lifecycle of a lease: a host with two leased gateways, and its problems during events of the first one and after
// them.
import type { Lab } from '../../lab/lab.js'
import { sleep } from '../../lab/process/shell.js'
import { wrongReplies } from '../../checks/reply-check.js'
import { compareWithPlan } from '../host.js'
import { watchOutage } from '../events/outages.js'
import type { Outage } from '../events/outages.js'
import { expectedPlan } from '../expectations/expected-plan.js'
import type { Rendering } from '../rendering.js'

export const leaseScenario = {
  fixture: 'two-leases-failover',
  /**
   * Each gateway has a mark, the first is fail-closed and takes further routes of its lease, and the host forwards: router
   * advertisements are accepted nevertheless.
   */
  edit: (text: string): string =>
    `${text
      .replace('{ link: wan0, via: lease', '$&, fwmark: 0x100/0xff00, fail-closed: true, lease-routes: true')
      .replace('{ link: wan1, via: lease', '$&, fwmark: 0x200/0xff00')}
sysctls: { net.ipv4.ip_forward: 1, net.ipv6.conf.all.forwarding: 1 }
`,
} as const

/** Link and table of the gateway that the events affect, the first one in main. */
export const link = 'wan0'
export const table = 101

/** Decisions while the gateway is up, with this router. */
export const answers4 = (router: string): Outage['answers'] => ({
  '198.18.0.1': `via ${router} dev ${link}`,
  '198.18.0.1 mark 0x100': `via ${router} dev ${link} table ${table}`,
})

/** Decisions while it is down. */
export const lost4 = { '198.18.0.1': 'via 198.51.100.1 dev wan1', '198.18.0.1 mark 0x100': 'unreachable' }
export const lost6 = { '2001:2::1': 'via fe80::1 dev wan1', '2001:2::1 mark 0x100': 'unreachable' }
export const lost: Outage = { links: [link], answers: { ...lost4, ...lost6 } }

export type LeaseEvent = {
  readonly name: string
  /** Runs the event and returns its problems; the state afterwards is compared with the plan. */
  readonly perform: (lab: Lab) => Promise<readonly string[]>
  /** Probes the replies of every address afterwards. */
  readonly checksReplies?: true
}

export const nothing = (): Promise<readonly string[]> => Promise.resolve([])

/** An outage is over when its answers match. The whole plan is compared afterwards, so a short wait suffices. */
export const watchLoss = (lab: Lab, outage: Outage, cut: () => Promise<void>): Promise<readonly string[]> =>
  watchOutage(lab, outage, cut, () => Promise.resolve(true), shortQuietSeconds)

/** Seconds without a change. */
export const shortQuietSeconds = 1

/** Whether the condition holds within this many seconds. */
export async function until(isSo: () => boolean | Promise<boolean>, seconds: number): Promise<boolean> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(0.3))
    if (await isSo()) return true
  return false
}

/** Advertisements and renewals come every few seconds, and dhcpcd probes for duplicates. */
const usualSeconds = 30

export async function waitForPlan(
  lab: Lab,
  { plan }: Rendering,
  seconds = usualSeconds,
): Promise<readonly string[]> {
  const begun = Date.now()
  for (;;) {
    const found = await compareWithPlan(lab, plan, [], shortQuietSeconds)
    if (found.length === 0 || Date.now() - begun > seconds * 1000) return found
  }
}

/** All problems, each with the name of its event, so that one run reports everything. */
export async function differencesInLeaseLifecycle(
  lab: Lab,
  text: string,
  rendering: Rendering,
  events: readonly LeaseEvent[],
  seconds = usualSeconds,
): Promise<readonly string[]> {
  const found: string[] = []
  for (const { name, perform, checksReplies } of events) {
    const wrong = [...(await perform(lab)), ...(await waitForPlan(lab, rendering, seconds))]
    if (checksReplies === true)
      wrong.push(...(await wrongReplies(lab, text, (await expectedPlan(lab, rendering.plan)).plan)))
    found.push(...wrong.map((line) => `${name}: ${line}`))
  }
  return found
}
