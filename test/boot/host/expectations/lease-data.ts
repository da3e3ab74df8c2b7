// Lease data of a booted host, read from the kernel and compared with what the providers give.
import { parseAddress } from '../../../../src/kernel/address.js'
import type { Address } from '../../../../src/kernel/address.js'
import type { LinkName } from '../../../../src/kernel/link.js'
import { containsAddress, formatPrefix, isSamePrefix, parsePrefix } from '../../../../src/kernel/prefix.js'
import type { Prefix } from '../../../../src/kernel/prefix.js'
import type { LeaseData } from '../../../../src/plan/apply-leases.js'
import type { KernelPlan, LeaseClients, PlannedLink } from '../../../../src/plan/plan.js'
import type { Lab } from '../../lab/lab.js'
import { routerLinkLocal } from '../../lab/dhcp/lease.js'
import type { Lease } from '../../lab/dhcp/lease.js'
import { routers4 } from '../../lab/dhcp/lease-routes.js'
import { asArray } from '../../lab/state/read-kernel-state.js'
import { sleep } from '../../lab/process/shell.js'

export type LeasedState = {
  readonly leaseData: ReadonlyMap<LinkName, LeaseData>
  /** Leased addresses that are missing, and addresses that no provider gave. */
  readonly wrong: readonly string[]
}

type LeasedLink = { readonly link: PlannedLink; readonly clients: LeaseClients; readonly given: Lease }

/** Clients check for duplicates, a renewal is due every few seconds, and the machine is shared. */
const withinSeconds = 45

/** Any external DHCP client. */
const externalClients: LeaseClients = { dhcp4: true, dhcp6: false, acceptRa: false }

export async function leaseDataOn(
  lab: Pick<Lab, 'netExec' | 'leases'>,
  plan: KernelPlan,
): Promise<LeasedState> {
  const given = lab.leases()
  const leasedLinks = plan.state.links.flatMap((link): LeasedLink[] => {
    const linkLease = given.get(link.name) ?? {}
    const isExternalLease = plan.intent.manage === 'full' && !link.managed && linkLease.dhcp4 !== undefined
    const clients = isExternalLease ? externalClients : link.lease
    return clients === undefined ? [] : [{ link, clients, given: linkLease }]
  })
  if (leasedLinks.length === 0) return { leaseData: new Map(), wrong: [] }
  const begun = Date.now()
  for (;;) {
    const present = await dynamicAddresses(lab, leasedLinks)
    const wrong = leasedLinks.flatMap((leasedLink) =>
      wrongOf(leasedLink, present.get(leasedLink.link.name) ?? []),
    )
    if (wrong.length === 0 || Date.now() - begun > withinSeconds * 1000) {
      const leaseData = leasedLinks.map(({ link, ...lease }): [LinkName, LeaseData] => [
        link.name,
        { addresses: present.get(link.name) ?? [], routers: routersOf(lease) },
      ])
      return { leaseData: new Map(leaseData), wrong }
    }
    await sleep(0.5)
  }
}

type ByLink = ReadonlyMap<LinkName, readonly Prefix[]>

/** Addresses of global scope that are not in the plan. */
async function dynamicAddresses(
  lab: Pick<Lab, 'netExec'>,
  leasedLinks: readonly LeasedLink[],
): Promise<ByLink> {
  const { stdout } = await lab.netExec('ip -json address show up')
  const links = asArray(stdout.trim() === '' ? [] : JSON.parse(stdout))
  return new Map(
    leasedLinks.map(({ link }) => {
      const found = links.find(({ ifname }) => ifname === link.name)
      const all = asArray(found?.['addr_info'])
        .filter(({ scope }) => scope !== 'link')
        .flatMap(({ local, prefixlen }) => parsePrefix(`${String(local)}/${String(prefixlen)}`) ?? [])
      return [link.name, all.filter((one) => !link.addresses.some((known) => isSamePrefix(known, one)))]
    }),
  )
}

type ExpectedAddress = {
  readonly text: string
  readonly isIt: (address: Prefix) => boolean
  readonly mayMiss?: true
}

function wrongOf({ link, ...lease }: LeasedLink, present: readonly Prefix[]): readonly string[] {
  const expected = expectedAddresses(lease)
  const missing = expected.filter(({ isIt, mayMiss }) => mayMiss !== true && !present.some(isIt))
  const unexpected = present.filter((address) => !expected.some(({ isIt }) => isIt(address)))
  return [
    ...missing.map(({ text }) => `- link ${link.name} ${text}`),
    ...unexpected.map((address) => `+ link ${link.name} ${formatPrefix(address)} (no provider gave it)`),
  ]
}

/** A DHCPv6 lease has no prefix length: the client chooses it. */
function expectedAddresses({ clients, given }: Omit<LeasedLink, 'link'>): readonly ExpectedAddress[] {
  const { dhcp4, dhcp6, advertisement } = given
  const leased4 = dhcp4 === undefined || dhcp4.refused === true || !clients.dhcp4 ? [] : [dhcp4.address]
  const leased6 = dhcp6 === undefined || !clients.dhcp6 ? [] : [dhcp6.address]
  const isLeased6 = ({ address }: Prefix): boolean => leased6.some(({ text }) => text === address.text)
  const advertised = (mayMiss: boolean) => (prefix: Prefix) => ({
    text: `${formatPrefix(prefix)} (advertised)`,
    isIt: (one: Prefix) =>
      one.length === prefix.length && containsAddress(prefix, one.address) && !isLeased6(one),
    ...(mayMiss ? { mayMiss: true as const } : {}),
  })
  return [
    ...leased4.map((one) => ({
      text: formatPrefix(one),
      isIt: (address: Prefix) => isSamePrefix(one, address),
    })),
    ...leased6.map(({ text }) => ({ text: `${text} (leased)`, isIt: isLeased6 })),
    ...(clients.acceptRa ? (advertisement?.prefixes ?? []).map(advertised(false)) : []),
    // Clients delete deprecated addresses sooner or later.
    ...(clients.acceptRa ? (advertisement?.deprecated ?? []).map(advertised(true)) : []),
  ]
}

function routersOf({ clients, given }: Omit<LeasedLink, 'link'>): readonly Address[] {
  const { dhcp4, advertisement } = given
  const four = dhcp4 === undefined || dhcp4.refused === true || !clients.dhcp4 ? [] : routers4(dhcp4)
  const isRouter = clients.acceptRa && advertisement !== undefined && advertisement.lifetime > 0
  return [...four, ...(isRouter ? [routerLinkLocal] : [])].flatMap((text) => parseAddress(text) ?? [])
}
