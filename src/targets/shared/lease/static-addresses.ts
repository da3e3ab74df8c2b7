// Static addresses of a plan as statements for the programs that handle leases.
import { familyFlag } from '../../../kernel/family.js'
import { formatPrefix } from '../../../kernel/prefix.js'
import type { KernelPlan } from '../../../plan/plan.js'
import type { Block } from '../../../render/views.js'
import { statement } from '../statements.js'

/** templates/programs/kernel.awk describes the statement. Empty without static addresses. */
export function staticAddresses(plan: KernelPlan): readonly Block[] {
  const lines = plan.state.links.flatMap(({ name, addresses }) =>
    addresses.map((prefix) =>
      statement(['static', familyFlag(prefix.family), formatPrefix(prefix), 'dev', name]),
    ),
  )
  const comments = ['addresses and networks of the description, which no lease of another link may have']
  return lines.length === 0 ? [] : [{ comments, lines }]
}
