// What networkd does with the planned state while the host lives: shared by networkd and by netplan, which stands on it.
import { factsOf, type Behaviour } from '../runtime-notes.js'
import { isAtLeast } from '../../version.js'

const fact = factsOf('networkd')

const CONF = '/etc/systemd/networkd.conf.d/50-multihome.conf'

/** What it would take away without our file (test/boot/coexist.test.ts). */
function wouldTake(systemd: string): string {
  if (isAtLeast(systemd, '257')) return 'every rule and every route without a link, when it starts'
  return isAtLeast(systemd, '252')
    ? 'every rule, `unreachable` and the like, whenever it configures a link anew'
    : '`unreachable` and the like in main, when it starts'
}

export const networkdBehaviour = (systemd: string): Behaviour => ({
  boot: fact(
    'life-cycle',
    'networkd lays all of it, rules and closing routes with `lo`; `network-online.target` waits for the links that are not `optional`.',
  ),
  carrier: fact(
    'when-a-link-is-lost',
    'The kernel passes the routes over the link by within a second; within two networkd takes its addresses and routes away, and lays them again at once with the carrier. Rules and closing routes stay. A balanced IPv4 default is out as long as its first member is.',
  ),
  'set-down': fact('life-cycle', 'As with its carrier: addresses and routes come back with it.'),
  lease: fact(
    'leases',
    'networkd’s own clients renew it; what follows from the addresses is laid by `multihome-follow`, and networkd leaves it alone.',
  ),
  restart: fact(
    'what-a-stop-leaves',
    isAtLeast(systemd, '257')
      ? 'Changes nothing in the kernel; but systemd 257 forgets what it laid, so take ours away before the next change, or reboot.'
      : 'Changes nothing in the kernel: networkd finds all of it there, and knows it.',
  ),
  change: fact(
    'what-a-change-leaves',
    isAtLeast(systemd, '252')
      ? '`networkctl reload` takes away what is gone from the files and adds what is new. An `mtu` that is written no more stays.'
      : '`networkctl reload` and a restart behind it: this version takes old rules away only when it starts. An `mtu` that is written no more stays.',
  ),
  stop: fact(
    'what-a-stop-leaves',
    'Everything stays in the kernel, but for leases of DHCPv4, which are given back.',
  ),
  removal: fact(
    'to-take-it-away',
    'You do: rules and tables first, by their numbers, then the files, then a reload, which alone is not enough.',
  ),
  others: fact(
    'beside-other-programs',
    `Rules of others stay, and so do routes over their own links, thanks to \`${CONF}\`: without it this version takes away ${wouldTake(systemd)}.`,
  ),
})
