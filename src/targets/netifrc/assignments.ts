// Plan as assignments of conf.d/net: lo has rules and reject routes, each link its addresses and routes.
import { loopback, type LinkName } from '../../kernel/link.js'
import { families, type Family } from '../../kernel/family.js'
import { formatPrefix, type Prefix } from '../../kernel/prefix.js'
import { isSameAddress } from '../../kernel/address.js'
import { commentOf } from '../../plan/origin.js'
import type { KernelPlan, PlannedLink } from '../../plan/plan.js'
import { hook, line, type Block, type Line, type NetifrcLinkCommands } from '../../render/views.js'
import { assignment, extension, fallback, listAssignment, variablePart } from '../../syntax/conf-d.js'
import { commentLines } from '../../syntax/comments.js'
import { ruleTokens } from '../../syntax/iproute2.js'
import { commandLine } from '../../syntax/shell.js'
import { afterDown, beforeUp } from '../shared/virtual-link-hooks.js'
import { installedRoutes } from '../shared/deferred-routes.js'
import { groupByComment } from '../shared/group-by-comment.js'
import { leaseOf } from '../shared/lease/settings.js'
import { commentsOf } from '../target.js'
import { serviceComment, serviceOf } from './steps.js'
import { dhcpcdOptions } from './leases.js'
import {
  listedRoutes,
  postdownCommand,
  postdownRoutes,
  postupCommand,
  postupGroups,
  routeLine,
  routeName,
} from './route-lines.js'
import { variables } from './variables.js'

/** How a list is set: as a whole, or appended to what the host's own conf.d/net has put there. */
type Write = typeof listAssignment

/**
 * A list below its legend, since netifrc passes comments inside the quotes to `ip`. A line of the legend names entries by
 * what identifies them, never by their position: another entry changes no line.
 */
function listBlock(
  name: string,
  entries: readonly Line[],
  legend: readonly (readonly [key: string, serves: string])[],
  write: Write,
): readonly Block[] {
  if (entries.length === 0) return []
  const explained = legend.flatMap(([key, serves]) =>
    commentLines(`${key}: ${serves}`).map((text) => `  ${text}`),
  )
  const texts = write(
    name,
    entries.map(({ text }) => text),
  )
  // The first line opens the quotes, the last one closes them.
  const lines = texts.map((text, index) => entries[index - 1] ?? line(text))
  return [{ comments: [`Entries of ${name}:`, ...explained], lines }]
}

/** `20010-20013` if one rule of the description became several. */
function ruleList(plan: KernelPlan, family: Family, write: Write): readonly Block[] {
  const rules = plan.state.rules.filter((rule) => rule.family === family)
  const legend: { readonly from: number; to: number; readonly serves: string }[] = []
  for (const { pref, origin } of rules) {
    const last = legend.at(-1)
    const serves = commentOf(origin)
    if (last?.serves === serves) last.to = pref
    else legend.push({ from: pref, to: pref, serves })
  }
  return listBlock(
    `${variables[family === 'inet' ? 'rules' : 'rules6']}_${loopback}`,
    rules.map((rule) => line(ruleTokens(rule).join(' '), rule.origin)),
    legend.map(({ from, to, serves }) => [from === to ? `${from}` : `${from}-${to}`, serves]),
    write,
  )
}

function routeList(plan: KernelPlan, link: LinkName, write: Write): readonly Block[] {
  const routes = listedRoutes(plan, link)
  return listBlock(
    `${variables.routes}_${variablePart(link)}`,
    routes.map((route) => line(routeLine(route), route.origin)),
    routes.map((route) => [routeName(route), commentOf(route.origin)]),
    write,
  )
}

/** lo without its address: OpenRC adds that, and netifrc would add 127.0.0.0/8 to main. */
export function loopbackBlocks(plan: KernelPlan, isBeside: boolean): readonly Block[] {
  const write = isBeside ? extension : listAssignment
  const config = `${variables.config}_${loopback}`
  return [
    {
      comments: ['lo: rules and reject routes, needed whichever link is up'],
      lines: (isBeside ? fallback(config, 'null') : assignment(config, ['null'])).map((text) => line(text)),
    },
    ...routeList(plan, loopback, write),
    ...families.flatMap((family) => ruleList(plan, family, write)),
  ]
}

/** Settings and routes of a link that we configure. */
export function linkBlocks(plan: KernelPlan, link: PlannedLink): readonly Block[] {
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
    ...assignment(`${variables.config}_${name}`, configs.length === 0 ? ['null'] : configs),
    // dhcpcd only: netifrc cannot configure dhclient and udhcpc in the same way.
    ...(isLeased ? assignment(`${variables.modules}_${name}`, ['!dhclient !udhcpc']) : []),
    ...(isLeased ? assignment(`${variables.dhcpcd}_${name}`, [dhcpcdOptions(lease)]) : []),
    ...one(variables.mtu, link.mtu?.toString()),
    ...one(variables.mac, link.mac),
    ...one(variables.nameservers, link.nameservers.addresses.map(({ text }) => text).join(' ')),
    ...one(variables.search, link.nameservers.search.join(' ')),
    // Services that need a network do not wait for it (openrc-run(8), rc_SERVICE_provide).
    ...(link.optional ? assignment(`rc_net_${name}_provide`, ['!net']) : []),
    // A VLAN is deleted with its parent, so it starts after it.
    ...(link.virtual?.kind === 'vlan'
      ? assignment(`rc_net_${name}_need`, [serviceOf(link.virtual.link)])
      : []),
  ]
  return [
    {
      comments: [...commentsOf(link.origin), serviceComment(link.name)],
      lines: lines.map((text) => line(text, link.origin)),
    },
    ...routeList(plan, link.name, listAssignment),
  ]
}

/** The kernel refuses a tentative source, and netifrc installs routes before duplicate address detection ends. */
function addressLine(address: Prefix, plan: KernelPlan): string {
  const isSource =
    address.family === 'inet6' &&
    installedRoutes(plan).some(
      ({ prefsrc }) => prefsrc !== undefined && isSameAddress(prefsrc, address.address),
    )
  return `${formatPrefix(address)}${isSource ? ' nodad' : ''}`
}

/** Routes of a link whose addresses are in the host's own conf.d/net. */
export const besideBlocks = (plan: KernelPlan, link: LinkName) => routeList(plan, link, extension)

/** Commands that create virtual links before they start, and delete them after they stop. */
export const linkHooks = (links: readonly PlannedLink[], plan: KernelPlan) => {
  const hooksOf = (commandsOf: (link: PlannedLink) => readonly string[]): readonly NetifrcLinkCommands[] =>
    links.flatMap((link) => {
      const lines = commandsOf(link).map((text) => hook(text, link.origin))
      return lines.length === 0
        ? []
        : [{ pattern: commandLine([link.name]), comments: commentsOf(link.origin), lines }]
    })
  return {
    preup: hooksOf((link) => beforeUp(link, plan)),
    deleteHooks: hooksOf((link) => afterDown(link)),
  }
}

export const postupView = (plan: KernelPlan) =>
  postupGroups(plan).map(({ links, routes }) => ({
    pattern: links.map((link) => commandLine([link])).join(' | '),
    blocks: groupByComment(routes.map((route) => hook(postupCommand(route, links.length > 1), route.origin))),
  }))

export const postdownBlocks = (plan: KernelPlan): readonly Block[] =>
  groupByComment(postdownRoutes(plan).map((route) => hook(postdownCommand(route), route.origin)))
