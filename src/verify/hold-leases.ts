// Leases: a link that is to get its addresses has some, and a gateway whose router they tell has one.
import type { Family } from '../kernel/family.js'
import { familyFlag, familyName } from '../kernel/family.js'
import type { LinkName } from '../kernel/link.js'
import type { LeaseFacts } from '../plan/leased.js'
import type { KernelPlan, LeaseClients, Origin } from '../plan/plan.js'
import { tableWord } from '../syntax/iproute2.js'
import type { Finding } from './finding.js'
import type { Held } from './held.js'
import type { Idle } from './idle.js'

type Facts = ReadonlyMap<LinkName, LeaseFacts>

interface Lacking {
  readonly link: LinkName
  readonly finding: Finding
}

export function holdLeases(plan: KernelPlan, facts: Facts, idle: Idle): Held {
  const addresses = plan.links.flatMap((link) =>
    link.lease === undefined ? [] : lackingAddresses(link.name, link.lease, link.origin, facts),
  )
  const lacking = [...addresses, ...lackingRouters(plan, facts)]
  return {
    findings: lacking.filter(({ link }) => !idle.has(link)).map(({ finding }) => finding),
    excused: lacking.filter(({ link }) => idle.has(link)).map(({ link }) => ({ link, what: 'lease' })),
  }
}

function lackingAddresses(
  link: LinkName,
  { dhcp4, dhcp6, acceptRa }: LeaseClients,
  origin: Origin,
  facts: Facts,
): readonly Lacking[] {
  const has = (family: Family): boolean =>
    facts.get(link)?.addresses.some((address) => address.family === family) === true
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
        why: `it has got no ${familyName(family)} address`,
        show: `ip ${familyFlag(family)} address show dev ${link}`,
        origin,
      },
    }))
}

/** Where there is not even an address that is told already. */
function lackingRouters({ followed }: KernelPlan, facts: Facts): readonly Lacking[] {
  return followed.flatMap(({ link, table, laidIn, routers, origin }) =>
    routers.flatMap((family): readonly Lacking[] => {
      const { addresses = [], routers: told = [] } = facts.get(link) ?? {}
      const isTold = told.some((router) => router.family === family)
      if (isTold || !addresses.some((address) => address.family === family)) return []
      const where = laidIn === 'main' ? 'main' : tableWord(table)
      return [
        {
          link,
          finding: {
            ...{ severity: 'error', kind: 'missing', what: 'lease', family },
            words: `default dev ${link}`,
            why: `its lease has told no ${familyName(family)} router`,
            show: `ip ${familyFlag(family)} route show default table ${where}`,
            origin,
          },
        },
      ]
    }),
  )
}
