// Files that every stack needs beside its own: names of tables and of our protocol, sysctls, connection marks, what follows leases.
import { RTPROT_FOLLOWED, RTPROT_MULTIHOME } from '../kernel/protocol.js'
import type { KernelPlan } from '../plan/plan.js'
import { fill } from '../render/template.js'
import type { Banner } from '../render/views.js'
import { commentText } from '../syntax/shell.js'
import { FOLLOW_NAME, followFiles, followRemoval, followSteps, isFollowing } from './follow.js'
import type { SplitPlan } from './foreign-routes.js'
import { marksFiles, marksRemoval, marksSteps, type Init } from './marks.js'
import { commentOf, type RenderContext, type RenderedFile, type Step } from './target.js'

export const RT_TABLES_PATH = '/etc/iproute2/rt_tables.d/multihome.conf'
export const RT_PROTOS_PATH = '/etc/iproute2/rt_protos.d/multihome.conf'
export const SYSCTL_PATH = '/etc/sysctl.d/60-multihome.conf'

/** The head of a file in a syntax whose comments begin with `sign`. */
export const bannerOf = (
  context: RenderContext,
  stack: string,
  notes: readonly string[],
  sign = '#',
): Banner => ({ sign, file: context.file, stack, notes: notes.map(commentText) })

export interface CompanionOptions {
  /** Whether a script adds rules or routes with our protocol number, so that its name is worth having. */
  readonly protocol: boolean
  /** Default: systemd. */
  readonly init?: Init
}

/** Empty where the plan has no named table, no sysctl, no connection mark, nothing to follow and no script. */
export function companions(
  plan: SplitPlan,
  stack: string,
  context: RenderContext,
  options: CompanionOptions,
): readonly RenderedFile[] {
  const file = (path: `/${string}`, content: string): RenderedFile => ({
    path,
    mode: 0o644,
    owner: 'root:root',
    content,
  })
  const files: RenderedFile[] = []
  if (plan.tables.length > 0) {
    const banner = bannerOf(context, stack, [
      'Names of routing tables, for people: `ip route show table NAME`. Files of any stack use the numbers.',
    ])
    const tables = plan.tables.map((table) => ({
      id: table.id,
      name: table.name,
      comment: commentText(commentOf(table.origin, context)),
    }))
    files.push(file(RT_TABLES_PATH, fill('shared/rt-tables', { banner, tables })))
  }
  if (options.protocol || isFollowing(plan)) {
    const banner = bannerOf(context, stack, [
      'The protocol of what our scripts add: `ip rule show` and `ip route show table all protocol multihome` name it.',
    ])
    const protocols = [
      ...(options.protocol ? [{ id: RTPROT_MULTIHOME, name: 'multihome' }] : []),
      ...(isFollowing(plan) ? [{ id: RTPROT_FOLLOWED, name: FOLLOW_NAME }] : []),
    ]
    files.push(file(RT_PROTOS_PATH, fill('shared/rt-protos', { banner, protocols })))
  }
  if (plan.sysctls.length > 0) {
    const banner = bannerOf(context, stack, [
      `Put to work by: sysctl -e -p ${SYSCTL_PATH}, and at every boot.`,
    ])
    const settings = plan.sysctls.map((sysctl) => ({
      key: sysctl.key,
      value: sysctl.value,
      comment: commentText(commentOf(sysctl.origin, context)),
    }))
    files.push(file(SYSCTL_PATH, fill('shared/sysctl', { banner, settings })))
  }
  const bannerWith = (notes: readonly string[]): Banner => bannerOf(context, stack, notes)
  const init = options.init ?? 'systemd'
  files.push(...marksFiles(plan, init, bannerWith, context), ...followFiles(plan, init, bannerWith, context))
  return files
}

/** The same plan for a stack whose daemon takes router advertisements itself, and sets the kernel's part aside. */
export const withoutKernelRa = (plan: KernelPlan): KernelPlan => ({
  ...plan,
  sysctls: plan.sysctls.filter(({ isForKernelRa }) => isForKernelRa !== true),
})

/**
 * The steps that put these files to work; none where the plan has no sysctls, no marks, nothing to follow. First of all steps: later
 * ones rely on the sysctls. `-e` passes over the keys of a link that is not there yet: with them the step would fail
 * and stop the others.
 */
export const companionRemoval = (plan: SplitPlan, init: Init = 'systemd'): readonly Step[] => [
  ...marksRemoval(plan, init),
  ...followRemoval(plan, init),
]

export const companionSteps = (plan: SplitPlan, init: Init = 'systemd'): readonly Step[] => [
  ...(plan.sysctls.length === 0
    ? []
    : [{ command: `sysctl -e -p ${SYSCTL_PATH}`, why: 'the kernel settings that the routes rely on' }]),
  ...marksSteps(plan, init),
  ...followSteps(plan, init),
]
