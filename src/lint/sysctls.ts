// Effective sysctls of a link, combined with conf.all as in the kernel.
import type { LinkName } from '../kernel/link.js'
import { linkSysctl, sysctlPath } from '../kernel/sysctl.js'
import { memoizeLast } from '../stdlib/memoize.js'
import type { KernelPlan, Sysctl } from '../plan/plan.js'

export interface Sysctls {
  /** IN_DEV_MAXCONF: the larger of the link’s value and that of conf.all; 0 if neither is set. */
  larger(link: LinkName, name: string): number
  /** IN_DEV_ORCONF: whether either is set. */
  either(link: LinkName, name: string): boolean
  find(link: LinkName | 'all', name: string): Sysctl | undefined
}

export const sysctlsOf = memoizeLast(({ state: { sysctls } }: KernelPlan): Sysctls => {
  const byKey = new Map(sysctls.map((sysctl) => [sysctlPath(sysctl.key), sysctl]))
  const find: Sysctls['find'] = (link, name) => byKey.get(sysctlPath(linkSysctl('inet', link, name)))
  const valueOf = (link: LinkName | 'all', name: string): number => {
    const value = Number(find(link, name)?.value.trim() ?? 0)
    return Number.isNaN(value) ? 0 : value
  }
  return {
    find,
    larger: (link, name) => Math.max(valueOf('all', name), valueOf(link, name)),
    either: (link, name) => valueOf('all', name) !== 0 || valueOf(link, name) !== 0,
  }
})
