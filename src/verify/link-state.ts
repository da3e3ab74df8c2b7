// Links that carry nothing at the moment: what lies on them is missing for that one reason, and told once.
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

/** The link that a setting is of: /proc/sys/net/ipv4/conf/eth0/rp_filter. */
export const linkOfSysctl = ({ key }: Pick<Sysctl, 'key'>): string | undefined =>
  /^\/proc\/sys\/net\/ipv[46]\/(?:conf|neigh)\/([^/]+)\//.exec(sysctlPath(key))?.[1]

/** What is not there because its link carries nothing: counted, and told with the link. */
export interface Excused {
  readonly link: LinkName
  readonly what: 'address' | 'route' | 'sysctl' | 'lease'
}
