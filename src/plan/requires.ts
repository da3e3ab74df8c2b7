// Requirements of a plan: kernel options and minimum versions, with the line that needs each.
import { isMultipath } from './route.js'
import type { Path } from '../diagnostics/diagnostic.js'
import type { Family } from '../kernel/family.js'
import { RT_TABLE_MAIN } from '../kernel/table.js'
import type { VirtualLink } from '../kernel/virtual-link.js'
import type { KernelPlan, Route, Rule } from './plan.js'
import { connmarkPath, versionNeeds, type VersionNeed } from './requires-versions.js'

export interface OptionNeed {
  /** `CONFIG_IP_MULTIPLE_TABLES`. */
  readonly option: string
  readonly reason: string
  /** The first part of the description that needs it. */
  readonly path: Path
}

export interface Requirements {
  readonly options: readonly OptionNeed[]
  /** The oldest sufficient release of each feature that a release in use may lack. */
  readonly versions: readonly VersionNeed[]
}

export const requirementsOf = (plan: KernelPlan): Requirements => ({
  options: optionNeeds(plan),
  versions: versionNeeds(plan),
})

function optionNeeds(plan: KernelPlan): readonly OptionNeed[] {
  const tables = (family: Family): Path | undefined =>
    [...plan.state.routes.filter(isInOtherTable), ...plan.state.rules].find((one) => one.family === family)
      ?.origin.path
  const balanced = plan.state.routes.find((route) => route.family === 'inet' && isMultipath(route))?.origin
    .path
  const marks = connmarkPath(plan)
  const virtual = (kind: VirtualLink['kind']): Path | undefined =>
    plan.state.links.find((link) => link.virtual?.kind === kind)?.origin.path
  const advanced = 'without it Kconfig offers neither of the IPv4 options below'
  const multipath = 'IPv4 routes over several next hops; IPv6 needs no option for them'
  // With the first use in the plan; undefined if the plan does not need it.
  const uses: readonly (readonly [option: string, reason: string, path: Path | undefined])[] = [
    ['CONFIG_IP_ADVANCED_ROUTER', advanced, tables('inet') ?? balanced],
    ['CONFIG_IP_MULTIPLE_TABLES', 'IPv4 rules, and tables beside main', tables('inet')],
    ['CONFIG_IP_ROUTE_MULTIPATH', multipath, balanced],
    ['CONFIG_IPV6', 'IPv6', firstOfFamily(plan, 'inet6')],
    ['CONFIG_IPV6_MULTIPLE_TABLES', 'IPv6 rules, and tables beside main', tables('inet6')],
    ['CONFIG_VLAN_8021Q', 'VLANs', virtual('vlan')],
    ['CONFIG_BONDING', 'bonds', virtual('bond')],
    ['CONFIG_BRIDGE', 'bridges', virtual('bridge')],
    ['CONFIG_NET_VRF', 'VRFs', virtual('vrf')],
    ['CONFIG_SYSCTL', 'kernel settings', plan.state.sysctls[0]?.origin.path],
    ['CONFIG_NF_TABLES', 'nftables', marks],
    ['CONFIG_NF_TABLES_INET', 'one nftables table for both families', marks],
    ['CONFIG_NF_CONNTRACK', 'connection tracking', marks],
    ['CONFIG_NF_CONNTRACK_MARK', 'connection marks', marks],
    ['CONFIG_NFT_CT', 'nftables expressions for connection marks', marks],
  ]
  return uses.flatMap(([option, reason, path]) => (path === undefined ? [] : [{ option, reason, path }]))
}

const isInOtherTable = (route: Route): boolean => route.table !== RT_TABLE_MAIN

function firstOfFamily({ state: { links, routes, rules } }: KernelPlan, family: Family): Path | undefined {
  const link = links.find(({ addresses }) => addresses.some((address) => address.family === family))
  const entries: readonly (Route | Rule)[] = [...routes, ...rules]
  return (link ?? entries.find((one) => one.family === family))?.origin.path
}

/** `built-in`: y. `module`: m, which must be loaded before the plan is installed. `missing`: neither. */
export type OptionState = 'built-in' | 'module' | 'missing'

export interface CheckedOption extends OptionNeed {
  readonly state: OptionState
}

/** `# Linux/x86 6.1.106 Kernel Configuration` → `6.1.106`. undefined where the configuration does not name it. */
export const releaseOfConfig = (config: string): string | undefined =>
  /^# Linux\/\S+ (\d+\.\d+\S*) Kernel Configuration\s*$/m.exec(config)?.[1]

const SETTING = /^(CONFIG_\w+)=([ym])\s*$/gm

/** Checks the text of /boot/config-RELEASE, /proc/config.gz or a .config. Options that are not set are missing. */
export function checkKernelConfig(requirements: Requirements, config: string): readonly CheckedOption[] {
  const set = new Map<string, OptionState>()
  for (const [, option = '', value] of config.matchAll(SETTING))
    set.set(option, value === 'y' ? 'built-in' : 'module')
  return requirements.options.map((need) => ({ ...need, state: set.get(need.option) ?? 'missing' }))
}
