// Script of if-up.d: the whole output under `manage: routing`, beside stanzas of others.
import { isReject } from '../../plan/route.js'
import { loopback } from '../../kernel/link.js'
import { familyFlag } from '../../kernel/family.js'
import { RTPROT_INTERIM, RTPROT_MULTIHOME } from '../../kernel/protocol.js'
import type { KernelPlan, Route, Rule } from '../../plan/plan.js'
import { fill } from '../../render/template.js'
import { line, type Line } from '../../render/views.js'
import { routeTokens, ruleTokens } from '../../syntax/iproute2.js'
import { commandLine } from '../../syntax/shell.js'
import { groupByComment, orNothing } from '../shared/group-by-comment.js'
import { bannerOf } from '../shared/common-files.js'
import { ownRoutes } from '../shared/deferred-routes.js'
import { groupByNeeds, neededLinks, needsSeveral } from '../shared/route-dependencies.js'
import { textFile, type RenderContext, type RenderedFile } from '../target.js'

export const SCRIPT = '/etc/network/if-up.d/multihome'
const DOWN_LINK = '/etc/network/if-down.d/multihome'

/** The protocol comes first, since only next hops may follow a next hop. */
const under = (start: string, words: readonly string[]): string =>
  `${start} protocol "$1" ${commandLine(words)}`

const ruleLine = (rule: Rule): Line =>
  line(under(`ip ${familyFlag(rule.family)} rule add`, ruleTokens(rule)), rule.origin)

const routeLine = (route: Route): Line =>
  line(under(`ip ${familyFlag(route.family)} route replace`, routeTokens(route)), route.origin)

/** The script, and its name in if-down.d. */
export function scriptFiles(
  plan: KernelPlan,
  stack: string,
  context: RenderContext,
): readonly RenderedFile[] {
  const { routes } = plan.state
  const names = [...new Set(routes.flatMap((route) => neededLinks(route, plan)))].filter(
    (name) => name !== loopback,
  )
  const always = routes.filter((route) => isReject(route))
  const rules = plan.state.rules.toSorted((a, b) => a.pref - b.pref)
  const links = [loopback, ...names].flatMap((name) => {
    const own = ownRoutes(plan, name).filter((route) => !isReject(route))
    const blocks = groupByComment(own.map(routeLine))
    return blocks.length === 0 ? [] : [{ name: commandLine([name]), blocks }]
  })
  const view = {
    banner: bannerOf(context, stack),
    protocol: RTPROT_MULTIHOME,
    interim: RTPROT_INTERIM,
    names: commandLine(names),
    rules: orNothing(groupByComment(rules.map(ruleLine)), 'no rules'),
    always: orNothing(groupByComment(always.map(routeLine)), 'no such routes'),
    links,
    shared: groupByNeeds(
      routes.filter((route) => needsSeveral(route, plan)),
      plan,
    ).map((group) => ({
      pattern: group.links.map((name) => commandLine([name])).join(' | '),
      blocks: groupByComment(group.routes.map(routeLine)),
    })),
  }
  const script = fill('ifupdown/script', view, 'hook')
  return [textFile(SCRIPT, script, 0o755), { path: DOWN_LINK, symlink: '../if-up.d/multihome' }]
}
