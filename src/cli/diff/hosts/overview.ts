// Overview of a change: hosts grouped by equal effect, and those that were added, removed, renamed or have an error.
import { escapeName } from '../../../diagnostics/sanitize.js'
import { groupBy } from '../../../stdlib/group-by.js'
import { countOf } from '../../runtime/findings.js'
import { stemOf } from '../../runtime/inputs.js'
import { scopes } from '../report.js'
import type { HostDiff, HostEffect, HostExample, HostPaths } from './host-diff.js'

export interface Overview {
  /** `HEAD`, `the working tree`. */
  readonly before: string
  readonly after: string
  /** Those that reroute most kinds of packets first, then those of most hosts. */
  readonly groups: readonly EffectGroup[]
  readonly added: readonly NamedHost[]
  readonly removed: readonly NamedHost[]
  /** Under another path; a group has those that change as well. */
  readonly renamed: readonly NamedHost[]
  /** With an error before or after, so that nothing is known about them. */
  readonly failed: readonly NamedHost[]
  /** Under the same path: only comments, names, order or settings of targets changed. */
  readonly same: readonly NamedHost[]
  /** Same bytes on both sides. */
  readonly equal: number
}

export interface NamedHost extends HostPaths {
  /** The name of the file without its ending; the path where several hosts have that name. */
  readonly name: string
}

/** Hosts with the same effect. What is said of the example is true of each, with its own values. */
export interface EffectGroup {
  readonly hosts: readonly ChangedHostName[]
  readonly example: HostExample
  /** Roles of addresses that the effect names, and that differ between the hosts. */
  readonly roles: readonly string[]
}

export interface ChangedHostName extends NamedHost {
  /** Own addresses by role, those that the effect names. */
  readonly values: ReadonlyMap<string, string>
}

export interface OverviewBuilder {
  readonly add: (host: HostDiff) => void
  readonly finish: () => Overview
}

/** `paths`: of all hosts, so that no two get the same name. */
export function overviewBuilder(
  { before, after, equal }: Pick<Overview, 'before' | 'after' | 'equal'>,
  paths: readonly string[],
): OverviewBuilder {
  const shared = new Set(
    [...groupBy(paths, stemOf).values()].filter((group) => group.length > 1).map(([path]) => stemOf(path)),
  )
  const hosts: Record<Exclude<HostDiff['kind'], 'changed'>, NamedHost[]> = {
    added: [],
    removed: [],
    same: [],
    failed: [],
  }
  const renamed: NamedHost[] = []
  const groups = new Map<string, { example: HostExample | undefined; readonly hosts: ChangedHostName[] }>()
  return {
    add: (host) => {
      const path = host.after ?? host.before ?? ''
      const named: NamedHost = {
        ...(host.before === undefined ? {} : { before: escapeName(host.before) }),
        ...(host.after === undefined ? {} : { after: escapeName(host.after) }),
        name: escapeName(shared.has(stemOf(path)) ? path : stemOf(path)),
      }
      const isRenamed = host.before !== undefined && host.after !== undefined && host.before !== host.after
      if (isRenamed) renamed.push(named)
      if (host.kind === 'changed') addEffect(host, named)
      else if (!isRenamed || host.kind !== 'same') hosts[host.kind].push(named)
    },
    finish: () => ({
      before,
      after,
      groups: [...groups.values()].flatMap(groupOf).toSorted(byEffect),
      ...hosts,
      renamed,
      equal,
    }),
  }

  function addEffect({ effect, values, example }: HostEffect, named: NamedHost): void {
    const group = groups.get(effect) ?? { example: undefined, hosts: [] }
    groups.set(effect, group)
    // The example is the first host.
    if (group.example === undefined && example !== undefined) {
      group.example = example
      group.hosts.unshift({ ...named, values })
    } else group.hosts.push({ ...named, values })
  }
}

/** Groups of one host have no role. */
function groupOf(group: {
  readonly example: HostExample | undefined
  readonly hosts: readonly ChangedHostName[]
}): readonly EffectGroup[] {
  const { example, hosts } = group
  const [first] = hosts
  if (example === undefined || first === undefined) return []
  const roles = [...first.values].flatMap(([role, value]) =>
    hosts.every(({ values }) => values.get(role) === value) ? [] : [role],
  )
  return [{ example, hosts, roles }]
}

function byEffect(a: EffectGroup, b: EffectGroup): number {
  return (
    scopeRank(a) - scopeRank(b) ||
    b.hosts.length - a.hosts.length ||
    b.example.view.rows.length - a.example.view.rows.length ||
    ((a.hosts[0]?.name ?? '') < (b.hosts[0]?.name ?? '') ? -1 : 1)
  )
}

/** Packets to anywhere, packets that may be rerouted, packets to connected networks, bound sockets, only state. */
function scopeRank({ example: { view } }: EffectGroup): number {
  const [first] = view.rows
  if (first?.scope === 'any') return 0
  if (view.unanalyzed.length > 0) return 1
  return first === undefined ? scopes.length + 1 : 1 + scopes.indexOf(first.scope)
}

export const hasDifference = ({ groups, added, removed, renamed, failed }: Overview): boolean =>
  [groups, added, removed, renamed, failed].some((list) => list.length > 0)

/** `38 hosts change in 2 ways, 1 added; 9,961 unchanged.` */
export function overviewSummary(overview: Overview): string {
  const { groups, added, removed, renamed, failed, same, equal } = overview
  const changed = groups.reduce((count, { hosts }) => count + hosts.length, 0)
  const parts = [
    changed === 0
      ? ''
      : `${countOf(changed, 'host')} ${changed === 1 ? 'changes' : 'change'}${groups.length > 1 ? ` in ${groups.length} ways` : changed > 1 ? ' in the same way' : ''}`,
    added.length === 0 ? '' : `${added.length} added`,
    removed.length === 0 ? '' : `${removed.length} removed`,
    renamed.length === 0 ? '' : `${renamed.length} renamed`,
    failed.length === 0 ? '' : `${failed.length} with errors`,
    same.length === 0 ? '' : `${same.length} without effect`,
  ].filter((part) => part !== '')
  const unchanged = `${equal} unchanged`
  return parts.length === 0 ? `No host changes; ${unchanged}.` : `${parts.join(', ')}; ${unchanged}.`
}

/** Lists of hosts besides the groups, each with its title; none of them is empty. */
export const otherHosts = (
  overview: Overview,
): readonly (readonly [title: string, hosts: readonly NamedHost[], note: string])[] =>
  (
    [
      ['With errors', overview.failed, 'not compared: the description has an error, before or after'],
      ['Added', overview.added, 'multihome plan shows each'],
      ['Removed', overview.removed, ''],
      ['Renamed', overview.renamed, ''],
      ['Without effect', overview.same, 'only comments, names, order or settings of targets changed'],
    ] as const
  ).filter(([, hosts]) => hosts.length > 0)

/** `gw1`, or `old/gw1.yaml → gw1` of a renamed host. */
export const hostText = ({ name, before, after }: NamedHost): string =>
  before !== undefined && after !== undefined && before !== after ? `${before} → ${after}` : name
