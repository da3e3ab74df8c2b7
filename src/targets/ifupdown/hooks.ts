// Plan as hook lines of stanzas: `ip` commands that may run twice and never stop ifup.
import { isReject } from '../../plan/route.js'
import { loopback, type LinkName } from '../../kernel/link.js'
import { families, familyFlag, type Family } from '../../kernel/family.js'
import { RTPROT_MULTIHOME } from '../../kernel/protocol.js'
import { owningLink } from '../../plan/route-owner.js'
import { commentOf, formatOrigin } from '../../plan/origin.js'
import type { KernelPlan, Origin, Route } from '../../plan/plan.js'
import { hook, type Block, type Line } from '../../render/views.js'
import { interfacesComment, optionKeys, optionLine, optionProblem } from '../../syntax/interfaces.js'
import { routeCommand, ruleCommand } from '../../syntax/iproute2.js'
import { commandLine, type ShellText } from '../../syntax/shell.js'
import { groupByComment } from '../shared/group-by-comment.js'
import { installedRoutes, ownRoutes, sharedRoutes } from '../shared/deferred-routes.js'
import { refuseValue } from '../refuse.js'
import type { RenderContext } from '../target.js'

const OURS = ['protocol', String(RTPROT_MULTIHOME)]

/** A failing hook would stop ifup before the next stanzas (main.c of ifupdown). */
const forgiving = (command: string): string => `${command} || true`

interface Command {
  readonly origin: Origin
  readonly command: string
}

const blocksOf = (
  commands: readonly Command[],
  context: RenderContext,
  key: string = optionKeys.postUp,
): readonly Block[] =>
  groupByComment(
    commands.flatMap(({ origin, command }) => hookLine(key, command, origin, context) ?? []),
    (origin) => interfacesComment(commentOf(origin)),
  )

/** undefined when one of the three programs cannot read it, which is then reported. */
export function hookLine(
  key: string,
  command: string,
  origin: Origin,
  context: RenderContext,
): Line | undefined {
  const problem = optionProblem(key, command)
  if (problem === undefined) return hook(optionLine(key, command), origin)
  const what = `a command of ${command.length} characters (${formatOrigin(origin)})`
  refuseValue(context.reporter.about(origin), 'ifupdown', what, problem)
  return undefined
}

/** `isTried`: the kernel refuses it while one of its links is down; the hook of the last link installs it. */
const routeHook = (verb: 'replace' | 'del', route: Route, isTried: boolean): Command => ({
  origin: route.origin,
  command: forgiving(`${commandLine(routeCommand(verb, route, OURS))}${isTried ? ' 2>/dev/null' : ''}`),
})

/** Routes in a link's stanza of one family: its own in the plan's order, then those that it shares. */
export function routeBlocks(
  plan: KernelPlan,
  link: LinkName,
  family: Family,
  context: RenderContext,
): readonly Block[] {
  return blocksOf(
    linkHooks(plan, link, (route) => route.family === family),
    context,
  )
}

const linkHooks = (
  plan: KernelPlan,
  link: LinkName,
  isWanted: (route: Route) => boolean,
): readonly Command[] => [
  ...ownRoutes(plan, link)
    .filter(isWanted)
    .map((route) => routeHook('replace', route, false)),
  ...sharedRoutes(plan, link)
    .filter(isWanted)
    .map((route) => routeHook('replace', route, true)),
]

const flushRules = (family: Family): ShellText =>
  commandLine(['ip', familyFlag(family), 'rule', 'flush', ...OURS])

/** Routes without device are not deleted with a link; `flush` is silent if it finds none. */
const flushRejectFallback = (family: Family): string =>
  `for type in unreachable prohibit blackhole throw; do ip ${familyFlag(family)} route flush table all type $type ${OURS.join(' ')}; done`

const flushAll = (key: string): readonly Line[] =>
  families.flatMap((family) =>
    [flushRules(family), flushRejectFallback(family)].map((command) =>
      hook(optionLine(key, forgiving(command))),
    ),
  )

/** Hooks of `lo`: every rule, and every route without a link. They are installed before every link and removed after it. */
export function loopbackBlocks(plan: KernelPlan, context: RenderContext): readonly Block[] {
  const routes = installedRoutes(plan).filter((route) => owningLink(route) === loopback)
  const rejectFallback = routes.filter((route) => isReject(route))
  const device: readonly Route[] = routes.filter((route) => !isReject(route))
  const rules = plan.state.rules.toSorted((a, b) => a.pref - b.pref)
  const takeDown = device.map((route) => routeHook('del', route, true))
  return [
    {
      comments: [`removes what an earlier description has left: our protocol is ${RTPROT_MULTIHOME}`],
      lines: flushAll(optionKeys.postUp),
    },
    ...blocksOf(
      [
        ...rejectFallback.map((route) => routeHook('replace', route, false)),
        ...linkHooks(plan, loopback, (route) => device.includes(route)),
      ],
      context,
    ),
    ...blocksOf(
      rules.map((rule) => ({
        origin: rule.origin,
        command: forgiving(commandLine(ruleCommand('add', rule, OURS))),
      })),
      context,
    ),
    ...blocksOf(takeDown, context, optionKeys.preDown),
    {
      comments: ['ifdown lo removes all of it, and nothing of other programs'],
      lines: flushAll(optionKeys.preDown),
    },
  ]
}
