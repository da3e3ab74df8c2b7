// Validation for keyfiles: values for which NetworkManager would refuse the whole profile.
import { families, familyName } from '../../../kernel/family.js'
import type { KernelPlan, PlannedLink } from '../../../plan/plan.js'
import { hasFamily, hasMethod } from './keyfile.js'
import { isMoved } from './lease.js'
import { leaseOf } from '../lease/settings.js'
import { refuseValue } from '../../refuse.js'
import type { RenderContext } from '../../target.js'

/** Name servers need a family with addresses in the profile. */
export function refuseNameservers(
  links: readonly PlannedLink[],
  target: string,
  context: RenderContext,
): void {
  for (const link of links) {
    const refuse = (what: string, reason: string): void =>
      refuseValue(context.reporter.about(link.origin).at('nameservers'), target, what, reason)
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
}

/** `route-table` applies to every route of its family. */
export function refuseMoved(plan: KernelPlan, target: string, context: RenderContext): void {
  for (const link of plan.state.links) {
    const lease = leaseOf(plan, link)
    for (const family of families) {
      if (!isMoved(lease, family) || !hasFamily(link, family)) continue
      const what = `an ${familyName(family)} address of ${link.name} beside a lease that main must not have`
      const reason = 'the profile would move the network of that address out of main too'
      const fix = 'Name the gateway in `default`, or render networkd.'
      refuseValue(context.reporter.about(link.origin).at('addresses'), target, what, reason, {
        fix,
        dependsOn: [['default'], ['gateways']],
      })
    }
  }
}
