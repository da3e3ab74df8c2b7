// Down links: the reason why their addresses and routes are missing.
import type { LinkName } from '../kernel/link.js'
import type { Sysctl } from '../plan/plan.js'
import { sysctlPath } from './collect.js'
import type { LiveLink, LiveState } from './state.js'

export type DownReason = 'absent' | 'down' | 'no carrier'

export type DownLinks = ReadonlyMap<LinkName, DownReason>

export function downLinks(names: readonly LinkName[], { links }: LiveState): DownLinks {
  const live = new Map(links.map((link) => [link.name, link]))
  return new Map(
    names.flatMap((name): readonly [LinkName, DownReason][] => {
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

/** The link of a sysctl: /proc/sys/net/ipv4/conf/eth0/rp_filter. */
export const linkOfSysctl = ({ key }: Pick<Sysctl, 'key'>): string | undefined =>
  /^\/proc\/sys\/net\/ipv[46]\/(?:conf|neigh)\/([^/]+)\//.exec(sysctlPath(key))?.[1]

/** An item that is missing because its link is down. Reported as a count with the link. */
export interface Excused {
  readonly link: LinkName
  readonly what: 'address' | 'route' | 'sysctl' | 'lease'
}
