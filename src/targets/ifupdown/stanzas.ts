// Links as stanzas: addresses by interfaces(5), routing by hooks, lo first.
import { loopback } from '../../kernel/link.js'
import type { Family } from '../../kernel/family.js'
import { formatPrefix, type Prefix } from '../../kernel/prefix.js'
import { commentOf } from '../../plan/origin.js'
import type { KernelPlan, PlannedLink } from '../../plan/plan.js'
import { line, type Block, type InterfacesStanza } from '../../render/views.js'
import { interfacesComment, optionKeys, optionLine, optionProblem } from '../../syntax/interfaces.js'
import type { RenderContext } from '../target.js'
import { loopbackBlocks, routeBlocks } from './hooks.js'
import { clientBlocks, isLeasing } from './dhcp.js'
import { creationStanzas, deletionStanzas } from './virtual-links.js'
import type { Flavour } from './settings.js'

export function stanzasOf(
  plan: KernelPlan,
  flavour: Flavour,
  context: RenderContext,
): readonly InterfacesStanza[] {
  return [
    loopbackStanza(plan, context),
    ...ownLinks(plan).flatMap((link) => linkStanzas(link, plan, flavour, context)),
  ]
}

/** Links that ifupdown brings up, those that wait for a lease last; other programs create the rest. */
export function ownLinks(plan: KernelPlan): readonly PlannedLink[] {
  const own = plan.state.links.filter(({ managed }) => managed)
  const waits = (link: PlannedLink): boolean => isLeasing(plan, link)
  return [...own.filter((link) => !waits(link)), ...own.filter(waits)]
}

const loopbackStanza = (plan: KernelPlan, context: RenderContext): InterfacesStanza => ({
  comments: ['lo: rules and reject routes, needed whichever link is up'],
  heads: [`auto ${loopback}`, `iface ${loopback} inet loopback`].map((text) => line(text)),
  options: [],
  blocks: loopbackBlocks(plan, context),
})

function linkStanzas(
  link: PlannedLink,
  plan: KernelPlan,
  flavour: Flavour,
  context: RenderContext,
): readonly InterfacesStanza[] {
  const hooks = (family: Family) => routeBlocks(plan, link.name, family, context)
  const [inet, inet6] = [hooks('inet'), hooks('inet6')]
  const own = [...deviceOptions(link), ...purgeOptions(link, flavour), ...vrfOptions(link, flavour)]
  const of = (family: Family) => link.addresses.filter((address) => address.family === family)
  // The mtu of an inet6 stanza is IPv6's own, not the link's; and a link without addresses needs a stanza too.
  const isBare = of('inet').length === 0 && (own.length > 0 || inet.length > 0 || of('inet6').length === 0)
  const stanzas: readonly Stanza[] = [
    ...(isBare ? [{ family: 'inet', method: 'manual', options: [] } as const] : []),
    ...of('inet').map((address) => staticStanza(address, [])),
    ...of('inet6').map((address) => staticStanza(address, inet6Options(flavour, link))),
  ]
  const lineOf = (text: string) => line(text, link.origin)
  const last = { inet: lastIndex(stanzas, 'inet'), inet6: lastIndex(stanzas, 'inet6') }
  return stanzas.map((stanza, index) => ({
    comments: index === 0 ? interfacesComment(commentOf(link.origin)) : [],
    heads: [
      ...(index === 0 ? [`${link.optional ? 'allow-hotplug' : 'auto'} ${link.name}`] : []),
      `iface ${link.name} ${stanza.family} ${stanza.method}`,
    ].map(lineOf),
    options: [...stanza.options, ...(index === 0 ? own : [])].map(lineOf),
    // A route may use any address of its family as source, so all addresses come first.
    blocks: [
      ...(index === 0 ? creationStanzas(link, plan, context) : []),
      ...blocksAt(index, last, inet, inet6),
      ...(index === stanzas.length - 1 ? clientBlocks(plan, link, 'up') : []),
      ...(index === 0 ? clientBlocks(plan, link, 'down') : []),
      ...(index === stanzas.length - 1 ? deletionStanzas(link, context) : []),
    ],
  }))
}

interface Stanza {
  readonly family: Family
  readonly method: 'static' | 'manual'
  readonly options: readonly string[]
}

const staticStanza = (address: Prefix, options: readonly string[]): Stanza => ({
  family: address.family,
  method: 'static',
  options: [optionLine(optionKeys.address, formatPrefix(address)), ...options],
})

const lastIndex = (stanzas: readonly Stanza[], family: Family): number =>
  stanzas.findLastIndex((stanza) => stanza.family === family)

/** Routes of a family without address are in the other family's stanza. */
function blocksAt(
  index: number,
  last: Readonly<Record<Family, number>>,
  inet: readonly Block[],
  inet6: readonly Block[],
): readonly Block[] {
  return [
    ...(index === (last.inet === -1 ? last.inet6 : last.inet) ? inet : []),
    ...(index === (last.inet6 === -1 ? last.inet : last.inet6) ? inet6 : []),
  ]
}

function deviceOptions(link: PlannedLink): readonly string[] {
  const { addresses, search } = link.nameservers
  const option = (key: string, value: string | undefined): readonly string[] =>
    value === undefined || value === '' ? [] : [optionLine(key, value)]
  return [
    ...option(optionKeys.mtu, link.mtu?.toString()),
    ...option(optionKeys.mac, link.mac),
    ...option(optionKeys.nameservers, addresses.map(({ text }) => text).join(' ')),
    // Others are refused.
    ...option(
      optionKeys.search,
      search.filter((domain) => optionProblem(optionKeys.search, domain) === undefined).join(' '),
    ),
  ]
}

/**
 * Only ifupdown waits for duplicate address detection, which never ends without carrier: the stanza would fail and its
 * hooks never run. Router advertisements would add unplanned routes. The other two programs have neither key.
 */
const inet6Options = (flavour: Flavour, { lease }: PlannedLink): readonly string[] =>
  flavour === 'ifupdown'
    ? [
        optionLine(optionKeys.acceptRa, lease?.acceptRa === true ? '2' : '0'),
        optionLine(optionKeys.dadAttempts, '0'),
      ]
    : []

/** ifupdown2 deletes every address that is not in the stanza, at each `ifup` and `ifreload`. */
const purgeOptions = ({ lease }: PlannedLink, flavour: Flavour): readonly string[] =>
  flavour === 'ifupdown2' && lease !== undefined ? [optionLine(optionKeys.addressPurge, 'no')] : []

/** ifupdown2 removes a link without this key from its VRF, after the `pre-up` hooks (addons/vrf.py). */
const vrfOptions = ({ master }: PlannedLink, flavour: Flavour): readonly string[] =>
  flavour === 'ifupdown2' && master?.kind === 'vrf' ? [optionLine(optionKeys.vrf, master.link)] : []
