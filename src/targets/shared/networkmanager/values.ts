// Validation for keyfiles: values for which NetworkManager would refuse the whole profile.
import { families, familyName } from '../../../kernel/family.js'
import type { KernelPlan, PlannedLink } from '../../../plan/plan.js'
import { hasFamily, hasMethod } from './keyfile.js'
import { isMoved } from './lease.js'
import { leaseOf } from '../lease/settings.js'
import type { RenderContext } from '../../target.js'

/** Name servers need a family with addresses in the profile. Returns true after reporting one. */
export function refuseNameservers(
  links: readonly PlannedLink[],
  target: string,
  context: RenderContext,
): boolean {
  let isRefused = false
  for (const link of links) {
    const refuse = (what: string, reason: string) => {
      isRefused = true
      const at = context.reporter.about(link.origin).at('nameservers')
      at.report('value-unsupported', { what, target, reason }, { target })
    }
    for (const server of link.nameservers.addresses)
      if (!hasMethod(link, server.family))
        refuse(
          `the name server ${server.text} on ${link.name}`,
          `a profile without ${familyName(server.family)} address takes no name server of ${familyName(server.family)}`,
        )
    if (!families.some((family) => hasMethod(link, family)) && link.nameservers.search.length > 0)
      refuse(`search domains on ${link.name}`, 'a profile without addresses takes none')
    for (const domain of link.nameservers.search)
      if (!/^[\p{L}\p{N}._~-]+$/u.test(domain))
        refuse(
          `the search domain ${JSON.stringify(domain)}`,
          'a keyfile ends a list’s value at `;` and reads `\\`',
        )
  }
  return isRefused
}

/** `route-table` applies to every route of its family. Returns true after reporting a conflict. */
export function refuseMoved(plan: KernelPlan, target: string, context: RenderContext): boolean {
  let isRefused = false
  for (const link of plan.state.links) {
    const lease = leaseOf(plan, link)
    for (const family of families) {
      if (!isMoved(lease, family) || !hasFamily(link, family)) continue
      isRefused = true
      const what = `an ${familyName(family)} address of ${link.name} beside a lease that main must not have`
      const reason = 'the profile would move the network of that address out of main too'
      const fix = 'Name the gateway in `default`, or render networkd.'
      context.reporter
        .about(link.origin)
        .at('addresses')
        .report('value-unsupported', { what, target, reason }, { target, fix })
    }
  }
  return isRefused
}
