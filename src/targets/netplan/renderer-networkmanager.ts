// netplan over NetworkManager: profiles written as YAML, and a dispatcher script for what a profile cannot hold.
import { managedLinks } from '../../plan/lasting-rules.js'
import { linksWithRoutes } from '../../plan/route-owner.js'
import type { KernelPlan } from '../../plan/plan.js'
import { commandLine } from '../../syntax/shell.js'
import { commonFileRemoval, commonFileSteps } from '../shared/common-files.js'
import {
  DEFAULT_DISPATCHER,
  dispatcherRemoval,
  dispatcherFiles,
  dispatcherStep,
  staleMultipathSteps,
} from '../shared/networkmanager/dispatcher.js'
import { activation } from '../shared/networkmanager/keyfile.js'
import { isLeasing } from '../shared/networkmanager/lease.js'
import type { RenderContext, Step, Steps, TextFile } from '../target.js'
import { carries, splitPlan, type Split } from './manager-split.js'
import { GENERATE, TITLE, type NetplanSettings } from './settings.js'
import { yamlFile, yamlLink, type YamlLink } from './view.js'

const RELOAD: Step = {
  programs: ['nmcli'],
  command: 'nmcli connection reload',
  why: 'reads the profiles that netplan wrote',
}

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
    ? staleMultipathSteps(isScripted ? DEFAULT_DISPATCHER : undefined, ['rule', 'route'])
    : []
  const sysctls = commonFileSteps(plan)
  return {
    first: [...sysctls, ...activate, ...last],
    change: [...sysctls, ...sweep, ...activate, ...last],
    remove: [
      ...(isScripted ? [dispatcherRemoval(DEFAULT_DISPATCHER)] : []),
      ...commonFileRemoval(plan),
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
  const script = { file: DEFAULT_DISPATCHER, stack: TITLE, programs: plan.intent.programs }
  return [
    ...(links.length === 0 ? [] : [yamlFile(links, plan.intent.manage, settings, context)]),
    ...(hasScript(split, settings) ? dispatcherFiles(split.script, script, context) : []),
  ]
}

/** Links with a profile of ours. */
function yamlLinks(plan: KernelPlan, { profiles }: Split, settings: NetplanSettings): readonly YamlLink[] {
  const links = managedLinks(plan)
  const routesOf = new Map(
    linksWithRoutes(links, profiles.routes).map(({ link, routes }) => [link.name, routes]),
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
