// What a keyfile cannot carry although its kind is known: NetworkManager would refuse the whole profile for it.
import { families, familyName } from '../kernel/family.js'
import type { PlannedLink } from '../plan/plan.js'
import { hasMethod } from './keyfile.js'
import type { RenderContext } from './target.js'

/** Name servers belong to a family of the profile that has addresses. True when one was refused, and reported. */
export function refuseNameservers(
  links: readonly PlannedLink[],
  target: string,
  context: RenderContext,
): boolean {
  let isRefused = false
  for (const link of links) {
    const refuse = (what: string, reason: string) => {
      isRefused = true
      const at = context.reporter.at(...link.origin.path, 'nameservers')
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
