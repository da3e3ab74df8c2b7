// The plan as netplan's YAML: sections of links, each with what stands in the YAML of it.
import { loopback, type LinkName } from '../../kernel/link.js'
import { isBridgeOrBondPort } from '../../kernel/virtual-link.js'
import { formatPrefix } from '../../kernel/prefix.js'
import type { KernelPlan, Origin, PlannedLink, Route, Rule, Intent } from '../../plan/plan.js'
import { fill } from '../../render/template.js'
import { line, type Block, type NetplanLink } from '../../render/views.js'
import { formatYaml, type YamlMapping, type YamlValue } from '../../syntax/yaml.js'
import { groupByComment } from '../shared/group-by-comment.js'
import { bannerOf } from '../shared/common-files.js'
import { hasMethod } from '../shared/networkmanager/keyfile.js'
import { isMoved } from '../shared/networkmanager/lease.js'
import { leaseOf, type LinkLease } from '../shared/lease/settings.js'
import { commentsOf, textFile, type RenderContext, type TextFile } from '../target.js'
import { definitionOf, TITLE, type NetplanSettings } from './settings.js'
import { linkWords, nameserverWords } from './keys.js'
import { managerLines } from './manager-lease.js'
import { leaseLines } from './yaml-lease.js'
import { virtualLinkKeys, sectionOf } from './yaml-virtual-links.js'
import { yamlRoute } from './yaml-routes.js'
import { yamlRule } from './yaml-rules.js'

/** A link with what the YAML says of it. */
export interface YamlLink {
  readonly name: LinkName
  readonly section: string
  readonly id: string
  readonly origin?: Origin
  /** Addresses and the like; absent where another file has them. */
  readonly link?: PlannedLink
  /** What its clients are to do; absent where it has none. */
  readonly lease?: LinkLease
  readonly routes: readonly Route[]
  readonly rules: readonly Rule[]
}

/** lo, for rules and reject routes. */
export const loopbackYaml = (
  routes: readonly Route[],
  rules: readonly Rule[],
  settings: NetplanSettings,
): YamlLink => ({ name: loopback, ...definitionOf(loopback, settings), routes, rules })

export function yamlLink(
  link: PlannedLink,
  plan: KernelPlan,
  settings: NetplanSettings,
  routes: readonly Route[],
  rules: readonly Rule[] = [],
): YamlLink {
  const isOurs = plan.intent.manage === 'full'
  const lease = leaseOf(plan, link)
  const { section, id } = definitionOf(link.name, settings)
  const own = isOurs && link.virtual !== undefined ? sectionOf(link.virtual) : section
  const place = { name: link.name, section: own, id, origin: link.origin }
  return { ...place, ...(isOurs ? { link } : {}), lease, routes, rules }
}

export function yamlFile(
  links: readonly YamlLink[],
  manage: Intent['manage'],
  settings: NetplanSettings,
  context: RenderContext,
): TextFile {
  const sections = [...new Set(links.map((link) => link.section))].map((name) => ({
    name,
    links: links.filter((link) => link.section === name).map((link) => linkView(link, settings)),
  }))
  const view = {
    banner: bannerOf(context, TITLE),
    // Beside someone else's file the renderer is that file's: the later one would win for all links.
    settings: ['version: 2', ...(manage === 'full' ? [`renderer: ${formatYaml(settings.renderer)}`] : [])],
    sections,
  }
  return textFile(settings.path, fill('netplan/netplan', view), 0o600)
}

function linkView(link: YamlLink, settings: NetplanSettings): NetplanLink {
  const lines = link.link === undefined ? unmanagedLinkLines(settings) : linkLines(link.link, link, settings)
  const routes = items(link.routes, (route) =>
    yamlRoute(route, settings.renderer, isMoved(link.lease, route.family)),
  )
  const byPref = link.rules.toSorted((a, b) => a.pref - b.pref)
  const rules = items(byPref, yamlRule)
  const owner = link.origin === undefined ? [] : [link.origin]
  const isEmpty = lines.length + routes.length + rules.length === 0
  return {
    comments:
      link.origin === undefined
        ? ['rules and reject routes: lo never loses its carrier, so they survive the loss of every link']
        : commentsOf(link.origin),
    head: line(`${formatYaml(link.id)}:${isEmpty ? ' {}' : ''}`, ...owner),
    lines: lines.map((text) => line(text, ...owner)),
    hasRoutes: routes.length > 0,
    routes,
    hasRules: rules.length > 0,
    rules,
  }
}

/** Without the renderer netplan would write files of networkd if it does not see the file with the addresses. */
const unmanagedLinkLines = ({ renderer }: NetplanSettings): readonly string[] =>
  renderer === 'NetworkManager' ? [`renderer: ${formatYaml(renderer)}`] : []

/** netplan then makes NetworkManager add an address of 169.254.0.0/16, but never to a port. */
export const lacksIpv4 = (link: PlannedLink): boolean =>
  !isBridgeOrBondPort(link.master) && !hasMethod(link, 'inet')

/** NetworkManager's profiles accept no router advertisement with static addresses. */
function linkLines(
  link: PlannedLink,
  { lease, routes }: Pick<YamlLink, 'lease' | 'routes'>,
  settings: NetplanSettings,
): readonly string[] {
  const { renderer } = settings
  const isSource = routes.some(({ family, prefsrc }) => family === 'inet' && prefsrc !== undefined)
  const { addresses, search } = link.nameservers
  return [
    ...(link.virtual === undefined ? [] : keyLines(virtualLinkKeys(link.virtual))),
    ...(renderer === 'networkd' ? leaseLines(link, lease, settings) : []),
    ...keyLines({
      [linkWords.addresses]: nonEmpty(link.addresses.map(formatPrefix)),
      [linkWords.mac]: link.mac,
      [linkWords.mtu]: link.mtu,
      [linkWords.nameservers]:
        addresses.length + search.length === 0
          ? undefined
          : {
              [nameserverWords.addresses]: nonEmpty(addresses.map(({ text }) => text)),
              [nameserverWords.search]: nonEmpty(search),
            },
      [linkWords.optional]: link.optional ? true : undefined,
    }),
    ...(renderer === 'NetworkManager'
      ? managerLines(link, lease, { lacksIpv4: lacksIpv4(link), isSource })
      : []),
  ]
}

const nonEmpty = (list: readonly string[]): readonly string[] | undefined =>
  list.length === 0 ? undefined : list

const keyLines = (keys: YamlMapping): readonly string[] =>
  Object.entries(keys).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}: ${formatYaml(value)}`],
  )

const items = <T extends { readonly origin: Origin }>(
  things: readonly T[],
  format: (thing: T) => YamlValue,
): readonly Block[] => groupByComment(things.map((thing) => line(formatYaml(format(thing)), thing.origin)))
