// A plan as assignments of conf.d/net: lo carries rules and closing routes, each link its addresses and its own routes.
import { loopback, type LinkName } from '../../kernel/link.js'
import { families, type Family } from '../../kernel/family.js'
import { formatPrefix, type Prefix } from '../../kernel/prefix.js'
import { isSameAddress } from '../../kernel/address.js'
import type { KernelPlan, Origin, PlannedLink } from '../../plan/plan.js'
import type { CommentedLine } from '../../render/views.js'
import { assignment, extension, fallback, variablePart } from '../../syntax/conf-d.js'
import { ruleWords } from '../../syntax/iproute2.js'
import { commandLine, commentText } from '../../syntax/shell.js'
import { afterDown, beforeUp } from '../made-hooks.js'
import { groupByComment } from '../comment-groups.js'
import { leaseOf } from '../lease-of.js'
import { commentOf, type RenderContext } from '../target.js'
import { serviceOf } from './steps.js'
import { dhcpcdOptions } from './leases.js'
import {
  listedRoutes,
  postdownCommand,
  postdownRoutes,
  postupCommand,
  postupGroups,
  routeLine,
} from './lines.js'

/** How a list is set: outright, or behind what the host's own conf.d/net has put there. */
type Write = typeof assignment

interface Entry {
  /** What a person finds the line by: its pref, or its number in the list. */
  readonly key: string
  readonly line: string
  readonly origin: Origin
}

/** A list with its legend: comments inside the quotes would be handed to `ip`. */
function listBlock(
  name: string,
  entries: readonly Entry[],
  write: Write,
  context: RenderContext,
): readonly CommentedLine[] {
  if (entries.length === 0) return []
  const served = new Map<string, string[]>()
  for (const { key, origin } of entries) {
    const text = commentText(commentOf(origin, context))
    served.set(text, [...(served.get(text) ?? []), key])
  }
  const shown = [...served].map(([text, keys]) => ({ keys: keys.join(','), text }))
  const width = Math.max(...shown.map(({ keys }) => keys.length))
  return [
    {
      comments: [
        `${name}, what its lines serve:`,
        ...shown.map(({ keys, text }) => `  ${keys.padEnd(width)}  ${text}`),
      ],
      lines: write(
        name,
        entries.map(({ line }) => line),
      ),
    },
  ]
}

const ruleList = (plan: KernelPlan, family: Family, write: Write, context: RenderContext) =>
  listBlock(
    `rules${family === 'inet' ? '' : '6'}_${loopback}`,
    plan.rules
      .filter((rule) => rule.family === family)
      .map((rule) => ({ key: String(rule.pref), line: ruleWords(rule).join(' '), origin: rule.origin })),
    write,
    context,
  )

const routeList = (plan: KernelPlan, link: LinkName, write: Write, context: RenderContext) =>
  listBlock(
    `routes_${variablePart(link)}`,
    listedRoutes(plan, link).map((route, index) => ({
      key: String(index + 1),
      line: routeLine(route),
      origin: route.origin,
    })),
    write,
    context,
  )

/** lo without an address of its own: OpenRC lays it, and netifrc would put 127.0.0.0/8 into main. */
export function loopbackBlocks(
  plan: KernelPlan,
  isBeside: boolean,
  context: RenderContext,
): readonly CommentedLine[] {
  const write = isBeside ? extension : assignment
  const config = `config_${loopback}`
  return [
    {
      comments: ['lo: what must be there whichever link is up, the rules and the routes that end a look-up'],
      lines: isBeside ? fallback(config, 'null') : assignment(config, ['null']),
    },
    ...routeList(plan, loopback, write, context),
    ...families.flatMap((family) => ruleList(plan, family, write, context)),
  ]
}

