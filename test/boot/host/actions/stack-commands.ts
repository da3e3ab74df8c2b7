// Commands of each stack: restart, reapply everything, and cycle one link.
import type { Rendering, Platform } from '../rendering.js'
import type { StackId } from '../../lab/stacks.js'

export type LinkCommand = (link: string) => string

/** Shell commands in the host; each returns when the stack has finished. */
export type StackCommands = {
  /** The file of docs/targets that must document every fix. */
  readonly document: string
  readonly restart: string
  /** Reapply the whole configuration without a restart of the service. */
  readonly reloads: readonly string[]
  /** Reconfigure one link. */
  readonly relink: readonly LinkCommand[]
  /** The one of these after which routes of main are missing until `completing` runs. */
  readonly incomplete?: LinkCommand
  readonly completing?: LinkCommand
  /** Sets all links down, then up one after another. */
  readonly inOrder?: (links: readonly string[]) => string
  /** Restores a link that was set down by hand for a moment. Unset: the stack restores it itself. */
  readonly fix?: LinkCommand
  /** The fix may be needed for an extra route, to a link-local gateway itself, instead of a missing one. */
  readonly leavesExtra?: true
  /** Restores the first member of a balanced IPv4 route that came up before the others. */
  readonly fixAfterEarlyLink?: LinkCommand
  /**
   * Commands that delete rules before they add them again, so that fail-closed traffic may leave for a moment; the
   * document has this text.
   */
  readonly opens?: readonly { readonly command: string; readonly documented: string }[]
  /** The stack removes the addresses and routes of a link without carrier, sooner or later. */
  readonly withdraws: boolean
}

const thenWait = (ready: string) => (command: string) => `${command} && ${ready}`

const waitUntil = (condition: string): string =>
  `for n in $(seq 100); do ${condition} && break; sleep 0.1; done`

/** networkd continues after `networkctl` returns; it has finished when no link is pending or configuring. */
const list = 'networkctl --no-legend --no-pager list'
const networkdReady = waitUntil(`! ${list} | grep -qE "pending|configuring"`)
const networkd = thenWait(networkdReady)

const managerReady = 'nm-online -s -q -t 30'
const manager = thenWait(managerReady)

const reconfigure = (link: string): string => networkd(`networkctl reconfigure ${link}`)

function byNetworkd({ debian }: Platform): StackCommands {
  // systemd 247 fails a link whose route waits for another link. In later versions `networkctl up` waits until that
  // link is up.
  const up = (link: string): string =>
    debian === 11
      ? networkd(`networkctl up ${link} && ${waitUntil(`${list} ${link} | grep -q routable`)}`)
      : `networkctl up ${link}`
  return {
    document: 'networkd.md',
    restart: networkd('systemctl restart systemd-networkd'),
    reloads: [networkd('networkctl reload')],
    relink: [reconfigure],
    inOrder: (links) => {
      const down = links.map((link) => waitUntil(`${list} ${link} | grep -qw off`))
      return networkd([`networkctl down ${links.join(' ')}`, ...down, ...links.map(up)].join(' && '))
    },
    ...(debian === 11 ? { fixAfterEarlyLink: (link) => `networkctl reconfigure ${link}` } : {}),
    withdraws: true,
  }
}

const apply = (): string => '/etc/NetworkManager/dispatcher.d/50-multihome all apply'

/** What the dispatcher script installs: all rules and routes, only those that profiles cannot express, or none. */
type Scripted = 'all' | 'rest' | 'none'

