// Import of the live state of a booted host: it describes the routing of the plan that the host has booted.
import { compareWithSource, type ImportDifference } from '../../../src/import/differences.js'
import { importLive } from '../../../src/import/live/import-live.js'
import type { Family } from '../../../src/kernel/family.js'
import { linkOfSysctl, linkSysctl, sysctlPath } from '../../../src/kernel/sysctl.js'
import { RT_TABLE_MAIN } from '../../../src/kernel/table.js'
import { applyLeases } from '../../../src/plan/apply-leases.js'
import type { KernelPlan, PlannedLink, Sysctl } from '../../../src/plan/plan.js'
import { gatherLine } from '../../../src/verify/collect.js'
import { isSysctlInSync } from '../../../src/verify/check/sysctls.js'
import { liveLeases } from '../../../src/verify/live-leases.js'
import { readState } from '../../../src/verify/read/read-state.js'
import type { LiveState } from '../../../src/verify/state.js'
import type { Lab } from '../lab/lab.js'

/**
 * What the import reports anyway is no difference: an automatic sysctl that the host lacks, and `named`, by the texts of
 * another import of the host.
 */
export async function wrongLiveImport(
  lab: Pick<Lab, 'exec'>,
  plan: KernelPlan,
  named: readonly ImportDifference[] = [],
): Promise<readonly string[]> {
  return differencesOf(await liveStateOf(lab, plan), plan, named).map((line) => `! live: ${line}`)
}

/** As `verify --gather` collects it. */
export async function liveStateOf(lab: Pick<Lab, 'exec'>, plan: KernelPlan): Promise<LiveState> {
  const { stdout, stderr } = await lab.exec(gatherLine(plan))
  const read = readState(stdout)
  if (!read.ok) throw new Error(`the state: ${read.problems.join('\n')}\n${stderr}`)
  return read.value
}

function differencesOf(
  state: LiveState,
  plan: KernelPlan,
  named: readonly ImportDifference[],
): readonly string[] {
  const tables = plan.intent.tables.map(({ id, name }) => `${id} ${name}\n`).join('')
  const imported = importLive(state, new Map([['/etc/iproute2/rt_tables', tables]]))
  if (imported.plan === undefined) return imported.diagnostics.map(({ message }) => message)
  const own = imported.comparison?.differences ?? []
  const planned = {
    ...plan,
    state: { ...plan.state, sysctls: plan.state.sysctls.filter((one) => isSysctlInSync(one, state)) },
  }
  const before = { ...imported.source, plan: asRouted(planned, state) }
  const { differences } = compareWithSource(before, asRouted(imported.plan, state))
  const isNamed = ({ what }: ImportDifference, others: readonly ImportDifference[]): boolean =>
    others.some((other) => other.what === what)
  return [
    ...imported.problems
      .filter(({ kind }) => kind === 'unknown')
      .map(({ place, why }) => `not understood: ${place.text}: ${why}`),
    ...own
      .filter((one) => !isAutomatic(one) && !isNamed(one, named))
      .map((one) => `of its own: ${textOf(one)}`),
    ...differences.filter((one) => !isNamed(one, own)).map(textOf),
    ...wrongClients(plan, imported.plan, state),
  ]
}

const textOf = ({ kind, change, what }: ImportDifference): string => `${kind} ${change}: ${what}`

const isAutomatic = ({ kind, change }: ImportDifference): boolean =>
  change === 'added' && ['sysctls', 'rp-filter', 'accept-ra'].includes(kind)

/**
 * The plan with its current leases and what packets see of it. A live state does not tell
 * - which program makes a link and whether the boot waits for it, nor a hardware address that is the card's own,
 * - name servers and marks of connections, which `ip` does not show,
 * - clients that get nothing, and what a description then has for them: tables that no rule looks up, and sysctls,
 * - the order of IPv6 addresses: the kernel lists the newest first, and NetworkManager adds them from the last to the first.
 */
function asRouted(plan: KernelPlan, state: LiveState): KernelPlan {
  const leased = applyLeases(plan, liveLeases(plan, state))
  const { links, routes, rules, sysctls } = leased.state
  const exists = (link: string): boolean => state.links.some(({ name }) => name === link)
  const lookedUp = new Set([
    RT_TABLE_MAIN,
    ...rules.flatMap(({ action }) => (action.type === 'lookup' ? [action.table] : [])),
  ])
  return {
    ...leased,
    state: {
      links: links.filter(({ name }) => exists(name)).map(asShown),
      routes: routes.filter(
        ({ table, nexthops }) => lookedUp.has(table) && nexthops.every(({ dev }) => exists(dev)),
      ),
      rules,
      sysctls: sysctls.filter((sysctl) => isShown(sysctl, state)),
      connmarks: [],
    },
  }
}

function asShown({ lease: _lease, mac: _mac, mtu: _mtu, ...link }: PlannedLink): PlannedLink {
  return {
    ...link,
    managed: true,
    optional: false,
    nameservers: { addresses: [], search: [] },
    addresses: link.addresses.toSorted((a, b) => (a.address.text < b.address.text ? -1 : 1)),
  }
}

/** Not the value that the link would have by itself, and none for the kernel's client of router advertisements. */
function isShown({ key, value, kernelRaOnly }: Sysctl, { sysctls, links }: LiveState): boolean {
  const link = linkOfSysctl(key)
  if (link === undefined) return true
  const family: Family = key[1] === 'ipv6' ? 'inet6' : 'inet'
  const fresh = sysctls[sysctlPath(linkSysctl(family, 'default', key.at(-1) ?? ''))]
  return (
    links.some(({ name }) => name === link) &&
    value !== fresh &&
    kernelRaOnly !== true &&
    key.at(-1) !== 'accept_ra'
  )
}

/** A client that got an address is one in the description too, and no other is. */
function wrongClients(plan: KernelPlan, imported: KernelPlan, { links }: LiveState): readonly string[] {
  const isLeased = (link: PlannedLink | undefined, family: Family): boolean =>
    family === 'inet'
      ? link?.lease?.dhcp4 === true
      : link?.lease?.dhcp6 === true || link?.lease?.acceptRa === true
  return links.flatMap(({ name, addresses }) =>
    (['inet', 'inet6'] as const).flatMap((family) => {
      const [planned, described] = [plan, imported].map(({ state }) =>
        isLeased(
          state.links.find((link) => link.name === name),
          family,
        ),
      )
      const gotSome = addresses.some(
        ({ address, isDynamic, scope }) =>
          address.family === family && isDynamic === true && scope === 'global',
      )
      return planned === described || (planned === true && !gotSome)
        ? []
        : [`client of ${name} for ${family}: ${String(planned)}, then ${String(described)}`]
    }),
  )
}
