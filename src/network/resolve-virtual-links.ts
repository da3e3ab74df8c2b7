// Resolver of virtual links: checks their members and parents.
import type { Description, LinkDescription } from '../description/description.js'
import type { Reporter } from '../diagnostics/reporter.js'
import { didYouMean } from '../diagnostics/suggest.js'
import { isLinkName, type LinkName } from '../kernel/link.js'
import { lowerLinks, type BondMode, type VirtualLink, type Master } from '../kernel/virtual-link.js'
import { entriesOf, type Links } from './references.js'
import type { Link } from './network.js'

const kinds = ['vlan', 'bond', 'bridge', 'vrf'] as const
const titles = { vlan: 'VLAN', bond: 'bond', bridge: 'bridge', vrf: 'VRF' } as const

/** With 0 a bond never notices that a member has lost its carrier. */
export const MIIMON = 100

const withPrimary: readonly BondMode[] = ['active-backup', 'balance-tlb', 'balance-alb']
const withHashPolicy: readonly BondMode[] = ['balance-xor', '802.3ad', 'balance-tlb']

/** The links, each with its kind and its master. */
export function resolveVirtualLinks(description: Description, links: Links, reporter: Reporter): Links {
  const made = new Map<LinkName, VirtualLink>()
  for (const [name, link] of links) {
    const written = description.links?.[name]
    const found =
      written === undefined ? undefined : virtualLinkOf(name, written, links, reporter.at(...link.path))
    if (found !== undefined) made.set(name, found)
  }
  checkCycles(made, reporter)
  const masters = mastersOf(description, made, links, reporter)
  return new Map(
    [...links].map(([name, link]): readonly [LinkName, Link] => {
      // Later phases sort links by dependency: an error may be a cycle.
      const virtual = reporter.isBroken('links', name) ? undefined : made.get(name)
      return [name, { ...link, virtual, master: masters.get(name) }]
    }),
  )
}

function virtualLinkOf(
  name: LinkName,
  written: LinkDescription,
  links: Links,
  reporter: Reporter,
): VirtualLink | undefined {
  const [kind, other] = kinds.filter((key) => written[key] !== undefined)
  if (kind !== undefined && other !== undefined)
    reporter
      .at(other)
      .report('link-made-twice', { link: name, a: titles[kind], b: titles[other] }, { on: 'key' })
  const { vlan, bond, bridge, vrf } = written
  if (vlan !== undefined) {
    const link = vlan.link === undefined ? undefined : findPart(vlan.link, links, reporter.at('vlan', 'link'))
    if (link !== undefined) return { kind: 'vlan', id: vlan.id, link }
    reporter.fail(...reporter.path)
    return undefined
  }
  if (bond !== undefined) return bondOf(name, bond, links, reporter.at('bond'))
  if (bridge !== undefined) {
    const { stp = false, 'forward-delay': forwardDelay } = bridge
    if (forwardDelay !== undefined && !stp && !reporter.isBroken(...reporter.path, 'bridge', 'stp'))
      reporter
        .at('bridge', 'forward-delay')
        .report('setting-conflict', { setting: 'forward-delay', needs: 'stp: true' }, { on: 'key' })
    const ports = findParts(bridge.links, links, reporter.at('bridge', 'links'))
    return { kind: 'bridge', links: ports, stp, forwardDelay }
  }
  if (vrf === undefined) return undefined
  return { kind: 'vrf', table: vrf.table, links: findParts(vrf.links, links, reporter.at('vrf', 'links')) }
}

function bondOf(
  name: LinkName,
  written: NonNullable<LinkDescription['bond']>,
  links: Links,
  reporter: Reporter,
): VirtualLink {
  const { mode, primary, 'lacp-rate': lacpRate, 'xmit-hash-policy': xmitHashPolicy } = written
  const members = findParts(written.links, links, reporter.at('links'))
  const needs = (key: 'primary' | 'lacp-rate' | 'xmit-hash-policy', modes: readonly BondMode[]) => {
    if (written[key] !== undefined && !modes.includes(mode) && !reporter.isBroken(...reporter.path, 'mode'))
      reporter
        .at(key)
        .report('setting-conflict', { setting: key, needs: `mode: ${modes.join(' or ')}` }, { on: 'key' })
  }
  needs('primary', withPrimary)
  needs('lacp-rate', ['802.3ad'])
  needs('xmit-hash-policy', withHashPolicy)
  if (
    primary !== undefined &&
    !written.links.includes(primary) &&
    !reporter.isBroken(...reporter.path, 'links')
  )
    reporter.at('primary').report('primary-no-member', { primary, bond: name })
  return {
    kind: 'bond',
    mode,
    links: members,
    miimon: written.miimon ?? MIIMON,
    primary: members.find((member) => member === primary),
    lacpRate,
    xmitHashPolicy,
  }
}

