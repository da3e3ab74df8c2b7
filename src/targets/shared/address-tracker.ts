// Address tracker: a script that tracks the addresses of links at run time, and its service, the same for every stack.
import { familyFlag } from '../../kernel/family.js'
import { RTPROT_DYNAMIC } from '../../kernel/protocol.js'
import type { DynamicTable, DynamicMultipath, KernelPlan, Route } from '../../plan/plan.js'
import { fill, type Filled } from '../../render/template.js'
import { line, type Banner, type Block, type Line } from '../../render/views.js'
import { routeTokens } from '../../syntax/iproute2.js'
import { commandLine, quote } from '../../syntax/shell.js'
import { groupByComment, orNothing } from './group-by-comment.js'
import { neededLinks } from './route-dependencies.js'
import { restartSteps, serviceFiles, stopStep, type Init } from './service.js'
import { textFile, type RenderedFile, type Step } from '../target.js'

/** Name of the script, of its service, and of its protocol. */
export const TRACKER_NAME = 'multihome-follow'
export const TRACKER_PATH = `/usr/local/sbin/${TRACKER_NAME}`

/** Whether some rule or route of the plan is known, or can be installed, only at run time. */
export const needsTracker = ({ dynamic }: KernelPlan, deferred: readonly Route[]): boolean =>
  dynamic.tables.length + dynamic.multipaths.length + deferred.length > 0

/** Empty for a plan with static addresses and next hops only, and without links of other programs. */
export function trackerFiles(
  plan: KernelPlan,
  deferred: readonly Route[],
  init: Init,
  banner: Banner,
): readonly RenderedFile[] {
  if (!needsTracker(plan, deferred)) return []
  const view = { banner, path: TRACKER_PATH }
  return [
    textFile(TRACKER_PATH, scriptOf(plan, deferred, banner), 0o755),
    ...(init === 'systemd'
      ? serviceFiles(TRACKER_NAME, init, fill('shared/follow-unit', view), ['multi-user.target'])
      : serviceFiles(TRACKER_NAME, init, fill('shared/follow-service', { ...view, name: TRACKER_NAME }), [
          'boot',
        ])),
  ]
}

/** Steps that restart the script; none for a plan that does not need it. */
export function trackerSteps(plan: KernelPlan, deferred: readonly Route[], init: Init): readonly Step[] {
  const why = 'rules and routes follow addresses that no description tells, and links that others make'
  return needsTracker(plan, deferred) ? restartSteps(TRACKER_NAME, init, why) : []
}

/** Before the files go. */
export function trackerRemoval(plan: KernelPlan, deferred: readonly Route[], init: Init): readonly Step[] {
  if (!needsTracker(plan, deferred)) return []
  return [
    stopStep(TRACKER_NAME, init, 'addresses and links are no longer followed'),
    {
      command: `${TRACKER_PATH} forget`,
      why: 'deletes the rules and routes that follow them',
      when: 'before-files',
    },
  ]
}

function scriptOf(plan: KernelPlan, deferred: readonly Route[], banner: Banner): Filled {
  const links = new Set([
    ...plan.dynamic.tables.map(({ link }) => link),
    ...plan.dynamic.multipaths.flatMap(({ hops }) => hops.map(({ dev }) => dev)),
    ...deferred.flatMap((route) => neededLinks(route, plan)),
  ])
  const view = {
    banner,
    name: TRACKER_NAME,
    protocol: RTPROT_DYNAMIC,
    dynamicTables: blocksOf(plan.dynamic.tables.flatMap((followed) => trackerLines(followed, plan))),
    balances: blocksOf(plan.dynamic.multipaths.map(balanceLine)),
    deferredRoutes: blocksOf(deferred.map(deferredLine)),
    levels: plan.dynamic.multipaths.map(({ family, metric }) => ` ${familyFlag(family)}:${metric} `).join(''),
    patterns: [...links].map(
      (link) => `*${quote(` ${link} `)}*|*${quote(` ${link}:`)}*|*${quote(` ${link}@`)}*`,
    ),
  }
  return fill('shared/follow', view, 'program')
}

const blocksOf = (lines: readonly Line[]): readonly Block[] => orNothing(groupByComment(lines), 'none')

function trackerLines(followed: DynamicTable, { state: { links } }: KernelPlan): readonly Line[] {
  const known = links.find(({ name }) => name === followed.link)?.addresses ?? []
  const prefOf = (word: 'from' | 'to'): string =>
    String(followed.replies.find((reply) => reply.word === word)?.pref ?? '-')
  return followed.families.map((family) =>
    line(
      commandLine([
        'follow',
        familyFlag(family),
        followed.link,
        String(followed.table),
        followed.routers.includes(family) ? followed.installedIn : 'none',
        prefOf('from'),
        prefOf('to'),
        ...known.filter((prefix) => prefix.family === family).map(({ address }) => address.text),
      ]),
      followed.origin,
    ),
  )
}

const balanceLine = ({ family, metric, hops, origin }: DynamicMultipath): Line =>
  line(
    commandLine([
      'balance',
      familyFlag(family),
      String(metric),
      ...hops.flatMap(({ dev, weight }) => [dev, String(weight)]),
    ]),
    origin,
  )

const deferredLine = (route: Route): Line =>
  line(
    commandLine([
      'over',
      familyFlag(route.family),
      ...routeTokens(route, ['protocol', String(RTPROT_DYNAMIC)]),
    ]),
    route.origin,
  )
