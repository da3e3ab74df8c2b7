// Address tracker: a program that tracks the addresses of links at run time, and its service, the same for every stack.
import { familyFlag } from '../../kernel/family.js'
import type { DynamicTable, DynamicMultipath, KernelPlan, Route } from '../../plan/plan.js'
import { fill, type Filled } from '../../render/template.js'
import type { Banner, Line } from '../../render/views.js'
import { routeTokens } from '../../syntax/iproute2.js'
import { groupByComment } from './group-by-comment.js'
import { staticAddresses } from './lease/static-addresses.js'
import { programFiles, programPath } from './programs.js'
import { restartSteps, serviceFiles, stopStep, type Init } from './service.js'
import { statement } from './statements.js'
import { textFile, type RenderedFile, type Step } from '../target.js'

/** Name of the program, of its service, and of its protocol. */
export const TRACKER_NAME = 'multihome-tracker'
/** Its statements; templates/programs/tracker.awk describes them. */
export const TRACKER_DATA_PATH = '/etc/multihome/tracker.conf'

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
  const { programs } = plan.intent
  const view = { banner, path: programPath(programs, TRACKER_NAME) }
  return [
    textFile(TRACKER_DATA_PATH, dataOf(plan, deferred, banner)),
    ...programFiles(programs, TRACKER_NAME, 'tracker.awk'),
    ...(init === 'systemd'
      ? serviceFiles(TRACKER_NAME, init, fill('shared/tracker-unit', view), ['multi-user.target'])
      : serviceFiles(TRACKER_NAME, init, fill('shared/tracker-service', { ...view, name: TRACKER_NAME }), [
          'boot',
        ])),
  ]
}

/** Steps that restart the program; none for a plan that does not need it. */
export function trackerSteps(plan: KernelPlan, deferred: readonly Route[], init: Init): readonly Step[] {
  const why = 'installs rules and routes for dynamic addresses and for links of other programs'
  return needsTracker(plan, deferred) ? restartSteps(TRACKER_NAME, init, why) : []
}

/** Before the files go. */
export function trackerRemoval(plan: KernelPlan, deferred: readonly Route[], init: Init): readonly Step[] {
  if (!needsTracker(plan, deferred)) return []
  return [
    stopStep(TRACKER_NAME, init, 'stops the address tracker'),
    {
      command: `${programPath(plan.intent.programs, TRACKER_NAME)} forget`,
      why: 'deletes the rules and routes of dynamic addresses',
      when: 'before-files',
    },
  ]
}

function dataOf(plan: KernelPlan, deferred: readonly Route[], banner: Banner): Filled {
  const blocks = [
    ...(plan.dynamic.tables.length === 0 ? [] : staticAddresses(plan)),
    ...groupByComment([
      ...plan.dynamic.tables.flatMap(leaseLines),
      ...plan.dynamic.multipaths.map(multipathLine),
      ...deferred.map((route) =>
        statement(['route', familyFlag(route.family), ...routeTokens(route)], route.origin),
      ),
    ]),
  ]
  return fill('shared/blocks', { banner, blocks }, 'program')
}

const leaseLines = ({
  link,
  table,
  families,
  routers,
  installedIn,
  leaseRoutes,
  replies,
  origin,
}: DynamicTable): readonly Line[] =>
  families.map((family) =>
    statement(
      [
        'lease',
        ...[familyFlag(family), 'dev', link, 'table', table],
        ...['default', routers.includes(family) ? installedIn : 'none'],
        ...(leaseRoutes === true && routers.includes(family) ? ['routes'] : []),
        ...replies.flatMap(({ word, pref }) => [word, pref]),
      ],
      origin,
    ),
  )

const multipathLine = ({ family, metric, hops, origin }: DynamicMultipath): Line =>
  statement(
    [
      'multipath',
      ...[familyFlag(family), 'metric', metric],
      ...hops.flatMap(({ dev, weight }) => ['nexthop', 'dev', dev, 'weight', weight]),
    ],
    origin,
  )
