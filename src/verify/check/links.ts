// Link check: presence, parameters and addresses.
import { isBridgeOrBondPort, type VirtualLink } from '../../kernel/virtual-link.js'
import type { KernelPlan, PlannedLink } from '../../plan/plan.js'
import { virtualLinkTokens } from '../../syntax/iproute2.js'
import type { Finding } from '../finding.js'
import { checkAddresses } from './addresses.js'
import type { Checked, DownLinks } from '../link-state.js'
import type { LiveLink, LiveState } from '../state.js'

export const showLink = (name: string): string => `ip -details link show dev ${name}`

export function checkLinks(plan: KernelPlan, state: LiveState, idle: DownLinks): readonly Checked[] {
  const live = new Map(state.links.map((link) => [link.name, link]))
  return plan.state.links.flatMap((link): readonly Checked[] => {
    const found = live.get(link.name)
    if (found === undefined) return link.addresses.map(() => ({ link: link.name, what: 'address' }))
    return [
      ...(link.managed ? checkVirtualLink(link, found) : []),
      ...checkAddresses(plan, link, found, state, idle),
    ]
  })
}

function checkVirtualLink(link: PlannedLink, live: LiveLink): readonly Finding[] {
  const different = (planned: string, found: string, fix?: string): Finding => ({
    ...{ severity: 'error', kind: 'different', what: 'link' },
    ...{ words: `${link.name} ${planned}`, live: found, show: showLink(link.name), origin: link.origin },
    fix,
  })
  const set = (words: string): string => `ip link set dev ${link.name} ${words}`
  const setting = (words: string, found: string): Finding => different(words, found, set(words))
  const hasOwnMac = link.mac !== undefined && !isBridgeOrBondPort(link.master)
  const master = link.master?.link
  return [
    ...(link.mtu === undefined || link.mtu === live.mtu
      ? []
      : [setting(`mtu ${link.mtu}`, `mtu ${live.mtu}`)]),
    ...(hasOwnMac && link.mac.toLowerCase() !== live.mac?.toLowerCase()
      ? [setting(`address ${link.mac}`, `address ${live.mac ?? 'none'}`)]
      : []),
    ...(master === live.master
      ? []
      : [
          setting(
            master === undefined ? 'nomaster' : `master ${master}`,
            live.master === undefined ? 'no master' : `master ${live.master}`,
          ),
        ]),
    ...(link.virtual === undefined || hasPlannedKind(link.virtual, live)
      ? []
      : [different(virtualLinkTokens(link.virtual).join(' '), formatKind(live))]),
  ]
}

/** Ignores settings that do not affect routing (a bond's monitoring, a bridge's delay). */
function hasPlannedKind(made: VirtualLink, live: LiveLink): boolean {
  if (made.kind !== live.kind) return false
  switch (made.kind) {
    case 'vlan':
      return made.id === live.vlanId && made.link === live.parent
    case 'vrf':
      return made.table === live.table
    case 'bond':
      return made.mode === live.mode
    case 'bridge':
      return true
  }
}

const formatKind = ({ kind, parent, vlanId, mode, table }: LiveLink): string =>
  [
    ...(kind === 'vlan' && parent !== undefined ? ['link', parent] : []),
    `type ${kind ?? 'of a card'}`,
    ...(vlanId === undefined || kind !== 'vlan' ? [] : [`id ${vlanId}`]),
    ...(mode === undefined || kind !== 'bond' ? [] : [`mode ${mode}`]),
    ...(table === undefined || kind !== 'vrf' ? [] : [`table ${table}`]),
  ].join(' ')
