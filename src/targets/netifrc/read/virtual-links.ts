// VLANs, bonds and bridges of conf.d/net.
import type { Collector } from '../../../found/collector.js'
import { isLinkName, type LinkName } from '../../../kernel/link.js'
import type { Bond, Bridge, Vlan } from '../../../kernel/virtual-link.js'
import { variablePart } from '../../../syntax/conf-d.js'
import { effectiveMiimon, parseBondMode, parseHashPolicy, parseLacpRate } from '../../shared/bond-words.js'
import type { Variable, Variables } from './variables.js'

const wordsOf = (list: Variable | undefined): readonly string[] =>
  list?.entries.flatMap(({ text }) => text.split(' ')) ?? []

function linksOf(list: Variable | undefined, collector: Collector): readonly LinkName[] {
  return wordsOf(list).flatMap((name) => {
    if (isLinkName(name)) return [name]
    if (list !== undefined) collector.unknown(list.place, `\`${name}\` is no name of a link`)
    return []
  })
}

/** VLANs by the names of their links, and the links of the VLANs. */
export type Vlans = ReadonlyMap<string, Vlan>

/** `vlans_eth0="10 20"` makes eth0.10 and eth0.20, or links of the names that `eth0_vlan10_name` says. */
export function readVlans(
  variables: Variables,
  nameOf: (part: string) => string,
  collector: Collector,
): Vlans {
  const vlans = new Map<string, Vlan>()
  for (const name of variables.names().filter((one) => one.startsWith('vlans_'))) {
    const list = variables.take(name)
    if (list === undefined) continue
    const part = name.slice('vlans_'.length)
    const parent = nameOf(part)
    for (const word of wordsOf(list)) {
      const id = Number(word)
      const named = variables.take(`${part}_vlan${word}_name`) ?? variables.take(`vlan${word}_name`)
      if (isLinkName(parent) && /^\d{1,4}$/.test(word) && id >= 1 && id <= 4094)
        vlans.set(named?.entries[0]?.text ?? `${parent}.${word}`, { kind: 'vlan', id, link: parent })
      else collector.unknown(list.place, `\`${word}\` is no id of a VLAN`)
      for (const detail of ['flags', 'ingress', 'egress']) {
        const variable = variables.take(`${part}_vlan${word}_${detail}`)
        if (variable !== undefined)
          collector.unknown(variable.place, 'a VLAN of a description has no such detail')
      }
    }
  }
  return vlans
}

/** `slaves_bond0` and what sysfs has for bonds: `mode_bond0`. */
export function readBond(part: string, variables: Variables, collector: Collector): Bond | undefined {
  const slaves = variables.take(`slaves_${part}`)
  if (slaves === undefined) return undefined
  const parsed = <T>(key: string, parse: (value: string) => T | undefined): T | undefined => {
    const variable = variables.take(`${key}_${part}`)
    const value = variable?.entries[0]?.text.replace(/ \d+$/, '')
    const found = value === undefined ? undefined : parse(value)
    if (variable !== undefined && value !== undefined && found === undefined)
      collector.unknown(variable.place, `\`${value}\` is no value of ${key}`)
    return found
  }
  const mode = parsed('mode', parseBondMode) ?? 'balance-rr'
  const lacpRate = parsed('lacp_rate', parseLacpRate)
  const xmitHashPolicy = parsed('xmit_hash_policy', parseHashPolicy)
  const primary = parsed('primary', (name) => (isLinkName(name) ? name : undefined))
  return {
    kind: 'bond',
    mode,
    links: linksOf(slaves, collector),
    miimon: effectiveMiimon(mode, parsed('miimon', integer)),
    ...(primary === undefined ? {} : { primary }),
    ...(lacpRate === undefined ? {} : { lacpRate }),
    ...(xmitHashPolicy === undefined ? {} : { xmitHashPolicy }),
  }
}

const integer = (text: string): number | undefined => (/^\d{1,9}$/.test(text) ? Number(text) : undefined)

/** `bridge_br0`, or `brctl_br0` of old files, or `bridge_add_eth0="br0"` of the ports. */
export function readBridge(
  part: string,
  variables: Variables,
  added: readonly LinkName[],
  collector: Collector,
): Bridge | undefined {
  const ports = variables.take(`bridge_${part}`)
  const commands = variables.take(`brctl_${part}`)
  if (ports === undefined && commands === undefined && added.length === 0) return undefined
  let stp = false
  let forwardDelay: number | undefined
  for (const [key, apply] of [
    ['stp_state', (value: number) => void (stp = value !== 0)],
    // sysfs has hundredths of a second.
    ['forward_delay', (value: number) => void (forwardDelay = value / 100)],
  ] as const)
    for (const variable of [variables.take(`${key}_${part}`), variables.take(`bridge_${key}_${part}`)]) {
      const value = integer(variable?.entries[0]?.text ?? '')
      if (value !== undefined) apply(value)
      else if (variable !== undefined) collector.unknown(variable.place, 'the value is no number')
    }
  for (const { text, place } of commands?.entries ?? []) {
    const [command, value = ''] = text.split(' ')
    if (command === 'stp') stp = /^(?:on|yes|1)$/.test(value)
    else if (command === 'setfd') forwardDelay = Number(value)
    else collector.withoutEffect(place, 'it is a detail of the bridge')
  }
  return {
    kind: 'bridge',
    links: [...linksOf(ports, collector), ...added],
    stp,
    // br_make_forwarding() does not wait without STP.
    ...(stp && forwardDelay !== undefined ? { forwardDelay } : {}),
  }
}

/** Ports by the parts of their bridges' names, of `bridge_add_eth0="br0"`. */
export function readAddedPorts(
  variables: Variables,
  nameOf: (part: string) => string,
): ReadonlyMap<string, readonly LinkName[]> {
  const ports = new Map<string, LinkName[]>()
  for (const name of variables.names().filter((one) => one.startsWith('bridge_add_'))) {
    const port = nameOf(name.slice('bridge_add_'.length))
    const bridge = variables.take(name)?.entries[0]?.text
    if (bridge === undefined || !isLinkName(port)) continue
    const part = variablePart(bridge)
    const own = ports.get(part)
    if (own === undefined) ports.set(part, [port])
    else own.push(port)
  }
  return ports
}
