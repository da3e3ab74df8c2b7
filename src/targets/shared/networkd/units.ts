// Unit files of systemd-networkd, and which file has which routes: for networkd and netplan.
import { isMultipath } from '../../../plan/route.js'
import { groupBy, groupPairs, type Group } from '../../../stdlib/group-by.js'
import { loopback, type LinkName } from '../../../kernel/link.js'
import { multipathRoutes, owningLink } from '../../../plan/route-owner.js'
import type { KernelPlan, KernelState, Nexthop, Route, PlannedLink } from '../../../plan/plan.js'
import { fill } from '../../../render/template.js'
import { line, type Block, type LineMechanism } from '../../../render/views.js'
import { RT_TABLE_MAIN } from '../../../kernel/table.js'
import { bannerOf } from '../common-files.js'
import { forceOnlinkBeforeLease } from './lease.js'
import { entry } from '../ini-entries.js'
import { confKeys, linkKeys, networkKeys } from './keys.js'
import { block, matchBlock, routeBlocks, ruleBlocks } from './sections.js'
import { commentsOf, textFile, type RenderContext, type Step, type TextFile } from '../../target.js'
import { isAtLeast } from '../../version.js'

export const NETWORK_FOLDER = '/etc/systemd/network'
export const CONF_PATH = '/etc/systemd/networkd.conf.d/50-multihome.conf'
export const DROP_IN = '60-multihome.conf'

/** Shared by all files of an output. */
export interface UnitHead {
  /** The target's title. */
  readonly stack: string
  readonly context: RenderContext
  readonly mechanism: LineMechanism
}

/** networkd runs as its own user, so its files must be readable by others. */
export function unitFile(path: `/${string}`, blocks: readonly Block[], head: UnitHead): TextFile {
  const banner = bannerOf(head.context, head.stack)
  return textFile(path, fill('shared/blocks', { banner, blocks }, head.mechanism))
}

export const dropInPath = (base: string): `/${string}` => `${NETWORK_FOLDER}/${base}.d/${DROP_IN}`

/**
 * Splits a route by the files that have it. The kernel joins IPv6 routes of one metric into a multipath route, so each
 * next hop is a route of its own in its link's file and comes and goes with that link; before 257 the next hops of one
 * link are one route, since networkd treats them as equal. An IPv4 multipath route is one route in the first member's
 * file; networkd installs it once all members are up. (From lo's file, 257 does not install it again after all have
 * been down.)
 */
function fileParts(route: Route, systemd: string): readonly (readonly [LinkName, Route])[] {
  if (!isMultipath(route)) return [[owningLink(route) ?? loopback, route]]
  if (route.family === 'inet') return [[route.nexthops[0].dev, route]]
  const parts = isAtLeast(systemd, '257')
    ? route.nexthops.map((hop): Group<Nexthop> => [hop])
    : [...groupBy(route.nexthops, ({ dev }) => dev).values()]
  return parts.map((nexthops) => [nexthops[0].dev, { ...route, nexthops }])
}

/** Routes by the link whose file carries them, in the plan's order. */
export function routesByFile(plan: KernelPlan, systemd: string): ReadonlyMap<LinkName, readonly Route[]> {
  const parts = plan.state.routes.flatMap((route) => fileParts(route, systemd))
  return groupPairs(
    parts.map(([link, route]) => {
      const owner = plan.state.links.find(({ name }) => name === link)
      return [link, owner === undefined ? route : forceOnlinkBeforeLease(route, owner, systemd)] as const
    }),
  )
}

const loMatch = matchBlock(
  loopback,
  [],
  ['rules and reject routes: lo never loses its carrier, so they survive the loss of every link'],
)

/** lo's file, or its drop-in, with rules and with routes without a link; none if it would be empty. */
export function loopbackFile(
  path: `/${string}`,
  { rules, routes }: Pick<KernelState, 'rules' | 'routes'>,
  systemd: string,
  head: UnitHead,
): readonly TextFile[] {
  const blocks = [...routeBlocks(routes, 'ours'), ...ruleBlocks(rules, systemd)]
  if (blocks.length === 0) return []
  const isDropIn = path.endsWith(DROP_IN)
  return [unitFile(path, isDropIn ? blocks : [loMatch, ...blocks], head)]
}

/** A link that another program creates: networkd adds these routes when it appears, and removes nothing. */
export function unmanagedLinkFile(
  path: `/${string}`,
  link: PlannedLink,
  routes: readonly Route[],
  systemd: string,
  head: UnitHead,
): TextFile {
  const origins = [link.origin]
  const activation = isAtLeast(systemd, '248') ? [entry(linkKeys.activation, 'manual')] : []
  const kept = [
    entry(networkKeys.keep, 'yes'),
    entry(networkKeys.linkLocal, 'no'),
    entry(networkKeys.acceptRa, 'no'),
  ]
  const blocks = [
    matchBlock(link.name, origins),
    block('Link', [...activation, entry(linkKeys.online, 'no')], origins, []),
    block('Network', kept, origins, [
      'another program creates this link and adds its addresses: networkd leaves them alone',
    ]),
    ...routeBlocks(routes, 'others'),
  ]
  return unitFile(path, blocks, head)
}

