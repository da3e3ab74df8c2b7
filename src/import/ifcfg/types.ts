// Types of ifcfg files: cards, and the virtual links that they make.
import type { Collector } from '../../found/collector.js'
import type { Place } from '../../found/found.js'
import { isLinkName, type LinkName } from '../../kernel/link.js'
import type { VirtualLink } from '../../kernel/virtual-link.js'
import { bondOf } from '../../targets/shared/networkmanager/read/virtual-links.js'
import type { ProfileType } from '../../targets/shared/networkmanager/types.js'
import { booleanOf, integerOf, type Variable, type Variables } from './variables.js'

export interface IfcfgType {
  readonly kind: 'ethernet' | 'vlan' | 'bond' | 'bridge' | 'other'
  /** As NetworkManager calls it, for its metrics. */
  readonly profile: ProfileType
  readonly word: string
  readonly place: Place
}

const words: Readonly<Record<string, readonly [IfcfgType['kind'], ProfileType]>> = {
  ethernet: ['ethernet', 'ethernet'],
  vlan: ['vlan', 'vlan'],
  bond: ['bond', 'bond'],
  bridge: ['bridge', 'bridge'],
  wireless: ['other', 'wifi'],
  infiniband: ['other', 'infiniband'],
  team: ['other', 'team'],
  gre: ['other', 'ip-tunnel'],
  ipip: ['other', 'ip-tunnel'],
  sit: ['other', 'ip-tunnel'],
}

/** `device`: DEVICE. Without TYPE it follows from other variables (connection_from_file_full() of ifcfg-rh). */
export function typeOf(device: Variable, variables: Variables, collector: Collector): IfcfgType {
  const type = variables.take('TYPE')
  const isVlan = booleanOf(variables.take('VLAN'), collector) === true
  const hasBond = variables.rest().some(({ name }) => name === 'BONDING_OPTS' || name === 'BONDING_MASTER')
  const hasTeam = variables.rest().some(({ name }) => name === 'TEAM_CONFIG')
  const named = type?.value.toLowerCase() ?? 'ethernet'
  const word =
    named !== 'ethernet' ? named : isVlan ? 'vlan' : hasBond ? 'bond' : hasTeam ? 'team' : impliedBy(device)
  const [kind, profile] = (Object.hasOwn(words, word) ? words[word] : undefined) ?? ['other', 'generic']
  return { kind, profile, word: type?.value ?? word, place: type?.place ?? device.place }
}

const impliedBy = ({ value }: Variable): string =>
  /^(?:ppp|ippp|sit|tun|wlan|wg)\d/.test(value) ? value.replace(/\d.*$/, '') : 'ethernet'

export function virtualOf(
  device: string,
  { kind, place }: IfcfgType,
  ports: readonly LinkName[],
  variables: Variables,
  isLegacy: boolean,
  collector: Collector,
): VirtualLink | undefined {
  switch (kind) {
    case 'vlan':
      return vlanOf(device, place, variables, collector)
    case 'bond': {
      const options = optionsOf(variables.take('BONDING_OPTS'))
      const bond = bondOf((key) => options.take(key), ports, collector, isLegacy ? 0 : 100)
      for (const { key, place: at } of options.rest())
        if (
          /^(?:updelay|downdelay|num_.*|resend_igmp|lp_interval|primary_reselect|ad_.*|use_carrier)$/.test(
            key,
          )
        )
          collector.withoutEffect(at, `\`${key}\` routes no packet`)
        else collector.unknown(at, `multihome’s bonds have no \`${key}\``)
      return bond
    }
    case 'bridge': {
      const stp = booleanOf(variables.take('STP'), collector) ?? false
      const delay = integerOf(stp ? variables.take('DELAY') : undefined, 0, 30, collector)
      return { kind: 'bridge', links: ports, stp, ...(delay === undefined ? {} : { forwardDelay: delay }) }
    }
    case 'ethernet':
    case 'other':
      return undefined
  }
}

/** make_vlan_setting() of ifcfg-rh: `eth0.10`, or `vlan10` with PHYSDEV; VLAN_ID counts before the name. */
function vlanOf(
  device: string,
  place: Place,
  variables: Variables,
  collector: Collector,
): VirtualLink | undefined {
  const [, parent, tag] = /^(.+)\.(\d{1,4})$/.exec(device) ?? []
  const physical = variables.take('PHYSDEV')
  const id = integerOf(variables.take('VLAN_ID'), 1, 4094, collector)
  const link = physical?.value ?? parent ?? ''
  const number = id ?? Number(tag ?? /^vlan(\d{1,4})$/.exec(device)?.[1])
  const flags = [variables.take('VLAN_FLAGS'), variables.take('GVRP'), variables.take('MVRP')]
  for (const flag of flags)
    if (flag !== undefined && !/^(?:no|0)$/i.test(flag.value))
      collector.unknown(flag.place, 'multihome’s VLANs have no GVRP, MVRP or loose binding')
  if (isLinkName(link) && number >= 1 && number <= 4094) return { kind: 'vlan', id: number, link }
  collector.unknown(physical?.place ?? place, 'a VLAN needs PHYSDEV and VLAN_ID, or a DEVICE like `eth0.10`')
  return undefined
}

interface Option {
  readonly key: string
  readonly value: string
  readonly place: Place
}

/** `mode=1 miimon=100`. */
function optionsOf(variable: Variable | undefined): {
  take(key: string): Option | undefined
  rest(): readonly Option[]
} {
  const options = new Map<string, Option>()
  if (variable !== undefined)
    for (const word of variable.value.split(/\s+/).filter((one) => one !== '')) {
      const [key = '', ...value] = word.split('=')
      options.set(key, { key, value: value.join('='), place: variable.place })
    }
  return {
    take(key) {
      const option = options.get(key)
      options.delete(key)
      return option
    },
    rest: () => [...options.values()],
  }
}
