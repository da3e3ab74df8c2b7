// Files of systemd-networkd made of sections, and which file carries what: shared by networkd and netplan.
import { loopback, type LinkName } from '../kernel/link.js'
import { membersOf, ownerOf } from '../plan/owner.js'
import type { KernelPlan, Route } from '../plan/plan.js'
import { fill } from '../render/template.js'
import type { CommentedLine } from '../render/views.js'
import { commentText } from '../syntax/shell.js'
import { bannerOf } from './companions.js'
import { block, matchEntries, routeBlocks, ruleBlocks } from './networkd-sections.js'
import { commentOf, type RenderContext, type Step, type TextFile } from './target.js'
import { isAtLeast } from './version.js'

export const NETWORK_FOLDER = '/etc/systemd/network'
export const CONF_PATH = '/etc/systemd/networkd.conf.d/50-multihome.conf'
export const DROP_IN = '60-multihome.conf'

/** What every file of an output says alike. */
export interface UnitHead {
  /** The target's title. */
  readonly stack: string
  readonly notes: readonly string[]
  readonly context: RenderContext
}

/** networkd's daemon reads as its own user: a file that only root can read is none. */
export function unitFile(path: `/${string}`, blocks: readonly CommentedLine[], head: UnitHead): TextFile {
  const banner = bannerOf(head.context, head.stack, head.notes)
  return { path, mode: 0o644, owner: 'root:root', content: fill('networkd/unit', { banner, blocks }) }
}

export const dropInPath = (base: string): `/${string}` => `${NETWORK_FOLDER}/${base}.d/${DROP_IN}`

/**
 * A route by the files that carry it. The kernel itself joins IPv6 routes of one metric into one with several next
 * hops: so each hop is a route of its own in its link's file, and comes and goes with that link; before 257 those of
 * one link are one, or networkd takes them for the same. IPv4 must be told of all in one; networkd lays that from the
 * first member's file, once all members are there. (From lo's file 257 does not lay it again when all have been away.)
 */
function partsOf(route: Route, systemd: string): readonly (readonly [LinkName, Route])[] {
  const owner = ownerOf(route)
  if (owner !== undefined) return [[owner, route]]
  const members = membersOf(route)
  if (route.family === 'inet') return members.slice(0, 1).map((link) => [link, route])
  const hopsOf = (link: LinkName) => route.nexthops.filter(({ dev }) => dev === link)
  const parts = isAtLeast(systemd, '257') ? route.nexthops.map((hop) => [hop]) : members.map(hopsOf)
  return parts.flatMap((nexthops) =>
    nexthops.slice(0, 1).map(({ dev }) => [dev, { ...route, nexthops }] as const),
  )
}

/** Routes by the link whose file carries them, in the plan's order. */
export function routesByFile(plan: KernelPlan, systemd: string): ReadonlyMap<LinkName, readonly Route[]> {
  const byFile = new Map<LinkName, Route[]>()
  for (const [link, route] of plan.routes.flatMap((route) => partsOf(route, systemd))) {
    const routes = byFile.get(link)
    if (routes === undefined) byFile.set(link, [route])
    else routes.push(route)
  }
  return byFile
}

/** What outlives every link: the rules, and the routes that hang on none. */
const loBlocks = (
  plan: KernelPlan,
  routes: readonly Route[],
  systemd: string,
  head: UnitHead,
): readonly CommentedLine[] => [
  ...routeBlocks(routes, 'ours', head.context),
  ...ruleBlocks(plan.rules, systemd, head.context),
]

const loMatch: CommentedLine = {
  ...block('Match', matchEntries(loopback)),
  comments: ['what must outlive every link: lo never loses its carrier'],
}

/** lo's file, or its drop-in; none where nothing belongs there. */
export function loFile(
  path: `/${string}`,
  plan: KernelPlan,
  routes: readonly Route[],
  systemd: string,
  head: UnitHead,
): readonly TextFile[] {
  const blocks = loBlocks(plan, routes, systemd, head)
  if (blocks.length === 0) return []
  const isDropIn = path.endsWith(DROP_IN)
  return [unitFile(path, isDropIn ? blocks : [loMatch, ...blocks], head)]
}

/** A link that another program makes: networkd adds these routes when it is there, and takes nothing away. */
export function foreignFile(
  path: `/${string}`,
  link: KernelPlan['links'][number],
  routes: readonly Route[],
  systemd: string,
  head: UnitHead,
): TextFile {
  const { context } = head
  const setting = (key: string, value: string) => ({ key, value })
  const blocks = [
    block('Match', matchEntries(link.name), [link.origin], context),
    block('Link', [
      ...(isAtLeast(systemd, '248') ? [setting('ActivationPolicy', 'manual')] : []),
      setting('RequiredForOnline', 'no'),
    ]),
    {
      ...block('Network', [
        setting('KeepConfiguration', 'yes'),
        setting('LinkLocalAddressing', 'no'),
        setting('IPv6AcceptRA', 'no'),
      ]),
      comments: ['another program makes this link and lays its addresses: they stay as they are'],
    },
    ...routeBlocks(routes, 'others', context),
  ]
  return unitFile(path, blocks, head)
}

/** The daemon's own settings: what others laid stays, and people can read names of tables. */
export function confFile(plan: KernelPlan, systemd: string, head: UnitHead): TextFile {
  const key = (name: string, since: string) => (isAtLeast(systemd, since) ? [{ key: name, value: 'no' }] : [])
  const foreign = block('Network', [
    ...key('ManageForeignRoutingPolicyRules', '249'),
    ...key('ManageForeignRoutes', '246'),
    ...key('ManageForeignNextHops', '256'),
  ])
  const names = isAtLeast(systemd, '248')
    ? plan.tables.map(({ id, name, origin }) => ({
        comments: [commentText(commentOf(origin, head.context))],
        lines: [`RouteTable=${name}:${id}`],
      }))
    : []
  const blocks = [
    {
      ...foreign,
      comments: [
        'networkd would delete rules and routes of everyone else, at its start and whenever it configures a link',
      ],
    },
    ...names,
  ]
  return unitFile(CONF_PATH, blocks, head)
}

export const ENABLE: Step = {
  command: 'systemctl enable systemd-networkd',
  why: 'networkd starts at boot',
}
export const RESTART: Step = {
  command: 'systemctl restart systemd-networkd',
  why: `the daemon reads ${CONF_PATH} when it starts, and before that deletes what others laid`,
}
const RELOAD: Step = {
  command: 'networkctl reload',
  why: 'takes away what is gone from the files and adds what is new; a restart would leave the old beside the new',
}
const RELOAD_ROUTES: Step = {
  command: 'networkctl reload',
  why: 'takes away routes that are gone from the files and adds what is new; old rules stay for now',
}
const SETTLE: Step = { command: 'sleep 5', why: 'a restart in the middle of it would leave old routes' }
const RESTART_RULES: Step = {
  command: 'systemctl restart systemd-networkd',
  why: 'takes away old rules, which this version does only when it starts',
}

/** From the previous files to these. 247 takes away no rule on reload, and no route on restart; 252 takes both on reload. */
export const reloadSteps = (systemd: string): readonly Step[] =>
  isAtLeast(systemd, '252') ? [RELOAD] : [RELOAD_ROUTES, SETTLE, RESTART_RULES]
