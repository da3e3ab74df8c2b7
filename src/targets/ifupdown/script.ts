// The script of if-up.d: under `manage: routing` all that there is, beside stanzas that are not ours.
import { loopback } from '../../kernel/link.js'
import { familyFlag } from '../../kernel/family.js'
import { RTPROT_INTERIM, RTPROT_MULTIHOME } from '../../kernel/protocol.js'
import { hasNoNexthop } from '../../kernel/route-type.js'
import type { KernelPlan, Origin, Route, Rule } from '../../plan/plan.js'
import { fill } from '../../render/template.js'
import type { CommentedLine } from '../../render/views.js'
import { routeTokens, ruleTokens } from '../../syntax/iproute2.js'
import { commandLine } from '../../syntax/shell.js'
import { groupByComment } from '../shared/group-by-comment.js'
import { bannerOf } from '../shared/common-files.js'
import { groupByNeeds, neededLinks, needsSeveral, ownRoutes } from '../shared/route-dependencies.js'
import { commentsOf, type RenderContext, type RenderedFile } from '../target.js'

export const SCRIPT = '/etc/network/if-up.d/multihome'
const DOWN_LINK = '/etc/network/if-down.d/multihome'

interface Line {
  readonly origin: Origin
  readonly text: string
}

/** The protocol stands first, since nothing but next hops may follow a next hop. */
const under = (start: string, words: readonly string[]): string =>
  `${start} protocol "$1" ${commandLine(words)}`

const ruleLine = (rule: Rule): Line => ({
  origin: rule.origin,
  text: under(`ip ${familyFlag(rule.family)} rule add`, ruleTokens(rule)),
})

const routeLine = (route: Route): Line => ({
  origin: route.origin,
  text: under(`ip ${familyFlag(route.family)} route replace`, routeTokens(route)),
})

const blocksOf = (lines: readonly Line[]): readonly CommentedLine[] =>
  groupByComment(lines.map(({ origin, text }) => ({ comments: commentsOf(origin), line: text })))

/** A shell function must not be empty. */
const orNothing = (blocks: readonly CommentedLine[], what: string): readonly CommentedLine[] =>
  blocks.length === 0 ? [{ comments: [`no ${what}`], lines: [':'] }] : blocks

/** The script, and its second name: what takes away. */
export function scriptFiles(
  plan: KernelPlan,
  stack: string,
  context: RenderContext,
): readonly RenderedFile[] {
  const { routes } = plan
  const names = [...new Set(routes.flatMap((route) => neededLinks(route, plan)))].filter(
    (name) => name !== loopback,
  )
  const always = routes.filter((route) => hasNoNexthop(route.type))
  const rules = [...plan.rules].sort((a, b) => a.pref - b.pref)
  const links = [loopback, ...names].flatMap((name) => {
    const own = ownRoutes(plan, name).filter((route) => !hasNoNexthop(route.type))
    const blocks = blocksOf(own.map(routeLine))
    return blocks.length === 0 ? [] : [{ name: commandLine([name]), blocks }]
  })
  const content = fill('ifupdown/script', {
    banner: bannerOf(context, stack),
    protocol: RTPROT_MULTIHOME,
    interim: RTPROT_INTERIM,
    names: commandLine(names),
    rules: orNothing(blocksOf(rules.map(ruleLine)), 'rules'),
    always: orNothing(blocksOf(always.map(routeLine)), 'such routes'),
    links,
    shared: groupByNeeds(
      routes.filter((route) => needsSeveral(route, plan)),
      plan,
    ).map((group) => ({
      pattern: group.links.map((name) => commandLine([name])).join(' | '),
      blocks: blocksOf(group.routes.map(routeLine)),
    })),
  })
  const script = { path: SCRIPT, mode: 0o755, owner: 'root:root', content } as const
  return [script, { path: DOWN_LINK, symlink: '../if-up.d/multihome' }]
}
