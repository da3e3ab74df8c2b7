// Lease check: leased links have addresses, and leased gateways have routers.
import type { Family } from '../../kernel/family.js'
import { familyFlag, familyName } from '../../kernel/family.js'
import type { LinkName } from '../../kernel/link.js'
import type { LeaseData } from '../../plan/apply-leases.js'
import type { KernelPlan, LeaseClients, Origin } from '../../plan/plan.js'
import { formatTable } from '../../syntax/iproute2.js'
import type { Finding } from '../finding.js'
import type { Checked, DownLinks } from '../link-state.js'

type Leases = ReadonlyMap<LinkName, LeaseData>

interface MissingLease {
  readonly link: LinkName
  readonly finding: Finding
}

export function checkLeases(plan: KernelPlan, leases: Leases, idle: DownLinks): readonly Checked[] {
  const addresses = plan.state.links.flatMap((link) =>
    link.lease === undefined ? [] : missingAddresses(link.name, link.lease, link.origin, leases),
  )
  return [...addresses, ...missingRouters(plan, leases)].map(({ link, finding }) =>
    idle.has(link) ? { link, what: 'lease' } : finding,
  )
}

function missingAddresses(
  link: LinkName,
  { dhcp4, dhcp6, acceptRa }: LeaseClients,
  origin: Origin,
  leases: Leases,
): readonly MissingLease[] {
  const has = (family: Family): boolean =>
    leases.get(link)?.addresses.some((address) => address.family === family) === true
  const asked: readonly (readonly [Family, readonly string[]])[] = [
    ['inet', dhcp4 ? ['dhcp4'] : []],
    ['inet6', [...(dhcp6 ? ['dhcp6'] : []), ...(acceptRa ? ['accept-ra'] : [])]],
  ]
  return asked
    .filter(([family, words]) => words.length > 0 && !has(family))
    .map(([family, words]) => ({
      link,
      finding: {
        ...{ severity: 'error', kind: 'missing', what: 'lease', family },
        words: `${link} ${words.join(' ')}`,
        why: `it has no ${familyName(family)} address`,
        show: `ip ${familyFlag(family)} address show dev ${link}`,
        origin,
      },
    }))
}

/** Only for links with an address: others are reported for that. */
function missingRouters(
  { dynamic: { tables: followed } }: KernelPlan,
  leases: Leases,
): readonly MissingLease[] {
  return followed.flatMap(({ link, table, installedIn, routers, origin }) =>
    routers.flatMap((family): readonly MissingLease[] => {
      const { addresses = [], routers: leased = [] } = leases.get(link) ?? {}
      const isReported = leased.some((router) => router.family === family)
      if (isReported || !addresses.some((address) => address.family === family)) return []
      const where = installedIn === 'main' ? 'main' : formatTable(table)
      return [
        {
          link,
          finding: {
            ...{ severity: 'error', kind: 'missing', what: 'lease', family },
            words: `default dev ${link}`,
            why: `its lease has no ${familyName(family)} router`,
            show: `ip ${familyFlag(family)} route show default table ${where}`,
            origin,
          },
        },
      ]
    }),
  )
}
