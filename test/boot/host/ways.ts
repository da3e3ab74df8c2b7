// How is each stack told to start anew, to apply again, and to take one link down and up?
import type { Rendering, Place } from './rendering.js'
import type { StackId } from '../lab/stacks.js'

type OfLink = (link: string) => string

/** Lines of shell in the host; each ends when the stack says that it is done. */
export type Ways = {
  /** The file of docs/targets that has to tell of every cure. */
  readonly document: string
  readonly restart: string
  /** The whole configuration once more, without a restart of the service. */
  readonly again: readonly string[]
  /** One link once more, by the stack's own hand. */
  readonly relink: readonly OfLink[]
  /** The one of these that leaves routes of main out until the cure. */
  readonly incomplete?: OfLink
  /** All of these down, then up one after another. */
  readonly inOrder?: (links: readonly string[]) => string
  /** What brings a link back that was set down by hand for a moment; where there is none, the stack sees to it itself. */
  readonly cure?: OfLink
  /** Takes the addresses and routes of a link that has lost its carrier away, sooner or later. */
  readonly withdraws: boolean
}

const after = (ready: string) => (command: string) => `${command} && ${ready}`

/** networkd works on after `networkctl` has returned; nothing is left to do when no link is on its way. */
const networkdReady =
  'for n in $(seq 100); do networkctl --no-legend --no-pager list | grep -qE "pending|configuring" || break; sleep 0.1; done'
const networkd = after(networkdReady)

const managerReady = 'nm-online -s -q -t 30'
const manager = after(managerReady)

const reconfigure = (link: string): string => networkd(`networkctl reconfigure ${link}`)

const byNetworkd: Ways = {
  document: 'networkd.md',
  restart: networkd('systemctl restart systemd-networkd'),
  again: [networkd('networkctl reload')],
  relink: [reconfigure],
  inOrder: (links) =>
    networkd(
      [`networkctl down ${links.join(' ')}`, ...links.map((link) => `networkctl up ${link}`)].join(' && '),
    ),
  withdraws: true,
}

/** Where the routes are a script's: what NetworkManager does not tell it of, it is told by hand. */
const apply = (): string => '/etc/NetworkManager/dispatcher.d/50-multihome all apply'

function byManager(profile: OfLink, { debian }: Place, hasScript: boolean): Ways {
  const reapply: OfLink = (link) => `nmcli device reapply ${link}`
  return {
    document: hasScript ? 'nm-dispatcher.md' : 'nm-keyfile.md',
    restart: manager('systemctl restart NetworkManager'),
    again: ['nmcli connection reload'],
    relink: [(link) => `nmcli connection up ${profile(link)}`, reapply],
    ...(hasScript && debian === 11 ? { incomplete: reapply } : {}),
    inOrder: (links) =>
      [
        `nmcli connection down ${links.map(profile).join(' ')}`,
        ...links.map((link) => `nmcli connection up ${profile(link)}`),
      ].join(' && '),
    ...(hasScript ? { cure: apply } : {}),
    withdraws: true,
  }
}

const byIfupdown: Ways = {
  document: 'ifupdown.md',
  restart: 'systemctl restart networking',
  again: [],
  relink: [(link) => `ifdown ${link} && ifup ${link}`],
  inOrder: (links) => [`ifdown ${links.join(' ')}`, ...links.map((link) => `ifup ${link}`)].join(' && '),
  cure: (link) => `ifdown ${link}; ifup ${link}`,
  withdraws: false,
}

const service = (link: string, verb: string): string => `rc-service net.${link} ${verb}`

const byNetifrc: Ways = {
  document: 'netifrc.md',
  restart: 'for one in /etc/init.d/net.*; do rc-service -q "${one##*/}" restart || exit; done',
  again: [],
  relink: [(link) => service(link, 'restart')],
  inOrder: (links) =>
    [...links.map((link) => service(link, 'stop')), ...links.map((link) => service(link, 'start'))].join(
      ' && ',
    ),
  cure: (link) => service(link, 'restart'),
  withdraws: false,
}

function byScript({ output }: Rendering): Ways {
  const script = output.files.find(({ path }) => path.endsWith('.sh'))?.path ?? 'multihome.sh'
  return {
    document: 'iproute2.md',
    restart: 'systemctl restart multihome-lab',
    again: [`${script} up`],
    relink: [],
    cure: () => `${script} up`,
    withdraws: false,
  }
}

export function waysOf(place: Place, rendering: Rendering): Ways {
  const ours = (link: string): string => `multihome-${link}`
  const ways: Readonly<Record<StackId, () => Ways>> = {
    networkd: () => byNetworkd,
    netplan: () => ({ ...byNetworkd, again: [networkd('netplan apply'), ...byNetworkd.again] }),
    'netplan-nm': () => ({
      ...byManager((link) => `netplan-${link}`, place, true),
      again: [manager('netplan apply')],
    }),
    'nm-dispatcher': () => byManager(ours, place, true),
    'nm-keyfile': () => byManager(ours, place, false),
    ifupdown: () => byIfupdown,
    ifupdown2: () => ({ ...byIfupdown, again: ['ifreload -a'] }),
    'ifupdown-ng': () => byIfupdown,
    netifrc: () => byNetifrc,
    iproute2: () => byScript(rendering),
  }
  return ways[place.stack]()
}
