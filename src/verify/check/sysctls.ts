// Sysctl check: the effective value, combined with conf.all.
import {
  formatSysctlKey,
  isIpv6Sysctl,
  linkOfSysctl,
  linkSysctl,
  sysctlPath,
  type SysctlKey,
} from '../../kernel/sysctl.js'
import type { KernelPlan, Sysctl } from '../../plan/plan.js'
import { commandLine } from '../../syntax/shell.js'
import type { Finding } from '../finding.js'
import type { Checked, DownLinks } from '../link-state.js'
import { plainValue } from '../read/read-state.js'
import { hasFamily, WITHOUT_IPV6, type LiveState } from '../state.js'

/** ip-sysctl.rst: "the max value from conf/{all,interface}". */
const largest: readonly string[] = ['rp_filter', 'arp_ignore', 'arp_announce']

/** The key of conf.all that counts as well. */
function confAllOf(key: SysctlKey): SysctlKey | undefined {
  const [, family, folder, link = 'all', name = ''] = key
  const isCombined = family === 'ipv4' && folder === 'conf' && largest.includes(name)
  return isCombined && link !== 'all' && link !== 'default' ? linkSysctl('inet', 'all', name) : undefined
}

/** It has the value, or does not matter. */
export const isSysctlInSync = (sysctl: Sysctl, state: LiveState): boolean =>
  !isChecked(sysctl, state) || checkSysctl(sysctl, state).length === 0

const isChecked = (sysctl: Sysctl, state: LiveState): boolean =>
  !isDaemonManaged(sysctl, state) && !isInapplicable(sysctl, state)

export function checkSysctls(plan: KernelPlan, state: LiveState, idle: DownLinks): readonly Checked[] {
  return plan.state.sysctls
    .filter((sysctl) => isChecked(sysctl, state))
    .flatMap((sysctl): readonly Checked[] => {
      const link = plan.state.links.find(({ name }) => name === linkOfSysctl(sysctl.key))?.name
      return link !== undefined && idle.get(link) === 'absent'
        ? [{ link, what: 'sysctl' }]
        : checkSysctl(sysctl, state)
    })
}

function checkSysctl({ key: segments, value, origin }: Sysctl, state: LiveState): readonly Finding[] {
  const { sysctls, closed } = state
  const key = formatSysctlKey(segments)
  const path = sysctlPath(segments)
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
    const isWithout = isIpv6Sysctl(segments) && !hasFamily(state, 'inet6')
    return segments[0] === 'net'
      ? [{ ...planned, kind: 'missing', why: isWithout ? WITHOUT_IPV6 : 'its kernel has no such key' }]
      : [{ ...unchecked, why: 'the collected state does not contain it' }]
  }
  const wanted = plainValue(value)
  const fix = commandLine(['sysctl', '-w', assignment])
  const all = confAllOf(segments)
  const other = all === undefined ? undefined : sysctls[sysctlPath(all)]
  if (all === undefined || other === undefined)
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
            show: `sysctl ${formatSysctlKey(all)} ${key}`,
          }
        : { fix }),
    },
  ]
}

/** Generated IPv6 sysctls do not matter without IPv6. */
const isInapplicable = ({ key, origin }: Sysctl, state: LiveState): boolean =>
  !hasFamily(state, 'inet6') && isIpv6Sysctl(key) && origin.kind !== 'sysctl'

/** networkd and NetworkManager handle router advertisements themselves and disable them in the kernel. */
function isDaemonManaged(sysctl: Sysctl, { sysctls }: LiveState): boolean {
  if (sysctl.kernelRaOnly !== true) return false
  const link = linkOfSysctl(sysctl.key)
  return link !== undefined && sysctls[sysctlPath(linkSysctl('inet6', link, 'accept_ra'))] === '0'
}