/** Settings of the daemon: it keeps rules and routes of others, and knows the names of tables. */
export function confFile(plan: KernelPlan, systemd: string, head: UnitHead): TextFile {
  const key = (name: string, since: string) => (isAtLeast(systemd, since) ? [entry(name, 'no')] : [])
  const foreign = [
    ...key(confKeys.foreignRules, '249'),
    ...key(confKeys.foreignRoutes, '246'),
    ...key(confKeys.foreignNexthops, '256'),
  ]
  const names = isAtLeast(systemd, '248')
    ? plan.intent.tables.map(({ id, name, origin }) => ({
        comments: commentsOf(origin),
        lines: [line(`${confKeys.table}=${name}:${id}`, origin)],
      }))
    : []
  const blocks = [
    block(
      'Network',
      foreign,
      [],
      [
        'networkd would delete the rules and routes of all other programs, when it starts and',
        'whenever it configures a link',
      ],
    ),
    ...names,
  ]
  return unitFile(CONF_PATH, blocks, head)
}

export const ENABLE: Step = {
  programs: ['systemctl'],
  command: 'systemctl enable systemd-networkd',
  why: 'networkd starts at boot',
}
const RELEASE_OLD_CONFIG: Step = {
  programs: ['networkctl', 'systemctl'],
  command: '{ ! systemctl is-active -q systemd-networkd || { networkctl reload && sleep 5; }; }',
  why: 'deletes what earlier files configured on these links; this version forgets it at a restart',
}
const RESTART: Step = {
  programs: ['systemctl'],
  command: 'systemctl restart systemd-networkd',
  why: `the daemon reads ${CONF_PATH} when it starts, and before that deletes what other programs installed`,
}
const RELOAD: Step = {
  programs: ['networkctl'],
  command: 'networkctl reload',
  why: 'deletes what is gone from the files and adds what is new; a restart would keep the old too',
}
export const REMOVE: Step = {
  programs: ['networkctl'],
  command: 'networkctl reload',
  why: 'deletes what is gone from the files, and configures links by the remaining files',
}
/** The daemon's state files name the file that it applied to a link. */
const FLUSH_ORPHANED_LINKS: Step = {
  programs: ['ip'],
  command:
    'for state in /run/systemd/netif/links/*; do file=$(sed -n "s/^NETWORK_FILE=//p" $state); [ -z "$file" ] || [ -e "$file" ] || { link=$(grep -lx ${state##*/} /sys/class/net/*/ifindex); link=${link%/ifindex}; link=${link##*/}; for family in -4 -6; do ip $family route flush table all dev $link protocol static; done; ip address flush dev $link scope global; }; done',
  why: 'this version lets a link whose file is gone keep its addresses and routes',
}
const RELOAD_ROUTES: Step = {
  programs: ['networkctl'],
  command: 'networkctl reload',
  why: 'deletes routes that are gone from the files and adds what is new; old rules stay for now',
}
const WAIT: Step = { command: 'sleep 5', why: 'a restart in the middle of it would leave old routes' }
const RESTART_RULES: Step = {
  programs: ['systemctl'],
  command: 'systemctl restart systemd-networkd',
  why: 'deletes old rules, which this version does only when it starts',
}

const RETRY: Step = {
  programs: ['awk', 'networkctl', 'xargs'],
  command:
    '{ sleep 5; networkctl --no-legend --no-pager list | awk \'$5 == "failed" { print $2 }\' | xargs -r networkctl reconfigure; }',
  why: 'a link fails if it adds a balanced route before the other link has its address again',
}

/** 252 forgets an IPv4 multipath route after a change of its weights, and does not remove it later. */
function staleMultipathSteps(plan: KernelPlan): readonly Step[] {
  const first = plan.state.routes.find(
    ({ family, table, dst }) => family === 'inet' && table === RT_TABLE_MAIN && dst.length === 0,
  )
  if (first === undefined || isMultipath(first)) return []
  const words = `default table main metric ${first.metric ?? 0}`
  return [
    {
      programs: ['grep', 'ip'],
      command: `{ ! ip -4 route show ${words} | grep -q nexthop || ip -4 route flush ${words}; }`,
      why: 'a default route that was balanced could stay beside the new one',
    },
  ]
}

/** From the previous files to these. 247 removes no rule on reload, and no route on restart; 252 removes both on reload. */
export function reloadSteps(systemd: string, plan: KernelPlan): readonly Step[] {
  if (isAtLeast(systemd, '257')) return [RELOAD]
  const sweep = staleMultipathSteps(plan)
  const retry = multipathRoutes(plan).some(({ family }) => family === 'inet') ? [RETRY] : []
  return isAtLeast(systemd, '252')
    ? [...sweep, RELOAD, ...retry]
    : [...sweep, FLUSH_ORPHANED_LINKS, RELOAD_ROUTES, WAIT, RESTART_RULES]
}

/** From a host without these files. Before 257 only the running daemon knows what its previous files added to the links. */
export const startSteps = (systemd: string): readonly Step[] =>
  isAtLeast(systemd, '257') ? [RESTART] : [RELEASE_OLD_CONFIG, RESTART]
