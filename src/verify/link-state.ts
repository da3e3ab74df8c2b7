// Down links: the reason why their addresses and routes are missing.
import type { LinkName } from '../kernel/link.js'
import type { KernelPlan } from '../plan/plan.js'
import type { Finding } from './finding.js'
import type { LiveLink, LiveState } from './state.js'

export type DownReason = 'absent' | 'down' | 'no carrier'

export type DownLinks = ReadonlyMap<LinkName, DownReason>

export function downLinks(plan: KernelPlan, { links }: LiveState): DownLinks {
  const live = new Map(links.map((link) => [link.name, link]))
  return new Map(
    plan.state.links.flatMap(({ name }): readonly [LinkName, DownReason][] => {
      const reason = reasonOf(live.get(name))
      return reason === undefined ? [] : [[name, reason]]
    }),
  )
}

function reasonOf(link: LiveLink | undefined): DownReason | undefined {
  if (link === undefined) return 'absent'
  if (!link.isUp) return 'down'
  return link.hasCarrier ? undefined : 'no carrier'
}

/** An item that is missing because its link is down. Reported as a count with the link. */
export interface Excused {
  readonly link: LinkName
  readonly what: 'address' | 'route' | 'sysctl' | 'lease'
}

/** Result of a check. */
export type Checked = Finding | Excused

export const isExcused = (checked: Checked): checked is Excused => 'link' in checked
