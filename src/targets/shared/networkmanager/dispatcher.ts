// Dispatcher script of NetworkManager: installs rules and routes that profiles do not have, for three targets.
import { isMultipath } from '../../../plan/route.js'
import { familyFlag } from '../../../kernel/family.js'
import { groupBy } from '../../../stdlib/group-by.js'
import { loopback } from '../../../kernel/link.js'
import { RTPROT_MULTIHOME } from '../../../kernel/protocol.js'
import type { KernelPlan, KernelState, Route, Rule } from '../../../plan/plan.js'
import { fill } from '../../../render/template.js'
import { line, type Block, type Line } from '../../../render/views.js'
import { routeTokens, ruleTokens } from '../../../syntax/iproute2.js'
import { commandLine } from '../../../syntax/shell.js'
import { groupByComment, orNothing } from '../group-by-comment.js'
import { bannerOf } from '../common-files.js'
import { neededLinks } from '../route-dependencies.js'
import { refuseValue } from '../../refuse.js'
import { textFile, type RenderContext, type Step, type TextFile, type WrittenSettings } from '../../target.js'

const FOLDER = '/etc/NetworkManager/dispatcher.d'
export const DEFAULT_DISPATCHER = '50-multihome'

export interface DispatcherScript {
  /** Base name; see `dispatcherName`. */
  readonly file: string
  /** The target's title. */
  readonly stack: string
}

export const dispatcherPath = (file: string): `/${string}` => `${FOLDER}/${file}`

/** Installs everything at once and removes what an earlier description left. */
export const dispatcherStep = (file: string): Step => ({
  command: `${dispatcherPath(file)} all apply`,
  why: 'lays rules and routes now, says what fails, and takes away what an earlier description left',
})

/** Before the script goes. */
export const dispatcherRemoval = (file: string): Step => ({
  command: `${dispatcherPath(file)} all remove`,
  why: 'deletes the rules and routes of the script',
  when: 'before-files',
})

/** What a script of an earlier output installed goes before a profile installs it in its place. */
export const staleMultipathSteps = (
  file: string | undefined,
  kinds: readonly ('rule' | 'route')[],
): readonly Step[] =>
  file === undefined
    ? kinds.flatMap((kind) =>
        ['-4', '-6'].map((family) => ({
          programs: ['ip'],
          command: `ip ${family} ${kind} flush ${kind === 'route' ? 'table all ' : ''}protocol ${RTPROT_MULTIHOME}`,
          why: `takes away the ${kind}s of a script that an earlier output had`,
        })),
      )
    : [{ ...dispatcherStep(file), why: 'takes away what an earlier script laid where profiles do it now' }]

/** nm-dispatcher.c skips such names without a message. */
const IGNORED = /^\.|~$|\.(?:rpmsave|rpmorig|rpmnew|swp)$|\.dpkg-/

/** The setting `file`; the default after reporting a name that NetworkManager would skip. */
export function dispatcherName(settings: WrittenSettings, target: string, context: RenderContext): string {
  const name = String(settings['file'] ?? DEFAULT_DISPATCHER)
  if (/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name) && !IGNORED.test(name)) return name
  refuseValue(
    context.reporter.at('targets', target, 'file'),
    target,
    `the file name ${JSON.stringify(name)}`,
    'NetworkManager runs plain names of dispatcher.d alone, and none that looks like a backup (.rpmnew, .dpkg-old, ~)',
  )
  return DEFAULT_DISPATCHER
}

/** Rules and routes that one place holds. */
export type Share = Pick<KernelState, 'rules' | 'routes'>

/** Installs these rules and routes of a plan. */
export function dispatcherScript(
  plan: KernelPlan,
  { rules, routes }: Share,
  script: DispatcherScript,
  context: RenderContext,
): TextFile {
  const view = {
    banner: bannerOf(context, script.stack),
    name: script.file,
    protocol: RTPROT_MULTIHOME,
    hasBalance: routes.some(isMultipath),
    needsDadWait: routes.some((route) => route.family === 'inet6' && route.prefsrc !== undefined),
    rules: ruleBlocks(rules),
    routes: routeGroups(plan, routes),
  }
  return textFile(dispatcherPath(script.file), fill('nm-dispatcher/script', view, 'hook'), 0o755)
}

/** By pref, so that the IPv4 and the IPv6 form of a rule are neighbours. */
function ruleBlocks(rules: readonly Rule[]): readonly Block[] {
  const lines = rules
    .toSorted((a, b) => a.pref - b.pref)
    .map((rule) => line(commandLine(['rule', familyFlag(rule.family), ...ruleTokens(rule)]), rule.origin))
  return orNothing(groupByComment(lines), 'no rules')
}

/** Routes without a link, then link by link, then routes that need several links. */
function routeGroups(plan: KernelPlan, routes: readonly Route[]) {
  const inOrder = ['always', ...plan.state.links.map((link) => commandLine(['over', link.name]))]
  const groups = groupBy(
    [...routes.filter((one) => !isMultipath(one)), ...routes.filter(isMultipath)],
    (route) => headingOf(route, plan),
  )
  if (groups.size === 0) return [{ heading: 'always', blocks: orNothing([], 'no routes') }]
  return [...new Set([...inOrder, ...groups.keys()])].flatMap((heading) => {
    const group = groups.get(heading)
    return group === undefined ? [] : [{ heading, blocks: groupByComment(group.map(routeLine)) }]
  })
}

function headingOf(route: Route, plan: KernelPlan): string {
  const links = neededLinks(route, plan).filter((link) => link !== loopback)
  if (links.length === 0) return 'always'
  return commandLine([isMultipath(route) ? 'among' : 'over', ...links])
}

/** `route -4 default via …`, or for several next hops `balance -4 'default metric 100' 'via … weight 3' 'via … weight 1'`. */
function routeLine(route: Route): Line {
  const words = routeTokens(route)
  const flag = familyFlag(route.family)
  if (!isMultipath(route)) return line(commandLine(['route', flag, ...words]), route.origin)
  const parts: string[][] = [[]]
  for (const [index, word] of words.entries()) {
    // A link may be called `nexthop` too.
    if (word === 'nexthop' && words[index - 1] !== 'dev') parts.push([])
    else parts.at(-1)?.push(word)
  }
  return line(commandLine(['balance', flag, ...parts.map((part) => part.join(' '))]), route.origin)
}
