// What the written sysctls make of a link, as the kernel reads them together with those of conf.all.
import type { LinkName } from '../kernel/link.js'
import type { KernelPlan, Sysctl } from '../plan/plan.js'
import { normalKey } from '../plan/sysctl-key.js'

export interface Sysctls {
  /** IN_DEV_MAXCONF: the larger of the link’s value and that of conf.all; 0 where nothing is said. */
  larger(link: LinkName, name: string): number
  /** IN_DEV_ORCONF: where either is set. */
  either(link: LinkName, name: string): boolean
  find(link: LinkName | 'all', name: string): Sysctl | undefined
}

export function sysctlsOf({ sysctls }: KernelPlan): Sysctls {
  const byKey = new Map(sysctls.map((sysctl) => [normalKey(sysctl.key), sysctl]))
  const find: Sysctls['find'] = (link, name) => byKey.get(`net/ipv4/conf/${link}/${name}`)
  const valueOf = (link: LinkName | 'all', name: string): number => {
    const value = Number(find(link, name)?.value.trim() ?? 0)
    return Number.isNaN(value) ? 0 : value
  }
  return {
    find,
    larger: (link, name) => Math.max(valueOf('all', name), valueOf(link, name)),
    either: (link, name) => valueOf('all', name) !== 0 || valueOf(link, name) !== 0,
  }
}
