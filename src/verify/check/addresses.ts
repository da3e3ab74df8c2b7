// Address check: planned addresses of a present link, and unplanned ones if the plan manages the link.
import { isSameAddress } from '../../kernel/address.js'
import { familyFlag } from '../../kernel/family.js'
import { formatPrefix, isSamePrefix, type Prefix } from '../../kernel/prefix.js'
import { linkSysctl, sysctlPath } from '../../kernel/sysctl.js'
import { leases } from '../../plan/leases.js'
import type { KernelPlan, PlannedLink } from '../../plan/plan.js'
import { addressCommand } from '../../syntax/iproute2.js'
import { commandLine } from '../../syntax/shell.js'
import type { Finding } from '../finding.js'
import type { Checked, DownLinks } from '../link-state.js'
import type { LiveAddress, LiveLink, LiveState } from '../state.js'

export function checkAddresses(
  plan: KernelPlan,
  link: PlannedLink,
  { addresses: live }: LiveLink,
  state: LiveState,
  idle: DownLinks,
): readonly Checked[] {
  const pairs = link.addresses.map((address) => ({ address, found: closestMatch(address, live) }))
  const missing = pairs.filter(({ found }) => found === undefined)
  const matched = new Set(pairs.map(({ found }) => found))
  const others = link.managed ? live.filter((one) => !matched.has(one) && !isAutomatic(link, one)) : []
  return [
    ...missing.map(({ address }): Checked =>
      idle.has(link.name) ? { link: link.name, what: 'address' } : missingAddress(link, address, state),
    ),
    ...pairs.flatMap(({ address, found }) => differences(link, address, found)),
    ...others.map(({ address }) => unmanagedAddress(plan, link, address)),
  ]
}

const closestMatch = (address: Prefix, live: readonly LiveAddress[]): LiveAddress | undefined =>
  live.find((one) => isSamePrefix(one.address, address)) ??
  live.find((one) => isSameAddress(one.address.address, address.address))

const findingOf = ({ name, origin }: PlannedLink, address: Prefix): Omit<Finding, 'kind'> => ({
  ...{ severity: 'error', what: 'address', family: address.family, origin },
  ...{ words: `${formatPrefix(address)} dev ${name}`, show: `ip address show dev ${name}` },
})

function missingAddress(link: PlannedLink, address: Prefix, { sysctls }: LiveState): Finding {
  const off = `net.ipv6.conf.${link.name}.disable_ipv6`
  const isOff =
    address.family === 'inet6' && sysctls[sysctlPath(linkSysctl('inet6', link.name, 'disable_ipv6'))] === '1'
  const why = isOff ? `${off} is 1` : link.managed ? undefined : 'another program should add it'
  return {
    ...findingOf(link, address),
    kind: 'missing',
    ...(why === undefined ? {} : { why }),
    fix: commandLine(addressCommand('add', address, link.name)),
  }
}

function differences(link: PlannedLink, address: Prefix, found: LiveAddress | undefined): readonly Finding[] {
  if (found === undefined) return []
  const different = { ...findingOf(link, address), kind: 'different' } as const
  if (!isSamePrefix(found.address, address)) return [{ ...different, live: formatPrefix(found.address) }]
  if (!found.isDuplicate) return []
  const why = 'another host on the link has it, so the kernel does not use it'
  return [{ ...different, live: `${formatPrefix(address)} dadfailed`, why }]
}

function unmanagedAddress({ intent: { coexist } }: KernelPlan, link: PlannedLink, address: Prefix): Finding {
  const software = coexist.find(({ name }) => installsAddresses.has(name))?.name
  const words = ['address', 'del', formatPrefix(address), 'dev', link.name]
  return {
    ...{ ...findingOf(link, address), kind: 'foreign' },
    why: 'unplanned, so no rule routes its replies; its removal cuts off its connections',
    ...(software === undefined ? {} : { severity: 'note', software }),
    fix: commandLine(['ip', familyFlag(address.family), ...words]),
  }
}

/** Software that adds virtual or secondary addresses. */
const installsAddresses: ReadonlySet<string> = new Set([
  'keepalived',
  'cloud-init',
  'ec2-net-utils',
  'oci-utils',
])

/** Whether the address is link-local or may come from a lease. */
const isAutomatic = (link: PlannedLink, { address, scope }: LiveAddress): boolean =>
  scope === 'link' || scope === 'host' || leases(link, address.family)
