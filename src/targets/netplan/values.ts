// Validation for netplan: values that its YAML cannot have, and features outside the YAML under `beyond-yaml: refuse`.
import { managedLinks } from '../../plan/lasting-rules.js'
import { owningLink } from '../../plan/route-owner.js'
import type { Path } from '../../diagnostics/diagnostic.js'
import type { KernelPlan, Origin, PlannedLink } from '../../plan/plan.js'
import { neededLinks } from '../shared/route-dependencies.js'
import { refuseMoved, refuseNameservers } from '../shared/networkmanager/values.js'
import { refuseValues as refuseNetworkdValues } from '../shared/networkd/values.js'
import { refuseValue } from '../refuse.js'
import type { RenderContext } from '../target.js'
import { ID, PASSTHROUGH, VRF_KEYS, type NetplanSettings } from './settings.js'
import { isAtLeast } from '../version.js'
import { lacksIpv4 } from './view.js'
import { carries, routeProblem } from './manager-split.js'
import { yamlProblem } from './yaml-routes.js'
import { ruleProblem } from './yaml-rules.js'

export function refuseValues(plan: KernelPlan, settings: NetplanSettings, context: RenderContext): void {
  const ours = plan.state.links.filter(({ managed }) => managed)
  if (settings.renderer === 'networkd') refuseNetworkdValues(plan, settings.systemd, ID, context)
  else {
    refuseNameservers(ours, ID, context)
    refuseMoved(plan, ID, context)
    refuseLinkLocal(ours, settings, context)
  }
  if (!isAtLeast(settings.netplan, VRF_KEYS)) refuseVrfKeys(plan, ours, settings, context)
  if (settings.beyond === 'refuse') refuseBeyondYaml(plan, settings, context)
}

/** Before it, `netplan generate` refuses the keys that other links have, and 0.106 crashes with routes. */
function refuseVrfKeys(
  plan: KernelPlan,
  links: readonly PlannedLink[],
  settings: NetplanSettings,
  context: RenderContext,
): void {
  const reason = `netplan ${settings.netplan} has no such key for a VRF, and ${VRF_KEYS} has`
  const fix = 'Update netplan, or render networkd or nm-keyfile.'
  for (const { name, origin, virtual, ...link } of links) {
    if (virtual?.kind !== 'vrf') continue
    const keys = {
      addresses: link.addresses.length > 0,
      mtu: link.mtu !== undefined,
      mac: link.mac !== undefined,
      nameservers: link.nameservers.addresses.length + link.nameservers.search.length > 0,
      optional: link.optional,
      dhcp4: link.lease?.dhcp4,
      dhcp6: link.lease?.dhcp6,
      'accept-ra': link.lease?.acceptRa,
    }
    for (const [key, isUsed] of Object.entries(keys))
      if (isUsed === true)
        refuseValue(context.reporter.about(origin).at(key), ID, `${key} of ${name}`, reason, {
          on: 'key',
          fix,
        })
    if (settings.renderer !== 'networkd') continue
    for (const route of plan.state.routes)
      if (owningLink(route) === name && yamlProblem(route, settings) === undefined)
        refuseValue(context.reporter.about(route.origin), ID, `a route over ${name}`, reason, { fix })
  }
}

/** Older versions have no key that prevents it. */
function refuseLinkLocal(
  links: readonly PlannedLink[],
  { netplan }: NetplanSettings,
  context: RenderContext,
): void {
  const lacking = isAtLeast(netplan, PASSTHROUGH) ? [] : links.filter(lacksIpv4)
  for (const { name, origin } of lacking) {
    const what = `${name} without an IPv4 address`
    const reason = `before ${PASSTHROUGH} netplan makes NetworkManager add one of 169.254.0.0/16; renderer networkd does not`
    refuseValue(context.reporter.about(origin), ID, what, reason, { dependsOn: [['links']] })
  }
}

function refuseBeyondYaml(plan: KernelPlan, settings: NetplanSettings, context: RenderContext): void {
  const refuse = (origin: Origin, what: string, reason: string, dependsOn: readonly Path[]): void =>
    refuseValue(context.reporter.about(origin), ID, what, reason, { dependsOn })
  const links = managedLinks(plan)
  const isManager = settings.renderer === 'NetworkManager'
  for (const route of plan.state.routes) {
    const problem = isManager ? routeProblem(route, plan, links, settings) : yamlProblem(route, settings)
    if (problem === undefined) continue
    const above = route.origin.kind === 'default' ? [['gateways']] : []
    refuse(route.origin, 'this route', problem, [
      ...neededLinks(route, plan).map((name) => ['links', name]),
      ...above,
    ])
  }
  for (const rule of plan.state.rules) {
    const problem = ruleProblem(rule, settings.renderer)
    if (problem !== undefined) refuse(rule.origin, 'this rule', problem, [['links']])
    else if (isManager && !links.some((link) => carries(link, rule, links)))
      refuse(rule.origin, 'this rule', 'no link has an address of its family, so no profile can carry it', [
        ['links'],
      ])
  }
}
