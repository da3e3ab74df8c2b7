// Virtual links as hooks: the programs' own keywords differ and need packages that may be missing.
import { lowerLinks } from '../../kernel/virtual-link.js'
import type { KernelPlan, PlannedLink } from '../../plan/plan.js'
import type { Block, Line } from '../../render/views.js'
import { interfacesComment, optionKeys } from '../../syntax/interfaces.js'
import { afterDown, beforeUp } from '../shared/virtual-link-hooks.js'
import type { RenderContext } from '../target.js'
import { hookLine } from './hooks.js'

/**
 * A name like `eth0.7`: all three programs create that VLAN themselves before the hooks run and delete it after them;
 * ifupdown fails if it is gone by then (link.defn; vlan.py; executor `link`).
 */
export const isNative = ({ name, virtual }: PlannedLink): boolean =>
  virtual?.kind === 'vlan' && !virtual.link.includes('.') && name === `${virtual.link}.${virtual.id}`

export function creationStanzas(
  link: PlannedLink,
  plan: KernelPlan,
  context: RenderContext,
): readonly Block[] {
  const lines = hookLines(optionKeys.preUp, beforeUp(link, plan, isNative), link, context)
  return lines.length === 0 ? [] : [{ comments: interfacesComment(purposeOf(link)), lines }]
}

export function deletionStanzas(link: PlannedLink, context: RenderContext): readonly Block[] {
  const lines = hookLines(optionKeys.postDown, afterDown(link, isNative(link)), link, context)
  return lines.length === 0 ? [] : [{ comments: ['deletes the link, or removes it from its master'], lines }]
}

const hookLines = (
  key: string,
  commands: readonly string[],
  { origin }: PlannedLink,
  context: RenderContext,
): readonly Line[] =>
  commands.flatMap((command) => hookLine(key, `${command} || true`, origin, context) ?? [])

function purposeOf({ virtual, master }: PlannedLink): string {
  const own =
    virtual === undefined
      ? []
      : [`a ${virtual.kind} ${virtual.kind === 'vlan' ? 'on' : 'of'} ${lowerLinks(virtual).join(', ')}`]
  const above = master === undefined ? [] : [`a member of the ${master.kind} ${master.link}`]
  return [...own, ...above].join('; ')
}
