// Sysctl check: the effective value, combined with conf.all.
import type { KernelPlan, Sysctl } from '../../plan/plan.js'
import { commandLine } from '../../syntax/shell.js'
import type { Finding } from '../finding.js'
import { sysctlPath } from '../collect.js'
import { mergeResults, type CheckResult } from './result.js'
import { linkOfSysctl, type DownLinks } from '../link-state.js'
import { plainValue } from '../read/read-state.js'
import { hasFamily, WITHOUT_IPV6, type LiveState } from '../state.js'

/** ip-sysctl.rst: "the max value from conf/{all,interface}". */
const largest =
  /^\/proc\/sys\/net\/ipv4\/conf\/(?!(?:all|default)\/)[^/]+\/(?:rp_filter|arp_ignore|arp_announce)$/

export function checkSysctls(plan: KernelPlan, state: LiveState, idle: DownLinks): CheckResult {
  const results = plan.state.sysctls
    .filter((sysctl) => !isDaemonManaged(sysctl, state) && !isInapplicable(sysctl, state))
    .map((sysctl): CheckResult => {
      const link = plan.state.links.find(({ name }) => name === linkOfSysctl(sysctl))?.name
      if (link !== undefined && idle.get(link) === 'absent')
        return { findings: [], excused: [{ link, what: 'sysctl' }] }
      return { findings: checkSysctl(sysctl, state), excused: [] }
    })
  return mergeResults(results)
}

function checkSysctl({ key, value, origin }: Sysctl, state: LiveState): readonly Finding[] {
  const { sysctls, closed } = state
  const path = sysctlPath(key)
  const live = sysctls[path]
  const assignment = `${key}=${value}`
  const planned = {
    ...({ severity: 'error', what: 'sysctl' } as const),
    ...{ words: assignment, show: commandLine(['sysctl', key]), origin },
  }
  if (live === undefined) {
    const unchecked = { ...planned, severity: 'note', kind: 'unchecked' } as const
    if (closed.includes(path))
      return [{ ...unchecked, why: 'only root may read it, and the state was collected without root' }]
    const isWithout = isOfIpv6(path) && !hasFamily(state, 'inet6')
    return path.startsWith('/proc/sys/net/')
      ? [{ ...planned, kind: 'missing', why: isWithout ? WITHOUT_IPV6 : 'its kernel has no such key' }]
      : [{ ...unchecked, why: 'the collected state does not contain it' }]
  }
  const wanted = plainValue(value)
  const fix = commandLine(['sysctl', '-w', assignment])
  const all = largest.test(path) ? path.replace(/\/conf\/[^/]+\//, '/conf/all/') : undefined
  const other = all === undefined ? undefined : sysctls[all]
  if (other === undefined)
    return live === wanted ? [] : [{ ...planned, kind: 'different', live: `${key}=${live}`, fix }]
  const effective = String(Math.max(Number(live), Number(other)))
  if (effective === wanted) return []
  const isConfAllLarger = Number(other) > Number(wanted)
  return [
    {
      ...{ ...planned, kind: 'different', live: `${key}=${live}` },
      ...(isConfAllLarger
        ? {
            why: `the larger of it and net.ipv4.conf.all counts, and that is ${other}`,
            show: `sysctl ${keyOf(all)} ${key}`,
          }
        : { fix }),
    },
  ]
}

const keyOf = (path: string | undefined): string =>
  (path ?? '').replace('/proc/sys/', '').replaceAll('/', '.')

/** Generated IPv6 sysctls do not matter without IPv6. */
const isInapplicable = ({ key, origin }: Sysctl, state: LiveState): boolean =>
  !hasFamily(state, 'inet6') && isOfIpv6(sysctlPath(key)) && origin.kind !== 'sysctl'

const isOfIpv6 = (path: string): boolean => path.startsWith('/proc/sys/net/ipv6/')

/** networkd and NetworkManager handle router advertisements themselves and disable them in the kernel. */
function isDaemonManaged(sysctl: Sysctl, { sysctls }: LiveState): boolean {
  if (sysctl.isForKernelRa !== true) return false
  const link = linkOfSysctl(sysctl)
  return link !== undefined && sysctls[`/proc/sys/net/ipv6/conf/${link}/accept_ra`] === '0'
}
