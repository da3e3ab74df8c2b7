// What the three programs that read interfaces(5) do with the planned state while the host lives (docs/targets/ifupdown.md).
import type { KernelPlan } from '../../plan/plan.js'
import { factsOf, KERNEL_ALONE, type Behaviour } from '../shared/runtime-notes.js'
import type { Flavour } from './settings.js'

const fact = factsOf('ifupdown')

const restart: Readonly<Record<Flavour, string>> = {
  ifupdown:
    '`systemctl restart networking` takes the links down and up, and passes `lo` by: rules and closing routes stay.',
  ifupdown2:
    '`systemctl restart networking` and `ifreload -a` open what is closed for a moment, since the rules are laid anew beside links that are up.',
  'ifupdown-ng':
    '`systemctl restart networking` opens what is closed for a moment, since the rules are laid anew beside links that are up.',
}

const change: Readonly<Record<Flavour, string>> = {
  ifupdown:
    'Down with the old file, up with the new: nothing of the old description stays, but an `mtu` that is written no more.',
  ifupdown2:
    'Down with the old file, up with the new: nothing of the old description stays. An `mtu` that is written no more becomes the usual one.',
  'ifupdown-ng':
    'Down with the old file, up with the new: nothing of the old description stays, but an `mtu` that is written no more.',
}

const stop: Readonly<Record<Flavour, string>> = {
  ifupdown:
    '`systemctl stop networking` leaves rules and closing routes, since it passes `lo` by, and the links down; `ifdown -a` leaves nothing.',
  ifupdown2: 'Nothing of ours is left, and the links are down.',
  'ifupdown-ng': '`ifdown -a` leaves nothing of ours, and the links down.',
}

const others: Readonly<Record<Flavour, string>> = {
  ifupdown:
    'Rules of others stay. `ifdown LINK` takes every route over that link along, `ifdown lo` every IPv6 route without a next hop, whoever laid them.',
  ifupdown2: 'Rules of others stay. `ifdown LINK` takes every route over that link along, whoever laid it.',
  'ifupdown-ng':
    'Rules of others stay. `ifdown LINK` takes every route over that link along, `ifdown lo` every IPv6 route without a next hop, whoever laid them.',
}

/** Of the script that stands beside stanzas of others. */
const ofScript = {
  boot: fact(
    'manage-routing',
    '`ifup` runs the script after each stanza, whoever wrote it: what one run cannot lay yet, for want of an address, the next does.',
  ),
  change: fact(
    'manage-routing',
    'Run by hand, the script lays all of it and takes away what is listed no more. No wanted rule or route is missing for a moment.',
  ),
  removal: fact(
    'manage-routing',
    '`ifdown` of each link and of `lo` while the script is still there; then remove the files.',
  ),
} satisfies Partial<Behaviour>

export const behaviourOf = (flavour: Flavour, manage: KernelPlan['manage']): Behaviour => ({
  boot: fact(
    'life-cycle',
    '`ifup -a`, in the order of the file: `lo` with the rules and closing routes, then each link. One that is `optional` comes when it is there, one with a lease comes last.',
  ),
  carrier: fact('when-a-link-is-lost', KERNEL_ALONE),
  'set-down': fact(
    'life-cycle',
    'The kernel takes its routes and its IPv6 addresses along, and nothing brings them back: `ifdown LINK; ifup LINK`.',
  ),
  lease: fact(
    'leases',
    'With another address the former one, its routes and its rules go, and the new ones come. Without carrier dhcpcd takes the address away; dhclient and udhcpc leave it.',
  ),
  restart: fact(flavour === 'ifupdown' ? 'what-a-stop-leaves' : 'life-cycle', restart[flavour]),
  change: fact('what-a-change-leaves', change[flavour]),
  stop: fact('what-a-stop-leaves', stop[flavour]),
  removal: fact(
    'to-take-it-away',
    '`ifdown` while the file is still there: without it ifupdown knows of nothing. Then remove the files.',
  ),
  others: fact('beside-other-programs', others[flavour]),
  ...(manage === 'routing' ? ofScript : {}),
})
