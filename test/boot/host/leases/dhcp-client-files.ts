// DHCP client of hosts whose stack has none: dhcpcd in a unit of its own, as the page of the iproute2 target asks
// for.
import { RT_TABLE_MAIN } from '../../../../src/kernel/table.js'
import type { KernelPlan, PlannedLink } from '../../../../src/plan/plan.js'
import { leaseOf } from '../../../../src/targets/shared/lease/settings.js'
import type { LinkLease } from '../../../../src/targets/shared/lease/settings.js'
import type { StackId } from '../../lab/stacks.js'
import type { TreeFile } from '../../lab/rootfs/tree.js'
import { imageMetric } from '../other-programs/external-addressing.js'

export function clientFiles(plan: KernelPlan, stack: StackId): readonly TreeFile[] {
  if (stack !== 'iproute2') return []
  return plan.state.links.flatMap((link) => {
    const lease = leaseOf(plan, link) ?? externalLease(plan, link)
    return lease === undefined || !(lease.dhcp4 || lease.dhcp6) ? [] : filesOf(link, lease)
  })
}

/** The lease of an external client, if the whole plan is beside external addressing. */
function externalLease(plan: KernelPlan, link: PlannedLink): LinkLease | undefined {
  if (plan.intent.manage !== 'routing' || link.lease?.dhcp4 !== true) return undefined
  const inet = { kind: 'main', metric: imageMetric(plan, link), table: RT_TABLE_MAIN, routes: true } as const
  return { dhcp4: true, dhcp6: false, acceptRa: false, inet, inet6: { kind: 'none' } }
}

const file = (path: string, lines: readonly string[], mode = 0o644): TreeFile => {
  return { path, mode, content: `${lines.join('\n')}\n` }
}

function filesOf({ name }: PlannedLink, lease: LinkLease): readonly TreeFile[] {
  const conf = `/etc/dhcpcd-${name}.conf`
  const hook = `/usr/local/sbin/leased-${name}`
  return [
    // dhcpcd ignores `script` after `interface`.
    file(conf, [`script ${hook}`, ...settings(name, lease)]),
    file(hook, ['#!/bin/sh', ...(lease.inet.kind === 'table' ? reportRouter : []), 'exit 0'], 0o755),
    file(`/etc/systemd/system/lease-${name}.service`, [
      ...['[Unit]', `Description=DHCP on ${name}`],
      ...['[Service]', `ExecStart=/sbin/dhcpcd -B -f ${conf} ${name}`],
    ]),
  ]
}

/** The kernel handles router advertisements. */
const settings = (name: string, lease: LinkLease): readonly string[] => [
  'noipv6rs',
  lease.inet.kind === 'main' && lease.inet.routes
    ? 'option classless_static_routes'
    : 'nooption static_routes,classless_static_routes,ms_classless_static_routes',
  ...(lease.dhcp4 ? [] : ['ipv6only']),
  ...(lease.dhcp6 ? [] : ['ipv4only']),
  `interface ${name}`,
  ...(lease.inet.kind === 'main' ? [`metric ${lease.inet.metric}`] : ['nogateway']),
  ...(lease.dhcp6 ? ['ia_na'] : []),
]

/** If main must not have the default route, the client's hook reports the router. */
const reportRouter = [
  'case $reason in',
  'BOUND | RENEW | REBIND | REBOOT) /usr/local/lib/multihome/multihome-tracker router "$interface" ${new_routers%% *} "$new_ip_address" ;;',
  'EXPIRE | NAK | STOP | RELEASE) /usr/local/lib/multihome/multihome-tracker router "$interface" ;;',
  'esac',
]
