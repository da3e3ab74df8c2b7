// Address tracker: a script that tracks the addresses of links at run time, and its service, the same for every stack.
import { familyFlag } from '../../kernel/family.js'
import { RTPROT_DYNAMIC } from '../../kernel/protocol.js'
import type { DynamicTable, DynamicMultipath, KernelPlan, Route } from '../../plan/plan.js'
import { fill, type Filled } from '../../render/template.js'
import { line, type Banner, type Block, type Line } from '../../render/views.js'
import { routeTokens } from '../../syntax/iproute2.js'
import { commandLine, quote } from '../../syntax/shell.js'
import { groupByComment, orNothing } from './group-by-comment.js'
import type { Init } from './connmarks.js'
import { neededLinks } from './route-dependencies.js'
import { textFile, type RenderedFile, type Step } from '../target.js'

/** Name of the script, of its service, and of its protocol. */
export const TRACKER_NAME = 'multihome-follow'
export const TRACKER_PATH = `/usr/local/sbin/${TRACKER_NAME}`
const UNIT = `${TRACKER_NAME}.service`
const UNIT_PATH: RenderedFile['path'] = `/etc/systemd/system/${UNIT}`
const SERVICE_PATH: RenderedFile['path'] = `/etc/init.d/${TRACKER_NAME}`

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
  const script = textFile(TRACKER_PATH, scriptOf(plan, deferred, banner), 0o755)
  if (init === 'systemd')
    return [
      script,
      textFile(UNIT_PATH, fill('shared/follow-unit', { banner, path: TRACKER_PATH })),
      { path: `/etc/systemd/system/multi-user.target.wants/${UNIT}`, symlink: UNIT_PATH },
    ]
  const service = fill('shared/follow-service', { banner, path: TRACKER_PATH, name: TRACKER_NAME })
  return [
    script,
    textFile(SERVICE_PATH, service, 0o755),
    { path: `/etc/runlevels/boot/${TRACKER_NAME}`, symlink: SERVICE_PATH },
  ]
}

/** Steps that restart the script; none for a plan that does not need it. */
export function trackerSteps(plan: KernelPlan, deferred: readonly Route[], init: Init): readonly Step[] {
  if (!needsTracker(plan, deferred)) return []
  const why = 'rules and routes follow addresses that no description tells, and links that others make'
  if (init === 'openrc')
    return [{ programs: ['rc-service'], command: `rc-service ${TRACKER_NAME} restart`, why }]
  return [
    { programs: ['systemctl'], command: 'systemctl daemon-reload', why: `systemd reads ${UNIT}` },
    { programs: ['systemctl'], command: `systemctl restart ${TRACKER_NAME}`, why },
  ]
}

/** Before the files go. */
export function trackerRemoval(plan: KernelPlan, deferred: readonly Route[], init: Init): readonly Step[] {
  if (!needsTracker(plan, deferred)) return []
  const stop =
    init === 'openrc'
      ? { programs: ['rc-service'], command: `rc-service --ifstarted ${TRACKER_NAME} stop` }
      : { programs: ['systemctl'], command: `systemctl stop ${TRACKER_NAME}` }
  return [
    { ...stop, why: 'addresses and links are no longer followed', when: 'before-files' },
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