const findParts = (names: readonly string[], links: Links, reporter: Reporter): readonly LinkName[] =>
  entriesOf(names).flatMap(([index, name]) => findPart(name, links, reporter.at(...index)) ?? [])

/** A card must be declared, too, even if it has no keys. */
function findPart(name: string, links: Links, reporter: Reporter): LinkName | undefined {
  if (isLinkName(name) && links.has(name)) return name
  if (reporter.isBroken('links', name)) return undefined
  const declare = `eclare it under \`links\`: \`${name}: {}\`.`
  const guess = didYouMean(name, [...links.keys()])
  const fix = guess === undefined ? `D${declare}` : `${guess} Otherwise d${declare}`
  reporter.report('link-unknown', { name }, { fix })
  return undefined
}

/** Reports each cycle once, at its first link. */
function checkCycles(made: ReadonlyMap<LinkName, VirtualLink>, reporter: Reporter): void {
  const done = new Set<LinkName>()
  const walk = (name: LinkName, way: readonly LinkName[]): void => {
    const at = way.indexOf(name)
    if (at !== -1) {
      const links = [...way.slice(at), name]
      reporter.at('links', name).report('link-made-of-itself', { links }, { on: 'key' })
      return
    }
    if (done.has(name)) return
    const own = made.get(name)
    if (own !== undefined) for (const part of lowerLinks(own)) walk(part, [...way, name])
    done.add(name)
  }
  for (const name of made.keys()) walk(name, [])
}

function mastersOf(
  description: Description,
  made: ReadonlyMap<LinkName, VirtualLink>,
  links: Links,
  reporter: Reporter,
): ReadonlyMap<LinkName, Master> {
  const masters = new Map<LinkName, Master>()
  for (const [name, own] of made) {
    const path = own.kind === 'vlan' ? ['vlan', 'link'] : [own.kind, 'links']
    const written = own.kind === 'vlan' ? [] : (description.links?.[name]?.[own.kind]?.links ?? [])
    for (const part of lowerLinks(own)) {
      const index = written.indexOf(part)
      const at = reporter.at('links', name, ...path, ...(own.kind === 'vlan' ? [] : [index]))
      checkKind(part, made.get(part), own, at)
      checkManager(part, name, own, links, at)
      if (own.kind === 'vlan') continue
      const other = masters.get(part)
      if (other !== undefined) at.report('member-taken', { link: part, master: other.link })
      else masters.set(part, { link: name, kind: own.kind })
    }
  }
  for (const [name, { link: master, kind }] of masters) {
    const addresses = links.get(name)?.addresses ?? []
    if (kind !== 'vrf' && addresses.length > 0)
      reporter
        .at('links', name, 'addresses')
        .report('member-with-addresses', { link: name, master, kind }, { on: 'key' })
  }
  return masters
}

function checkKind(link: LinkName, is: VirtualLink | undefined, of: VirtualLink, reporter: Reporter): void {
  const isUnfit =
    is?.kind === 'vrf' || (is !== undefined && is.kind === of.kind && ['bridge', 'bond'].includes(is.kind))
  if (isUnfit) reporter.report('member-kind-invalid', { link, is: titles[is.kind], of: titles[of.kind] })
}

/** A VLAN does not enslave its parent. */
function checkManager(
  part: LinkName,
  name: LinkName,
  made: VirtualLink,
  links: Links,
  reporter: Reporter,
): void {
  const isOthers = (link: LinkName) => links.get(link)?.manage === 'routing'
  if (isOthers(part) && !isOthers(name)) reporter.report('member-of-others', { ours: name, others: part })
  else if (made.kind !== 'vlan' && isOthers(name) && !isOthers(part))
    reporter.report('member-of-others', { ours: part, others: name })
}
