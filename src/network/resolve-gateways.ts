// Resolver of gateways: next hops, addresses, tables.
import type { Description, GatewayDescription, ReplyWord } from '../description/description.js'
import type { Reporter } from '../diagnostics/reporter.js'
import { isLinkLocal } from '../kernel/address.js'
import { families, familyName, type Family } from '../kernel/family.js'
import { formatFwmark, marksOverlap, type Fwmark } from '../kernel/fwmark.js'
import type { LinkName } from '../kernel/link.js'
import { containsAddress } from '../kernel/prefix.js'
import { softwareOfMark, type Software } from '../software/software.js'
import { entriesOf, findLink, vrfOf, type Links, type RuleContext } from './references.js'
import { leasedFamilies, servesFamily } from './network.js'
import type { Gateway, Link, LinkAddress, GatewayNexthop } from './network.js'
import { checkNexthop } from './nexthop.js'
import { resolveRoutes } from './resolve-routes.js'

type GatewayContext = Pick<RuleContext, 'links' | 'tables' | 'coexist'>

export function resolveGateways(
  description: Description,
  context: GatewayContext,
  reporter: Reporter,
): readonly Gateway[] {
  const written = Object.entries(description.gateways ?? {})
  const onLink = new Map<string, number>()
  for (const [, { link }] of written) onLink.set(link, (onLink.get(link) ?? 0) + 1)
  const lanLinks = [...context.links.values()]
    .filter((link) => !onLink.has(link.name) && vrfOf(link) === undefined)
    .map(({ name }) => name)
  const claimed = new Map<string, string>()
  const marks: { readonly mark: Fwmark; readonly gateway: string }[] = []
  const gateways: Gateway[] = []
  const leaseOwners = new Map<LinkName, string>()
  for (const [name, gateway] of written) {
    const at = reporter.at('gateways', name)
    const link = gateway.link === undefined ? undefined : findLink(context.links, gateway.link, at.at('link'))
    const table = context.tables.get(name)
    checkMark(name, gateway, context.coexist, marks, at.at('fwmark'))
    if (link === undefined || table === undefined) continue
    checkNotMember(link, at.at('link'))
    const sharesLink = (onLink.get(gateway.link) ?? 0) > 1
    const resolved = resolveGateway(name, gateway, link, sharesLink, claimed, context, at)
    if (resolved.nexthops.some(isLeased)) {
      const leaseOwner = leaseOwners.get(link.name)
      if (leaseOwner !== undefined)
        at.at('via').report('lease-taken', { link: link.name, gateway: leaseOwner })
      leaseOwners.set(link.name, name)
    }
    gateways.push({
      ...resolved,
      table,
      connected: connectedLinks(gateway, link, lanLinks, context.links, at),
    })
  }
  return gateways.filter(
    ({ name, link }) => !reporter.isBroken('gateways', name) && !reporter.isBroken('links', link),
  )
}

/** A gateway needs a link with packets and routes of its own. */
function checkNotMember(link: Link, reporter: Reporter): void {
  const { name, master } = link
  const vrf = vrfOf(link)
  if (vrf !== undefined)
    reporter.report('link-in-vrf', {
      link: name,
      vrf,
      what: 'answers that arrive there are looked up in the table of the VRF, before all rules of a gateway',
    })
  else if (master !== undefined)
    reporter.report('gateway-on-member', { link: name, master: master.link, kind: master.kind })
}

function resolveGateway(
  name: string,
  written: GatewayDescription,
  link: Link,
  sharesLink: boolean,
  claimed: Map<string, string>,
  context: GatewayContext,
  reporter: Reporter,
): Omit<Gateway, 'table' | 'connected'> {
  const onlink = written.onlink ?? reporter.isBroken(...reporter.path, 'onlink')
  const failClosed = written['fail-closed'] ?? false
  const nexthops = nexthopsOf(written, link, onlink, reporter)
  const reply = repliesOf(written.reply)
  const addresses = addressesOf(written, link, nexthops, sharesLink, failClosed, reporter)
  for (const { prefix, path } of addresses) {
    const owner = claimed.get(prefix.address.text)
    if (
      owner !== undefined &&
      !reporter.isBroken('gateways', owner) &&
      !reporter.isBroken(...reporter.path, 'addresses')
    ) {
      const at = written.addresses === undefined ? reporter : reporter.at('addresses')
      const related = [{ message: 'the address is written here', path }]
      at.report('address-claimed-twice', { address: prefix.address.text, gateway: owner }, { related })
    }
    claimed.set(prefix.address.text, name)
  }
  const hasDynamic = written.addresses === undefined && (!sharesLink || nexthops.some(isLeased))
  return {
    name,
    link: link.name,
    nexthops,
    addresses,
    dynamicFamilies: hasDynamic
      ? dynamicFamilies(link).filter((family) => servesFamily({ nexthops, failClosed }, family))
      : [],
    onlink,
    reply,
    fwmark: written.fwmark?.mark,
    failClosed,
    leaseRoutes: leaseRoutesOf(written, link, nexthops, reporter),
    metric: written.metric,
    sharesLink,
    routes: resolveRoutes(written.routes, { links: context.links, link: link.name }, reporter),
    path: reporter.path,
    comment: written.comment,
  }
}