/** What a link of ours is set to, and its routes. */
export function linkBlocks(
  plan: KernelPlan,
  link: PlannedLink,
  context: RenderContext,
): readonly CommentedLine[] {
  const name = variablePart(link.name)
  const one = (key: string, value: string | undefined) =>
    value === undefined || value === '' ? [] : assignment(`${key}_${name}`, [value])
  const lease = leaseOf(plan, link)
  const isLeased = lease?.dhcp4 === true || lease?.dhcp6 === true
  const configs = [
    ...link.addresses.map((address) => addressLine(address, plan)),
    ...(isLeased ? ['dhcp'] : []),
  ]
  const lines = [
    ...assignment(`config_${name}`, configs.length === 0 ? ['null'] : configs),
    // One client and no other: of dhclient and udhcpc netifrc cannot have all that dhcpcd is told.
    ...(isLeased ? assignment(`modules_${name}`, ['!dhclient !udhcpc']) : []),
    ...(isLeased ? assignment(`dhcpcd_${name}`, [dhcpcdOptions(lease)]) : []),
    ...one('mtu', link.mtu?.toString()),
    ...one('mac', link.mac),
    ...one('dns_servers', link.nameservers.addresses.map(({ text }) => text).join(' ')),
    ...one('dns_search', link.nameservers.search.join(' ')),
    // Nothing that needs a network waits for it (openrc-run(8), rc_SERVICE_provide).
    ...(link.optional ? assignment(`rc_net_${name}_provide`, ['!net']) : []),
    // A VLAN goes with its parent, so that it has to come behind it.
    ...(link.made?.kind === 'vlan' ? assignment(`rc_net_${name}_need`, [serviceOf(link.made.link)]) : []),
  ]
  return [
    { comments: [commentText(commentOf(link.origin, context))], lines },
    ...routeList(plan, link.name, assignment, context),
  ]
}

/** The kernel takes no tentative address for a source, and routes are laid before the wait for its check. */
function addressLine(address: Prefix, plan: KernelPlan): string {
  const isSource =
    address.family === 'inet6' &&
    plan.routes.some(({ prefsrc }) => prefsrc !== undefined && isSameAddress(prefsrc, address.address))
  return `${formatPrefix(address)}${isSource ? ' nodad' : ''}`
}

/** Routes of a link whose addresses the host's own conf.d/net lays. */
export const besideBlocks = (plan: KernelPlan, link: LinkName, context: RenderContext) =>
  routeList(plan, link, extension, context)

/** What makes the links, before and after each of them. */
export const makingView = (
  links: readonly PlannedLink[],
  plan: KernelPlan,
  context: RenderContext,
): Making => {
  const groups = (commandsOf: (link: PlannedLink) => readonly string[]): readonly MakingGroup[] =>
    links.flatMap((link) => {
      const lines = commandsOf(link)
      const comment = commentText(commentOf(link.origin, context))
      return lines.length === 0 ? [] : [{ pattern: commandLine([link.name]), comment, lines }]
    })
  return { preup: groups((link) => beforeUp(link, plan)), postdown: groups((link) => afterDown(link)) }
}

interface MakingGroup {
  readonly pattern: string
  readonly comment: string
  readonly lines: readonly string[]
}

interface Making {
  readonly preup: readonly MakingGroup[]
  readonly postdown: readonly MakingGroup[]
}

export const postupView = (plan: KernelPlan, context: RenderContext) =>
  postupGroups(plan).map(({ links, routes }) => ({
    pattern: links.map((link) => commandLine([link])).join(' | '),
    blocks: groupByComment(
      routes.map((route) => ({
        comments: [commentText(commentOf(route.origin, context))],
        line: postupCommand(route, links.length > 1),
      })),
    ),
  }))

export const postdownBlocks = (plan: KernelPlan, context: RenderContext): readonly CommentedLine[] =>
  groupByComment(
    postdownRoutes(plan).map((route) => ({
      comments: [commentText(commentOf(route.origin, context))],
      line: postdownCommand(route),
    })),
  )
