// What NetworkManager does with the planned state while the host lives: its profiles, and the dispatcher’s script beside them.
import { factsOf, type Behaviour } from '../runtime-notes.js'
import { isAtLeast } from '../../version.js'

const byScript = factsOf('nm-dispatcher')
const byProfile = factsOf('nm-keyfile')

const renewal = (version: string): string =>
  isAtLeast(version, '1.42')
    ? 'A renewal changes nothing. With another address, rules, networks and defaults are those of the new one within a second.'
    : 'A renewal changes nothing. 1.30 does not take another address while its lease lasts: `nmcli connection up multihome-LINK` does.'

/** `version`: of NetworkManager. */
export const dispatcherBehaviour = (version: string): Behaviour => ({
  boot: byScript(
    'life-cycle',
    'NetworkManager lays the addresses and runs the script at each link’s event; the first one lays the rules.',
  ),
  carrier: byScript(
    'when-a-link-is-lost',
    'The kernel passes the routes over the link by within a second; some six seconds later NetworkManager takes its addresses, and the script its routes. All of it is laid again at once with the carrier. Rules and closing routes stay.',
  ),
  'set-down': byScript(
    'life-cycle',
    'Down and up within six seconds, the kernel takes its routes along and no script is told: `nmcli connection up` of its profile.',
  ),
  lease: byProfile('leases', renewal(version)),
  restart: byScript('what-a-stop-leaves', 'Changes nothing: one more `up` for each link.'),
  change: byScript(
    'what-a-change-leaves',
    'Nothing of the old description stays. The step that activates a profile takes everybody’s routes over its link away; rules stay.',
  ),
  stop: byScript('what-a-stop-leaves', 'Everything stays in the kernel.'),
  removal: byScript(
    'to-take-it-away',
    'The script does, told `all remove`; then remove the files and reload the connections.',
  ),
  others: byScript(
    'beside-other-programs',
    isAtLeast(version, '1.42')
      ? 'Rules of others stay, and so do routes over their own links; what they laid over a link of ours goes when its profile is activated anew or its carrier is lost.'
      : 'Rules of others stay. Routes of main over a link of ours go on `nmcli device reapply`, and those over links of others, mostly, on the first reload after a start, unless the links are `unmanaged-devices`.',
  ),
})

export const profilesBehaviour = (version: string): Behaviour => ({
  boot: byProfile(
    'life-cycle',
    'NetworkManager lays all of it, rules and closing routes with `lo`; a link without carrier comes by itself later.',
  ),
  carrier: byProfile(
    'when-a-link-is-lost',
    `The kernel passes the routes over the link by within a second; some six seconds later NetworkManager takes its addresses and routes away, and lays them again at once with the carrier. Rules and closing routes stay.${isAtLeast(version, '1.52') ? ' A balanced IPv4 default is out as long as its first member is.' : ''}`,
  ),
  'set-down': byProfile('life-cycle', 'Its addresses and routes come back with it.'),
  lease: byProfile('leases', renewal(version)),
  restart: byProfile(
    'what-a-stop-leaves',
    'Changes nothing in the kernel; but NetworkManager forgets which IPv4 closing routes it laid, and leaves those when they are to go.',
  ),
  change: byProfile(
    'life-cycle',
    'Nothing of the old description stays. The rules of `lo` are laid anew: what is closed is open for some hundredths of a second.',
  ),
  stop: byProfile('what-a-stop-leaves', 'Everything stays in the kernel.'),
  removal: byProfile(
    'to-take-it-away',
    'Remove the files: a reload then takes each profile down, with its rules; what stood there before a restart goes by table.',
  ),
  others: byProfile(
    'beside-other-programs',
    'Rules of others stay, and so do routes over their own links, but for IPv6 routes without a next hop that were there before: the activation of `lo` clears it. What they laid over a link of ours goes when its profile is activated anew or its carrier is lost.',
  ),
})
