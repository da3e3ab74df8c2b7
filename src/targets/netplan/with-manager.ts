// netplan over NetworkManager: profiles written as YAML, and a dispatcher script for what a profile cannot hold.
import { ownLinks } from '../../plan/lasting-rules.js'
import { linksWithRoutes } from '../../plan/owner.js'
import type { KernelPlan } from '../../plan/plan.js'
import { commandLine } from '../../syntax/shell.js'
import { companionRemoval, companionSteps } from '../companions.js'
import {
  DEFAULT_DISPATCHER,
  dispatcherRemoval,
  dispatcherScript,
  dispatcherStep,
  sweepSteps,
} from '../dispatcher.js'
import { activation } from '../keyfile.js'
import { isLeasing } from '../keyfile-lease.js'
import type { RenderContext, Step, Steps, TextFile } from '../target.js'
import { GENERATE, TITLE } from './common.js'
import { carries, splitPlan, type Split } from './manager-split.js'
import type { NetplanSettings } from './settings.js'
import { yamlFile, yamlLink, type YamlLink } from './view.js'

const RELOAD: Step = { command: 'nmcli connection reload', why: 'reads the profiles that netplan wrote' }

const hasScript = ({ script }: Split, { beyond }: NetplanSettings): boolean =>
  beyond === 'dispatcher' && script.rules.length + script.routes.length > 0

export function managerSteps(plan: KernelPlan, settings: NetplanSettings): Steps {
  const split = splitPlan(plan, settings)
  const links = yamlLinks(plan, split, settings)
  const names = commandLine(links.map(({ id }) => id))
  const activate =
    links.length === 0 ? [] : [GENERATE, RELOAD, activation(names, 'netplan-', isLeasing(plan))]
  const isScripted = hasScript(split, settings)
  const last = isScripted ? [dispatcherStep(DEFAULT_DISPATCHER)] : []
  const sweep = links.some(({ routes, rules }) => routes.length + rules.length > 0)
    ? sweepSteps(isScripted ? DEFAULT_DISPATCHER : undefined, ['rule', 'route'])
    : []
  const sysctls = companionSteps(plan)
  return {
    first: [...sysctls, ...activate, ...last],
    change: [...sysctls, ...sweep, ...activate, ...last],
    remove: [
      ...(isScripted ? [dispatcherRemoval(DEFAULT_DISPATCHER)] : []),
      ...companionRemoval(plan),
      GENERATE,
      RELOAD,
    ],
    boot: [GENERATE],
  }
}

export function managerFiles(
  plan: KernelPlan,
  settings: NetplanSettings,
  context: RenderContext,
): readonly TextFile[] {
  const split = splitPlan(plan, settings)
  const links = yamlLinks(plan, split, settings)
  const script = { file: DEFAULT_DISPATCHER, stack: TITLE }
  return [
    ...(links.length === 0 ? [] : [yamlFile(links, plan.manage, settings, TITLE, context)]),
    ...(hasScript(split, settings) ? [dispatcherScript({ ...plan, ...split.script }, script, context)] : []),
  ]
}

/** Links whose profile has something of ours. */
function yamlLinks(plan: KernelPlan, { profiles }: Split, settings: NetplanSettings): readonly YamlLink[] {
  const links = ownLinks(plan)
  const routesOf = new Map(
    linksWithRoutes({ ...plan, ...profiles }).map(({ link, routes }) => [link.name, routes]),
  )
  return links
    .map((link) =>
      yamlLink(
        link,
        plan,
        settings,
        routesOf.get(link.name) ?? [],
        profiles.rules.filter((rule) => carries(link, rule, links)),
      ),
    )
    .filter(({ link, routes, rules }) => link !== undefined || routes.length + rules.length > 0)
}
