// Addressing of external links by another program: in the files of each stack, and by plain commands.
import type { LinkName } from '../../../../src/kernel/link.js'
import { anyPrefix, formatPrefix } from '../../../../src/kernel/prefix.js'
import { RT_TABLE_MAIN } from '../../../../src/kernel/table.js'
import type { KernelPlan, PlannedLink, Route } from '../../../../src/plan/plan.js'
import { addressCommand, routeCommand } from '../../../../src/syntax/iproute2.js'
import { commandLine } from '../../../../src/syntax/shell.js'
import type { Dhcp4 } from '../../lab/dhcp/lease.js'
import type { StackId } from '../../lab/stacks.js'
import type { TreeFile } from '../../lab/rootfs/tree.js'
import type { Leases } from '../leases/leases-file.js'
import { unmanaged } from '../../../../src/plan/origin.js'

export const isExternal = (_plan: KernelPlan, { managed }: PlannedLink): boolean => !managed

/** Commands before the boot. None if the stack itself reads the other program's files. */
export function externalAtBoot(plan: KernelPlan, stack: StackId): readonly string[] {
  const reads = plan.intent.manage === 'routing' && externalFiles(plan, stack).length > 0
  return reads ? [] : externalCommands(plan)
}

export function externalCommands(plan: KernelPlan): readonly string[] {
  return plan.state.links
    .filter((link) => isExternal(plan, link))
    .flatMap((link) => [
      ['ip', 'link', 'set', 'dev', link.name, 'up'],
      ...link.addresses.map((address) => addressCommand('replace', address, link.name)),
    ])
    .map(commandLine)
}

/** After ours, as a modem's own program installs it. */
const externalMetric = 700

/** Commands of another program before the boot: the leased address of its link, and its default route in main. */
export function externalLeased(plan: KernelPlan, leases: Leases): readonly string[] {
  return externalLeases(plan, leases).flatMap(({ name, dhcp4 }) => [
    commandLine(addressCommand('replace', dhcp4.address, name)),
    ...externalDefaults({ name, dhcp4 }).map((route) => commandLine(routeCommand('replace', route))),
  ])
}

/** The same default routes in the form of a plan. */
export const externalRoutes = (plan: KernelPlan, leases: Leases): readonly Route[] =>
  externalLeases(plan, leases).flatMap(externalDefaults)

type ExternalLease = { readonly name: LinkName; readonly dhcp4: Dhcp4 }

function externalLeases(plan: KernelPlan, leases: Leases): readonly ExternalLease[] {
  if (plan.intent.manage === 'routing') return []
  return plan.state.links.flatMap((link) => {
    const { dhcp4 } = leases.get(link.name) ?? {}
    return link.managed || dhcp4 === undefined ? [] : [{ name: link.name, dhcp4 }]
  })
}

function externalDefaults({ name, dhcp4 }: ExternalLease): readonly Route[] {
  return dhcp4.routers.slice(0, 1).map((via) => ({
    ...({ family: 'inet', type: 'unicast', dst: anyPrefix('inet'), table: RT_TABLE_MAIN } as const),
    ...{
      nexthops: [{ via, dev: name }],
      metric: externalMetric,
      origin: unmanaged,
    },
  }))
}

/** DHCPv4 only. Each default route has a higher metric than the one before, as in cloud images. */
const isLeased = ({ lease }: PlannedLink): boolean => lease?.dhcp4 === true
export const imageMetric = ({ state: { links } }: KernelPlan, link: PlannedLink): number =>
  100 * (links.indexOf(link) + 1)

const texts = ({ addresses }: PlannedLink): readonly string[] => addresses.map(formatPrefix)

