// Reports of down links, each with the count of its missing items.
import type { KernelPlan, PlannedLink } from '../plan/plan.js'
import { createCommand } from '../syntax/iproute2.js'
import { commandLine } from '../syntax/shell.js'
import type { Finding } from './finding.js'
import { showLink } from './check/links.js'
import type { Excused, DownLinks, DownReason } from './link-state.js'

const reasons: Readonly<Record<DownReason, string>> = {
  absent: 'it is not there',
  down: 'it is not up',
  'no carrier': 'it has no carrier',
}

const plurals: Readonly<Record<Excused['what'], string>> = {
  address: 'addresses',
  route: 'routes',
  sysctl: 'sysctls',
  lease: 'leases',
}

/** One finding for each down link. */
export function reportDownLinks(
  plan: KernelPlan,
  idle: DownLinks,
  excused: readonly Excused[],
): readonly Finding[] {
  return plan.state.links.flatMap((link): readonly Finding[] => {
    const reason = idle.get(link.name)
    if (reason === undefined) return []
    const lost = lostWith(excused.filter((one) => one.link === link.name))
    return [
      {
        severity: reason === 'no carrier' && lost === undefined ? 'note' : 'error',
        kind: reason === 'no carrier' ? 'idle' : reason === 'down' ? 'different' : 'missing',
        ...{ what: 'link', words: link.name, show: showLink(link.name), origin: link.origin },
        ...(reason === 'down' ? { live: 'down' } : {}),
        why: lost === undefined ? reasons[reason] : `${reasons[reason]}; ${lost}`,
        fix: fixOf(link, reason),
      },
    ]
  })
}

/** `with it 1 address, 2 routes are missing`; undefined if nothing is missing. */
function lostWith(excused: readonly Excused[]): string | undefined {
  const counts = Object.entries(plurals).flatMap(([what, plural]) => {
    const count = excused.filter((one) => one.what === what).length
    return count === 0 ? [] : [`${count} ${count === 1 ? what : plural}`]
  })
  if (counts.length === 0) return undefined
  return `with it ${counts.join(', ')} ${excused.length === 1 ? 'is' : 'are'} missing`
}

function fixOf(link: PlannedLink, reason: DownReason): string | undefined {
  if (reason === 'down') return `ip link set dev ${link.name} up`
  if (reason !== 'absent' || link.virtual === undefined || !link.managed) return undefined
  return commandLine(createCommand(link.name, link.virtual))
}
