// What an ifcfg file says of its link, and what it is read with.
import type { Collector } from '../../found/collector.js'
import type { FoundLink } from '../../found/found.js'
import type { InputFiles } from '../../found/reader.js'
import type { SharedMetrics } from '../../targets/shared/networkmanager/shared-metrics.js'
import type { IfcfgType } from './types.js'
import type { Variable, Variables } from './variables.js'

export const SCRIPTS = '/etc/sysconfig/network-scripts'

/** Of /etc/sysconfig/network: they count for all links that do not say otherwise. */
export interface Host {
  readonly gateway: Variable | undefined
  readonly gatewayDev: Variable | undefined
  readonly defaultGw6: Variable | undefined
  readonly defaultDev6: Variable | undefined
  readonly ipv6Init: Variable | undefined
}

export interface Profile {
  /** Behind `ifcfg-`; routes and rules are in files of the same name. */
  readonly name: string
  readonly device: string
  readonly type: IfcfgType
  readonly variables: Variables
  /** NM_CONTROLLED=no: network-scripts read it. */
  readonly isLegacy: boolean
  readonly master: (Variable & { readonly kind: 'bond' | 'bridge' | 'vrf' }) | undefined
}

export interface Context {
  readonly profile: Profile
  readonly link: FoundLink
  readonly host: Host
  readonly files: InputFiles
  readonly metrics: SharedMetrics
  /** Of all files of the folder. */
  readonly names: ReadonlySet<string>
  /** Names of the files with more addresses of a link, by the name of its profile. */
  readonly aliases: ReadonlyMap<string, readonly string[]>
  readonly collector: Collector
}

/** Behind `route-` and `rule-`: scripts look for the device and for the name of the file. */
export const fileOwners = ({ device, name }: Profile): readonly string[] => [...new Set([device, name])]

/** With such a file NetworkManager leaves routes and rules to a dispatcher script, which runs ip(8) (10-ifcfg-rh-routes.sh). */
export const hasRuleFile = ({ profile, names }: Pick<Context, 'profile' | 'names'>): boolean =>
  fileOwners(profile).some((owner) => names.has(`rule-${owner}`) || names.has(`rule6-${owner}`))
