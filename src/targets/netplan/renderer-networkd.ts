// netplan over networkd: addresses, rules and routes in the YAML, the rest in files of networkd beside it.
import { loopback, type LinkName } from '../../kernel/link.js'
import type { KernelPlan, PlannedLink, Route } from '../../plan/plan.js'
import { commonFileRemoval, commonFileSteps } from '../shared/common-files.js'
import type { Block } from '../../render/views.js'
import { leaseOf } from '../shared/lease/settings.js'
import { addressesOn, leaseBlocks } from '../shared/networkd/lease.js'
import { virtualLinkSteps } from '../shared/networkd/netdev.js'
import { routeBlocks } from '../shared/networkd/sections.js'
import {
  confFile,
  dropInPath,
  unmanagedLinkFile,
  loopbackFile,
  NETWORK_FOLDER,
  reloadSteps,
  REMOVE,
  routesByFile,
  startSteps,
  unitFile,
  type UnitHead,
} from '../shared/networkd/units.js'
import { commentsOf, type RenderContext, type Steps, type TextFile } from '../target.js'
import { definitionOf, GENERATE, TITLE, type NetplanSettings } from './settings.js'
import { loopbackYaml, yamlFile, yamlLink, type YamlLink } from './view.js'
import { beyondYaml } from './yaml-lease.js'
import { yamlProblem } from './yaml-routes.js'
import { ruleProblem } from './yaml-rules.js'

export function networkdSteps(plan: KernelPlan, settings: NetplanSettings): Steps {
  const sysctls = commonFileSteps(plan)
  const made = virtualLinkSteps(plan, '/run/systemd/network/10-netplan-*.netdev')
  return {
    first: [...sysctls, GENERATE, ...startSteps(settings.systemd)],
    change: [
      ...sysctls,
      ...made.keep,
      GENERATE,
      ...made.release,
      ...reloadSteps(settings.systemd, plan),
      ...made.join,
    ],
    remove: [...commonFileRemoval(plan), GENERATE, REMOVE],
    boot: [GENERATE],
  }
}

export function networkdFiles(
  plan: KernelPlan,
  settings: NetplanSettings,
  context: RenderContext,
): readonly TextFile[] {
  const head: UnitHead = { stack: TITLE, context, mechanism: 'drop-in' }
  const byFile = routesByFile(plan, settings.systemd)
  const isOurs = (link: PlannedLink) => plan.intent.manage === 'routing' || link.managed
  const links: YamlLink[] = []
  const besides: TextFile[] = []
  for (const link of plan.state.links) {
    const routes = byFile.get(link.name) ?? []
    if (!isOurs(link)) {
      const path = `${NETWORK_FOLDER}/10-multihome-${link.name}.network` as const
      if (routes.length > 0) besides.push(unmanagedLinkFile(path, link, routes, settings.systemd, head))
      continue
    }
    const sayable = routes.filter((route) => yamlProblem(route, settings) === undefined)
    const beyond = routes.filter((route) => !sayable.includes(route))
    if (plan.intent.manage === 'full' || sayable.length > 0)
      links.push(yamlLink(link, plan, settings, sayable))
    const blocks = [
      ...leaseBlocksOf(link, plan, settings),
      ...routeBlocks(beyond, plan.intent.manage === 'full' ? addressesOn(link, settings.systemd) : 'others'),
    ]
    if (blocks.length > 0) besides.push(unitFile(dropInOf(link.name, settings), blocks, head))
  }
  const lo = loopbackFiles(plan, byFile.get(loopback) ?? [], settings, head)
  const all = [...links, ...lo.yaml]
  const yaml = all.length === 0 ? [] : [yamlFile(all, plan.intent.manage, settings, context)]
  return [...yaml, ...besides, ...lo.besides, confFile(plan, settings.systemd, head)]
}

/**
 * lo in the YAML, and a drop-in for what the YAML has no key for. networkd reads a drop-in only beside the file that
 * netplan makes of the entry, so there is an entry even where it has nothing to say itself.
 */
function loopbackFiles(
  plan: KernelPlan,
  loRoutes: readonly Route[],
  settings: NetplanSettings,
  head: UnitHead,
): { readonly yaml: readonly YamlLink[]; readonly besides: readonly TextFile[] } {
  if (loRoutes.length + plan.state.rules.length === 0) return { yaml: [], besides: [] }
  const routes = loRoutes.filter((route) => yamlProblem(route, settings) === undefined)
  const rules = plan.state.rules.filter((rule) => ruleProblem(rule, settings.renderer) === undefined)
  const beyond = {
    rules: plan.state.rules.filter((rule) => !rules.includes(rule)),
    routes: loRoutes.filter((route) => !routes.includes(route)),
  }
  return {
    yaml: [loopbackYaml(routes, rules, settings)],
    besides: loopbackFile(dropInOf(loopback, settings), beyond, settings.systemd, head),
  }
}

/** netplan names networkd's file by the definition's key, not by the link. */
const dropInOf = (link: LinkName, settings: NetplanSettings): `/${string}` =>
  dropInPath(`10-netplan-${definitionOf(link, settings).id}.network`)

/** Settings of the link's clients; the first section has the comment of the link. */
function leaseBlocksOf(link: PlannedLink, plan: KernelPlan, settings: NetplanSettings): readonly Block[] {
  const lease = leaseOf(plan, link)
  if (lease === undefined || settings.beyond === 'refuse') return []
  const [first, ...others] = leaseBlocks(beyondYaml(link, lease, settings), link)
  if (first === undefined) return []
  const comments = [...commentsOf(link.origin), ...first.comments]
  return [{ ...first, comments }, ...others]
}