function byManager(profile: LinkCommand, { debian }: Platform, scripted: Scripted): StackCommands {
  const activate: LinkCommand = (link) => `nmcli connection up ${profile(link)}`
  const reapply: LinkCommand = (link) => `nmcli device reapply ${link}`
  return {
    document: scripted === 'none' ? 'nm-keyfile.md' : 'nm-dispatcher.md',
    restart: manager('systemctl restart NetworkManager'),
    reloads: ['nmcli connection reload'],
    relink: [activate, reapply],
    ...(scripted === 'all' && debian === 11 ? { incomplete: reapply, completing: apply } : {}),
    inOrder: (links) =>
      [`nmcli connection down ${links.map(profile).join(' ')}`, ...links.map(activate)].join(' && '),
    ...(scripted === 'all' ? { fix: activate } : {}),
    ...(scripted === 'none'
      ? { opens: [{ command: changeStepsName, documented: '`nmcli connection up multihome-lo`' }] }
      : {}),
    ...(scripted === 'none' && debian === 12 ? { fix: activate, leavesExtra: true } : {}),
    withdraws: true,
  }
}

const byIfupdown: StackCommands = {
  document: 'ifupdown.md',
  restart: 'systemctl restart networking',
  reloads: [],
  relink: [(link) => `ifdown ${link} && ifup ${link}`],
  inOrder: (links) => [`ifdown ${links.join(' ')}`, ...links.map((link) => `ifup ${link}`)].join(' && '),
  fix: (link) => `ifdown ${link}; ifup ${link}`,
  withdraws: false,
}

/** Name of the event that runs the steps of a change instead of a command. */
export const changeStepsName = 'the steps of a change'

const opensDuring = (command: string): NonNullable<StackCommands['opens']>[number] => ({
  command,
  documented: `\`${command}\``,
})

const byIfupdown2: StackCommands = {
  ...byIfupdown,
  reloads: ['ifreload -a'],
  opens: [byIfupdown.restart, 'ifreload -a'].map(opensDuring),
}

const service = (link: string, verb: string): string => `rc-service net.${link} ${verb}`

const restartAll = 'for one in /etc/init.d/net.*; do rc-service -q "${one##*/}" restart || exit; done'

const byNetifrc: StackCommands = {
  document: 'netifrc.md',
  restart: restartAll,
  opens: [{ command: restartAll, documented: '`rc-service net.lo restart`' }],
  reloads: [],
  relink: [(link) => service(link, 'restart')],
  inOrder: (links) =>
    [...links.map((link) => service(link, 'stop')), ...links.map((link) => service(link, 'start'))].join(
      ' && ',
    ),
  fix: (link) => service(link, 'restart'),
  withdraws: false,
}

function byScript({ output }: Rendering): StackCommands {
  const script = output.files.find(({ path }) => path.endsWith('.sh'))?.path ?? 'multihome.sh'
  return {
    document: 'iproute2.md',
    restart: 'systemctl restart multihome-lab',
    opens: [{ command: 'systemctl restart multihome-lab', documented: 'a restart of its unit' }],
    reloads: [`${script} up`],
    relink: [],
    fix: () => `${script} up`,
    withdraws: false,
  }
}

export function stackCommandsOf(platform: Platform, rendering: Rendering): StackCommands {
  const ourProfile = (link: string): string => `multihome-${link}`
  const ways: Readonly<Record<StackId, () => StackCommands>> = {
    networkd: () => byNetworkd(platform),
    netplan: () => {
      const below = byNetworkd(platform)
      return { ...below, reloads: [networkd('netplan apply'), ...below.reloads] }
    },
    'netplan-nm': () => ({
      ...byManager((link) => `netplan-${link}`, platform, platform.debian === 13 ? 'rest' : 'all'),
      reloads: [manager('netplan apply')],
    }),
    'nm-dispatcher': () => byManager(ourProfile, platform, 'all'),
    'nm-keyfile': () => byManager(ourProfile, platform, 'none'),
    ifupdown: () => byIfupdown,
    ifupdown2: () => byIfupdown2,
    'ifupdown-ng': () => ({ ...byIfupdown, opens: [opensDuring(byIfupdown.restart)] }),
    netifrc: () => byNetifrc,
    iproute2: () => byScript(rendering),
  }
  return ways[platform.stack]()
}

/** Removes the waits. */
export const withoutWaits = (command: string): string =>
  command.replaceAll(/ && (for n in .*?; done|nm-online .*?$)/g, '')
