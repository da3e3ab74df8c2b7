// Stop and start commands of each stack, and the lines of the kernel state that stay after the stop.
import type { StackId } from '../../lab/stacks.js'

export type Stop = {
  readonly command: string
  readonly start: string
  readonly leaves: (line: string) => boolean
}

const isReject = (line: string): boolean => line.includes(' type=unreachable')
const isRule = (line: string): boolean => line.startsWith('rule ')
/** In the table of another program. */
const isUnmanaged = (line: string): boolean => line.includes(' table=7777')
const isInet6OnLo = (line: string): boolean => line.startsWith('route 6 ') && line.includes(' dev=lo ')
const isOverLink = (line: string): boolean => /^route .* dev=(?!lo )/.test(line)

const leavesAll = (): boolean => true
/** Links are set down, so the kernel deletes all routes over them, of any program. */
const leavesOthers = (line: string): boolean => isUnmanaged(line) && !isOverLink(line)
/** lo is set down too, and the kernel has every IPv6 route without a next hop on lo. */
const leavesOthersButInet6 = (line: string): boolean => leavesOthers(line) && !isInet6OnLo(line)

const unit = (name: string, leaves: Stop['leaves']): Stop => ({
  command: `systemctl stop ${name}`,
  start: `systemctl start ${name}`,
  leaves,
})

/** The socket would start the daemon again at the next link event. */
const networkd: Stop = {
  command: 'systemctl stop systemd-networkd.socket systemd-networkd.service',
  start: 'systemctl start systemd-networkd.socket systemd-networkd.service',
  leaves: leavesAll,
}
const manager = unit('NetworkManager', leavesAll)

const services = (verb: string, names: string): string =>
  `for name in ${names}; do rc-service net.$name ${verb} || exit; done`

export const stops: Readonly<Record<StackId, readonly Stop[]>> = {
  networkd: [networkd],
  netplan: [networkd],
  'netplan-nm': [manager],
  'nm-dispatcher': [manager],
  'nm-keyfile': [manager],
  ifupdown: [
    // The unit runs `ifdown -a --exclude=lo`.
    unit('networking', (line) => (isRule(line) || isReject(line)) && !isOverLink(line)),
    { command: 'ifdown -a', start: 'ifup -a', leaves: leavesOthersButInet6 },
  ],
  ifupdown2: [
    unit('networking', leavesOthers),
    { command: 'ifdown -a', start: 'ifup -a', leaves: leavesOthers },
  ],
  'ifupdown-ng': [{ command: 'ifdown -a', start: 'ifup -a', leaves: leavesOthersButInet6 }],
  netifrc: [
    {
      command: services('stop', 'wan0 wan1 lan0 lo'),
      start: services('start', 'lo wan0 wan1 lan0'),
      leaves: leavesOthers,
    },
  ],
  iproute2: [
    {
      command: '/usr/local/sbin/multihome.sh down',
      start: '/usr/local/sbin/multihome.sh up',
      // Links stay up. The kernel deletes all IPv4 routes over a link with its last IPv4 address.
      leaves: (line) =>
        / mtu \d+$/.test(line) || (isUnmanaged(line) && !(isOverLink(line) && line.startsWith('route 4 '))),
    },
  ],
}