/** If the whole plan is beside external addressing: that addressing in the files of the stack. */
export function externalFiles(plan: KernelPlan, stack: StackId): readonly TreeFile[] {
  if (plan.intent.manage !== 'routing') return []
  const file = (path: string, lines: readonly string[], mode = 0o644): TreeFile => {
    return { path, mode, content: `${lines.join('\n')}\n` }
  }
  switch (stack) {
    case 'networkd':
      return plan.state.links.map((link) =>
        file(`/etc/systemd/network/10-${link.name}.network`, [
          ...['[Match]', `Name=${link.name}`, '[Network]', 'LinkLocalAddressing=ipv6', 'IPv6AcceptRA=no'],
          ...texts(link).map((address) => `Address=${address}`),
          ...(isLeased(link) ? ['DHCP=ipv4', '[DHCPv4]', `RouteMetric=${imageMetric(plan, link)}`] : []),
        ]),
      )
    case 'netplan':
    case 'netplan-nm':
      return [file('/etc/netplan/50-cloud-init.yaml', netplanLines(plan, stack), 0o600)]
    case 'nm-dispatcher':
    case 'nm-keyfile':
      return plan.state.links.map((link) =>
        file(`/etc/NetworkManager/system-connections/${link.name}.nmconnection`, profile(link, plan), 0o600),
      )
    case 'ifupdown':
    case 'ifupdown-ng':
      return [file('/etc/network/interfaces', stanzas(plan))]
    case 'ifupdown2': {
      // `metric` of ifupdown2 does not affect DHCP, and the kernel accepts no second default route with the same
      // metric.
      const metrics = plan.state.links
        .filter(isLeased)
        .map((link) => `${link.name}) IF_METRIC=${imageMetric(plan, link)} ;;`)
      return [
        file('/etc/network/interfaces', stanzas(plan)),
        ...(metrics.length === 0
          ? []
          : [file('/etc/dhcp/dhclient-enter-hooks.d/metrics', ['case $interface in', ...metrics, 'esac'])]),
      ]
    }
    case 'netifrc':
      return [
        file(
          '/etc/conf.d/net',
          plan.state.links.flatMap((link) => [
            `config_${link.name}="${[...texts(link), ...(isLeased(link) ? ['dhcp'] : [])].join('\n')}"`,
            ...(isLeased(link) ? [`metric_${link.name}="${imageMetric(plan, link)}"`] : []),
          ]),
        ),
      ]
    case 'iproute2':
      return []
  }
}

function netplanLines(plan: KernelPlan, stack: StackId): readonly string[] {
  const renderer = stack === 'netplan' ? 'networkd' : 'NetworkManager'
  const links = plan.state.links.flatMap((link) => [
    `    ${link.name}:`,
    `      addresses: ${JSON.stringify(texts(link))}`,
    ...(isLeased(link)
      ? ['      dhcp4: true', `      dhcp4-overrides: { route-metric: ${imageMetric(plan, link)} }`]
      : []),
  ])
  return ['network:', '  version: 2', `  renderer: ${renderer}`, '  ethernets:', ...links]
}

function profile(link: PlannedLink, plan: KernelPlan): readonly string[] {
  const section = (name: string, family: string): readonly string[] => {
    const own = link.addresses.filter((address) => address.family === family).map(formatPrefix)
    if (family === 'inet' && isLeased(link))
      return [`[${name}]`, 'method=auto', `route-metric=${imageMetric(plan, link)}`]
    const method = own.length > 0 ? 'manual' : family === 'inet' ? 'disabled' : 'link-local'
    return [`[${name}]`, `method=${method}`, ...own.map((address, n) => `address${n + 1}=${address}`)]
  }
  return [
    ...['[connection]', `id=${link.name}`, 'type=ethernet', `interface-name=${link.name}`],
    ...section('ipv4', 'inet'),
    ...section('ipv6', 'inet6'),
  ]
}

function stanzas(plan: KernelPlan): readonly string[] {
  const one = (link: PlannedLink): readonly string[] => [
    `auto ${link.name}`,
    ...link.addresses.flatMap((address) => [
      `iface ${link.name} ${address.family} static`,
      `    address ${formatPrefix(address)}`,
    ]),
    ...(isLeased(link) ? [`iface ${link.name} inet dhcp`, `    metric ${imageMetric(plan, link)}`] : []),
  ]
  return ['auto lo', 'iface lo inet loopback', ...plan.state.links.flatMap(one)]
}