function nexthopsOf(
  written: GatewayDescription,
  link: Link,
  onlink: boolean,
  reporter: Reporter,
): readonly GatewayNexthop[] {
  const ways: GatewayNexthop[] = []
  for (const [index, via] of entriesOf(written.via)) {
    const at = reporter.at('via', ...index)
    if (via === 'lease') continue
    for (const family of via === 'none' ? deviceFamilies(link) : [via.family]) {
      if (ways.some((way) => way.family === family)) {
        at.report('nexthop-family-twice', { family: familyName(family) })
        continue
      }
      if (via === 'none') ways.push({ family, kind: 'device', path: at.path })
      else if (checkNexthop(via, link, onlink, at)) ways.push({ family, kind: 'address', via, path: at.path })
    }
  }
  return [...ways, ...leasedNexthops(written, link, ways, reporter)]
}

export const isLeased = ({ kind }: GatewayNexthop): boolean => kind === 'lease'

/** In the families that the link leases and that have no static next hop. */
function leasedNexthops(
  written: GatewayDescription,
  link: Link,
  statics: readonly GatewayNexthop[],
  reporter: Reporter,
): readonly GatewayNexthop[] {
  const place = entriesOf(written.via).find(([, via]) => via === 'lease')
  if (place === undefined) return []
  const at = reporter.at('via', ...place[0])
  const leased = families.filter((family) => (family === 'inet' ? link.dhcp4 : link.acceptRa))
  const free = leased.filter((family) => statics.every((way) => way.family !== family))
  if (reporter.isBroken('links', link.name)) return []
  if (leased.length === 0) at.report('lease-without-client', { link: link.name })
  else if (free.length === 0) at.report('lease-redundant', { link: link.name })
  return free.map((family) => ({ family, kind: 'lease', path: at.path }))
}

function leaseRoutesOf(
  written: GatewayDescription,
  link: Link,
  nexthops: readonly GatewayNexthop[],
  reporter: Reporter,
): boolean {
  const isWritten = written['lease-routes'] ?? false
  const isBroken = reporter.isBroken(...reporter.path, 'via') || reporter.isBroken('links', link.name)
  if (isWritten && !isBroken && !nexthops.some(isLeased))
    reporter.at('lease-routes').report('lease-routes-unused', {})
  return isWritten
}

/** Families in which the link may have dynamic addresses. */
function dynamicFamilies(link: Link): readonly Family[] {
  const leased = leasedFamilies(link)
  return !link.managed && leased.length === 0 && link.addresses.length === 0 ? families : leased
}

/** docs/description.md: a route to a device is of the families of the link's static addresses, else IPv4. */
function deviceFamilies(link: Link): readonly Family[] {
  const written = families.filter((family) => link.addresses.some(({ prefix }) => prefix.family === family))
  return written.length === 0 ? ['inet'] : written
}

function repliesOf(reply: GatewayDescription['reply']): readonly ('from' | 'to')[] {
  const words: readonly ReplyWord[] =
    reply === undefined ? ['from'] : entriesOf(reply).map(([, word]) => word)
  return (['from', 'to'] as const).filter((word) => words.includes(word))
}

function addressesOf(
  written: GatewayDescription,
  link: Link,
  nexthops: readonly GatewayNexthop[],
  sharesLink: boolean,
  failClosed: boolean,
  reporter: Reporter,
): readonly LinkAddress[] {
  if (written.addresses !== undefined) {
    const chosen: LinkAddress[] = []
    for (const [index, address] of entriesOf(written.addresses)) {
      const own = link.addresses.find(({ prefix }) => prefix.address.text === address.text)
      if (own !== undefined) chosen.push(own)
      else if (!reporter.isBroken('links', link.name))
        reporter
          .at('addresses', ...index)
          .report('gateway-address-unknown', { address: address.text, link: link.name })
    }
    return chosen
  }
  if (!sharesLink)
    return link.addresses.filter(({ prefix }) => servesFamily({ nexthops, failClosed }, prefix.family))
  return link.addresses.filter(({ prefix }) => {
    const via = nexthops.find((way) => way.family === prefix.family)?.via
    if (via === undefined) return false
    return containsAddress(prefix, via) || (via.family === 'inet6' && isLinkLocal(via))
  })
}

function connectedLinks(
  written: GatewayDescription,
  link: Link,
  lanLinks: readonly LinkName[],
  links: Links,
  reporter: Reporter,
): readonly LinkName[] {
  if (written.connected === undefined) return [link.name, ...lanLinks]
  const named = entriesOf(written.connected).map(([index, name]) =>
    findLink(links, name, reporter.at('connected', ...index)),
  )
  return [...new Set(named.flatMap((one) => one?.name ?? []))]
}

function checkMark(
  gateway: string,
  written: GatewayDescription,
  coexist: readonly Software[],
  marks: { readonly mark: Fwmark; readonly gateway: string }[],
  reporter: Reporter,
): void {
  if (written.fwmark === undefined) return
  const { mark } = written.fwmark
  checkMarkBits(written.fwmark, coexist, reporter)
  const other = marks.find((known) => marksOverlap(known.mark, mark))
  if (other !== undefined) reporter.report('mark-taken', { mark: formatFwmark(mark), gateway: other.gateway })
  marks.push({ mark, gateway })
}

/** For gateways and rules: bits outside of the mask, no mask, bits of other software. */
export function checkMarkBits(
  { mark, masked }: { readonly mark: Fwmark; readonly masked: boolean },
  coexist: readonly Software[],
  reporter: Reporter,
): void {
  if (mark.mask === 0 && mark.value === 0) reporter.report('mark-mask-empty', {})
  if ((mark.value & ~mark.mask) !== 0) reporter.report('mark-outside-mask', { mark: formatFwmark(mark) })
  if (!masked) reporter.report('mark-without-mask', { mark: formatFwmark(mark) })
  const software = softwareOfMark(coexist, mark)
  if (software !== undefined)
    reporter.report('coexist-collision', { what: `mark ${formatFwmark(mark)}`, software: software.name })
}
