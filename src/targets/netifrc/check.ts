// Validation for netifrc: names of variables that collide, values that a shell would interpret.
import { loopback, type LinkName } from '../../kernel/link.js'
import type { Path } from '../../diagnostics/diagnostic.js'
import type { Reporter } from '../../diagnostics/reporter.js'
import { featureTitles } from '../../plan/features.js'
import { formatOrigin } from '../../plan/origin.js'
import type { KernelPlan, PlannedLink } from '../../plan/plan.js'
import { valueProblem, variablePart } from '../../syntax/conf-d.js'
import { refuseValue } from '../refuse.js'
import type { RenderContext } from '../target.js'
import { postupGroups } from './route-lines.js'

const ID = 'netifrc'

/** OpenRC reads conf.d/net.RUNLEVEL instead of conf.d/net (openrc-run.sh). */
const RUNLEVEL = /^(?:sysinit|boot|default|nonetwork|shutdown|single|reboot)$/

export function refuseValues(plan: KernelPlan, links: readonly PlannedLink[], context: RenderContext): void {
  const { about } = context.reporter
  const refuse = (at: Reporter, what: string, reason: string, fix?: string): void =>
    refuseValue(at, ID, what, reason, { on: 'key', fix })
  if (plan.intent.manage === 'routing') {
    for (const { name, origin } of links)
      if (RUNLEVEL.test(name))
        refuse(
          about(origin),
          `the link name ${name}`,
          `conf.d/net.${name} would be read instead of conf.d/net`,
        )
    for (const { routes } of postupGroups(plan))
      for (const { origin } of routes)
        refuse(
          about(origin),
          `a route that postup() must install (${formatOrigin(origin)})`,
          'there is one postup() for all links, and under `manage: routing` it may exist already',
          'Write `manage: full`, so that conf.d/net is written as a whole.',
        )
    return
  }
  // netifrc's wireguard module goes by the name alone: start and stop of the service delete the link (net/wireguard.sh).
  for (const { name, origin } of links)
    if (name.startsWith('wg'))
      refuse(
        about(origin),
        `the link name ${name}`,
        'netifrc treats every name that begins with wg as its own WireGuard link, and deletes the link when its service starts or stops',
        'Give the link another name (vpn0), or write `manage: routing` on it if another program creates it.',
      )
  for (const link of links)
    for (const domain of link.nameservers.search) {
      const problem = valueProblem(domain)
      if (problem !== undefined)
        refuse(about(link.origin).at('nameservers'), `the search domain ${JSON.stringify(domain)}`, problem)
    }
  warnOfResolvConf(links, context)
  refuseFolding(links, context)
}

/** Without resolvconf, system.sh replaces the file for each link. */
function warnOfResolvConf(links: readonly PlannedLink[], context: RenderContext): void {
  const naming = links.filter(
    ({ nameservers }) => nameservers.addresses.length > 0 || nameservers.search.length > 0,
  )
  const second = naming[1]
  if (second === undefined) return
  context.reporter.about(second.origin).at('nameservers').report(
    'feature-partial',
    {
      feature: featureTitles['link.nameservers'],
      target: ID,
      reason: 'without resolvconf, /etc/resolv.conf has only the name servers of the last link that starts',
    },
    { target: ID },
  )
}

/** Reports each pair once, at the later link. */
function refuseFolding(links: readonly PlannedLink[], context: RenderContext): void {
  const holders = new Map<string, { readonly name: LinkName; readonly path?: Path }>([
    [variablePart(loopback), { name: loopback }],
  ])
  for (const { name, origin } of links) {
    const part = variablePart(name)
    const holder = holders.get(part)
    if (holder === undefined) holders.set(part, { name, path: origin.path })
    else
      context.reporter.about(origin).report(
        'names-collide',
        { a: holder.name, b: name, variable: `config_${part}`, target: ID },
        {
          target: ID,
          on: 'key',
          related:
            holder.path === undefined
              ? undefined
              : [{ message: `${holder.name} is here`, path: holder.path }],
        },
      )
  }
}
