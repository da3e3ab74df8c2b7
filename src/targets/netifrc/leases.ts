// How dhcpcd is told what a lease is for: on its command line, since its file is the host’s own.
import type { LinkLease } from '../lease-of.js'

/**
 * `-b`: a provider that does not answer holds up no boot, and is asked on; without it dhcpcd gives up for good after
 * 30 seconds. `-L`: no address and no default route of its own making where nobody leases. Advertisements are the
 * kernel's, by sysctls of the plan.
 */
export function dhcpcdOptions(lease: LinkLease): string {
  return [
    '-b',
    ...(lease.dhcp6 ? [...(lease.dhcp4 ? [] : ['-6']), '--noipv6rs', '--ia_na'] : ['-4']),
    ...(lease.dhcp4 ? ['-L', ...defaultOf(lease)] : []),
  ].join(' ')
}

/** `-G`: none. */
const defaultOf = ({ inet }: LinkLease): readonly string[] =>
  inet.kind === 'main' ? ['-m', String(inet.metric)] : ['-G']
