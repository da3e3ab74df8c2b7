// Runtime notes of networkd, for the targets networkd and netplan.
import { notesOf, type Behaviour } from '../runtime-notes.js'
import { isAtLeast } from '../../version.js'

const CONF = '/etc/systemd/networkd.conf.d/50-multihome.conf'

/** What it would delete without our file (test/boot/coexist.test.ts). */
function wouldDelete(systemd: string): string {
  if (isAtLeast(systemd, '257')) return 'every rule and every route without a link, when it starts'
  return isAtLeast(systemd, '252')
    ? 'every rule, `unreachable` and the like, whenever it reconfigures a link'
    : '`unreachable` and the like in main, when it starts'
}

export const networkdBehaviour = (systemd: string): Behaviour =>
  notesOf('networkd', {
    boot: 'networkd installs everything, rules and reject routes with `lo`; `network-online.target` waits for links that are not `optional`.',
    carrier:
      'The kernel skips routes over the link within a second; within two, networkd removes its addresses and routes, and adds them again as soon as the carrier is back. Rules and reject routes stay. A multipath IPv4 default is missing as long as its first member has no carrier.',
    'set-down': 'As with the carrier: its addresses and routes come back.',
    lease:
      'networkd’s own clients renew it; `multihome-tracker` installs the rules and routes of leased addresses, and networkd leaves them alone.',
    restart: isAtLeast(systemd, '257')
      ? 'Changes nothing in the kernel; but systemd 257 forgets what it installed, so remove our rules and routes before the next change, or reboot.'
      : 'Changes nothing in the kernel: networkd recognizes everything that it installed.',
    change: isAtLeast(systemd, '252')
      ? '`networkctl reload` removes what is no longer in the files and adds what is new. An `mtu` that is no longer in the description stays.'
      : '`networkctl reload` and then a restart: this version removes old rules only when it starts. An `mtu` that is no longer in the description stays.',
    stop: 'Everything stays in the kernel except DHCPv4 leases, which are released.',
    removal:
      'By hand: first rules and tables by their numbers, then the files, then a reload, which alone is not enough.',
    others: `Rules of others stay, and so do routes over their own links, because of \`${CONF}\`; without it this version deletes ${wouldDelete(systemd)}.`,
  })
