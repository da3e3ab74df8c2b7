// Runtime notes of NetworkManager: of its profiles, and of the dispatcher script beside them.
import { notesOf, type Behaviour } from '../runtime-notes.js'
import { isAtLeast } from '../../version.js'

const renewal = (version: string): string =>
  isAtLeast(version, '1.42')
    ? 'A renewal changes nothing. After a change of address, rules, networks and defaults match the new one within a second.'
    : 'A renewal changes nothing. 1.30 accepts no other address before its lease ends; `nmcli connection up multihome-LINK` does.'

/** `version`: of NetworkManager. */
export const dispatcherBehaviour = (version: string): Behaviour =>
  notesOf(
    'nm-dispatcher',
    {
      boot: 'NetworkManager adds the addresses and runs the script at the event of each link; the first run installs the rules.',
      carrier:
        'The kernel skips routes over the link within a second; some six seconds later NetworkManager removes its addresses, and multihome-dispatcher its routes. Everything is installed again as soon as the carrier is back. Rules and reject routes stay.',
      'set-down':
        'If the link is up again within six seconds, the kernel has deleted its routes and no script runs: run `nmcli connection up` with its profile.',
      lease: renewal(version),
      restart: 'Changes nothing: the script runs with `up` for each link again.',
      change:
        'Nothing of the old description stays. The step that activates a profile removes all routes over its link, those of others too; rules stay.',
      stop: 'Everything stays in the kernel.',
      removal: 'Run the script with `all remove`; then remove the files and reload the connections.',
      others: isAtLeast(version, '1.42')
        ? 'Rules of others stay, and so do routes over their own links; their routes over a link of ours are removed when its profile is activated again or its carrier is lost.'
        : 'Rules of others stay. `nmcli device reapply` removes their routes of main over a link of ours; the first reload after a start removes most of their routes over links of others, unless these are `unmanaged-devices`.',
    },
    { lease: 'nm-keyfile#leases' },
  )

export const profilesBehaviour = (version: string): Behaviour =>
  notesOf(
    'nm-keyfile',
    {
      boot: 'NetworkManager installs everything, rules and reject routes with `lo`; a link without carrier is activated when it gets one.',
      carrier: `The kernel skips routes over the link within a second; some six seconds later NetworkManager removes its addresses and routes, and adds them again as soon as the carrier is back. Rules and reject routes stay.${isAtLeast(version, '1.52') ? ' A multipath IPv4 default is missing as long as its first member has no carrier.' : ''}`,
      'set-down': 'Its addresses and routes come back with it.',
      lease: renewal(version),
      restart:
        'Changes nothing in the kernel; but NetworkManager forgets which IPv4 reject routes it installed, and does not remove them later.',
      change:
        'Nothing of the old description stays. The rules of `lo` are installed again: for some hundredths of a second, rejected traffic is not rejected.',
      stop: 'Everything stays in the kernel.',
      removal:
        'Remove the files: a reload then deactivates each profile, with its rules; what was installed before a restart goes by table.',
      others:
        'Rules of others stay, and so do routes over their own links, except earlier IPv6 routes without a next hop: the activation of `lo` removes them. Their routes over a link of ours are removed when its profile is activated again or its carrier is lost.',
    },
    { change: 'nm-keyfile#life-cycle' },
  )
