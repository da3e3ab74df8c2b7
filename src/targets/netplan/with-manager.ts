// netplan over NetworkManager: all in the YAML as far as it goes, or addresses there and the rest in a dispatcher script.
import { containsAddress, isHostPrefix } from '../../kernel/prefix.js'
import { linksWithRoutes } from '../../plan/owner.js'
import type { KernelPlan, PlannedLink, Rule } from '../../plan/plan.js'
import { commandLine } from '../../syntax/shell.js'
import { companionRemoval, companionSteps } from '../companions.js'
import { DEFAULT_DISPATCHER, dispatcherRemoval, dispatcherScript, dispatcherStep } from '../dispatcher.js'
import { activation, hasMethod } from '../keyfile.js'
import { isLeasing } from '../keyfile-lease.js'
import type { RenderContext, Step, Steps, TextFile } from '../target.js'
import { GENERATE, TITLE } from './common.js'
import { definitionOf, type NetplanSettings } from './settings.js'
import { yamlFile, yamlLink, type YamlLink } from './view.js'

const RELOAD: Step = { command: 'nmcli connection reload', why: 'reads the profiles that netplan wrote' }

const upStep = (links: readonly PlannedLink[], plan: KernelPlan, settings: NetplanSettings): Step =>
  activation(
    commandLine(links.map((link) => definitionOf(link.name, settings).id)),
    'netplan-',
    isLeasing(plan),
  )

/** Whose profile has something of ours. */
const carriers = (plan: KernelPlan, settings: NetplanSettings): readonly PlannedLink[] => {
  if (plan.manage === 'full') return plan.links.filter((link) => link.manage === 'full')
  return settings.beyond === 'dispatcher' ? [] : plan.links
}

export function managerSteps(plan: KernelPlan, settings: NetplanSettings): Steps {
  const links = carriers(plan, settings)
  const steps = [
    ...companionSteps(plan),
    ...(links.length === 0 ? [] : [GENERATE, RELOAD, upStep(links, plan, settings)]),
    ...(settings.beyond === 'dispatcher' ? [dispatcherStep(DEFAULT_DISPATCHER)] : []),
  ]
  const remove = [
    ...(settings.beyond === 'dispatcher' ? [dispatcherRemoval(DEFAULT_DISPATCHER)] : []),
    ...companionRemoval(plan),
    GENERATE,
    RELOAD,
  ]
  return { first: steps, change: steps, remove, boot: [GENERATE] }
}

export function managerFiles(
  plan: KernelPlan,
  settings: NetplanSettings,
  context: RenderContext,
): readonly TextFile[] {
  const links = carriers(plan, settings)
  const yaml = (all: readonly YamlLink[]): readonly TextFile[] =>
    all.length === 0 ? [] : [yamlFile(all, plan.manage, settings, TITLE, context)]
  if (settings.beyond === 'dispatcher')
    return [
      ...yaml(links.map((link) => yamlLink(link, plan, settings, []))),
      dispatcherScript(plan, { file: DEFAULT_DISPATCHER, stack: TITLE }, context),
    ]
  const routesOf = new Map(linksWithRoutes(plan).map(({ link, routes }) => [link.name, routes]))
  const all = links.map((link) =>
    yamlLink(
      link,
      plan,
      settings,
      routesOf.get(link.name) ?? [],
      plan.rules.filter((rule) => carries(link, rule, links)),
    ),
  )
  return yaml(all.filter((link) => link.link !== undefined || link.routes.length + link.rules.length > 0))
}

/**
 * NetworkManager has no profile that outlives every link, but keeps a rule as long as one profile with it is up. So a
 * rule stands in all of them that have its family, and a reply rule with the link that has the address.
 */
export function carries(link: PlannedLink, rule: Rule, links: readonly PlannedLink[]): boolean {
  if (!hasMethod(link, rule.family)) return false
  const owners = links.filter((one) => isReplyOf(one, rule))
  return owners.length === 0 || owners.includes(link)
}

function isReplyOf(link: PlannedLink, { selector }: Rule): boolean {
  const { from } = selector
  if (from === undefined || selector.not === true || !isHostPrefix(from)) return false
  return link.addresses.some(({ address }) => containsAddress(from, address))
}
