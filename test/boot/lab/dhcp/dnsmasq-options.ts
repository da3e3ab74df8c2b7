// dnsmasq arguments for a provider's lease, with frequent renewals.
import { addressFromValue } from '../../../../src/kernel/address.js'
import { containsAddress, isHostPrefix } from '../../../../src/kernel/prefix.js'
import type { Prefix } from '../../../../src/kernel/prefix.js'
import { servedNetwork } from './lease.js'
import type { Advertisement, Dhcp4, Lease } from './lease.js'

/** T1 (option 58), and the interval of router advertisements, in seconds. */
export const renewalSeconds = 5

/** dnsmasq raises shorter lifetimes of leases and advertised prefixes to this, in seconds. */
const minLeaseSeconds = 120

/** Empty for an empty lease. */
export const dnsmasqOptions = ({ dhcp4, advertisement, dhcp6 }: Lease): readonly string[] => [
  ...(dhcp4 === undefined ? [] : dhcp4.refused === true ? [refusal(dhcp4.address)] : offer(dhcp4)),
  ...(dhcp4?.former ?? []).map(refusal),
  ...(advertisement === undefined ? [] : advertisementOptions(advertisement, dhcp6)),
  ...(dhcp6 === undefined ? [] : [dhcp6Option(dhcp6, advertisement)]),
]

const netmask = ({ length }: Prefix): string =>
  addressFromValue('inet', ((1n << BigInt(length)) - 1n) << BigInt(32 - length)).text

/** The address belongs to the link: clients with another client identifier get the same address. */
function offer(dhcp4: Dhcp4): readonly string[] {
  const { text } = dhcp4.address.address
  const routes = dhcp4.routes.flatMap(({ dst, via }) => [`${dst.address.text}/${dst.length}`, via.text])
  return [
    '--dhcp-ignore-clid',
    `--dhcp-range=${[text, text, netmask(servedNetwork(dhcp4.address)), Math.max(dhcp4.seconds, minLeaseSeconds)].join(',')}`,
    ...(isHostPrefix(dhcp4.address) ? [`--dhcp-option=1,${netmask(dhcp4.address)}`, '--dhcp-option=28'] : []),
    `--dhcp-option=${[3, ...dhcp4.routers.map((router) => router.text)].join(',')}`,
    ...(routes.length === 0 ? [] : [`--dhcp-option=${[121, ...routes].join(',')}`]),
    ...['--dhcp-option=6', `--dhcp-option=58,${renewalSeconds}`, `--dhcp-option=59,${renewalSeconds + 3}`],
  ]
}

/** A static range without hosts: dnsmasq answers for its network and refuses every request. */
const refusal = (address: Prefix): string =>
  `--dhcp-range=${servedNetwork(address).address.text},static,${netmask(servedNetwork(address))}`

function advertisementOptions(
  { prefixes, deprecated, lifetime }: Advertisement,
  managedAddress: Lease['dhcp6'],
): readonly string[] {
  const range = (prefix: Prefix, time: string): readonly string[] =>
    isManaged(prefix, managedAddress)
      ? []
      : [`--dhcp-range=${prefix.address.text},ra-only,${prefix.length},${time}`]
  return [
    ...['--enable-ra', `--ra-param=wire,${renewalSeconds},${lifetime}`],
    ...prefixes.flatMap((prefix) => range(prefix, String(minLeaseSeconds))),
    ...deprecated.flatMap((prefix) => range(prefix, 'deprecated')),
  ]
}

const isManaged = (prefix: Prefix, dhcp6: Lease['dhcp6']): boolean =>
  dhcp6 !== undefined && containsAddress(prefix, dhcp6.address)

/** If the prefix is also advertised, the host has an autoconfigured address in addition to the leased one. */
function dhcp6Option(
  { address }: NonNullable<Lease['dhcp6']>,
  advertisement: Advertisement | undefined,
): string {
  const slaac =
    advertisement?.prefixes.some((prefix) => containsAddress(prefix, address)) === true ? ['slaac'] : []
  return `--dhcp-range=${[address.text, address.text, ...slaac, 64, minLeaseSeconds].join(',')}`
}
