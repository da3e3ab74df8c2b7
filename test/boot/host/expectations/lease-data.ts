// What have the links of a plan got from their providers? Read from the kernel, and held against what was given.
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

export type Got = {
  readonly facts: ReadonlyMap<LinkName, LeaseData>
  /** Addresses that were given and are not there, or the other way round. */
  readonly wrong: readonly string[]
}

type Asking = { readonly link: PlannedLink; readonly clients: LeaseClients; readonly given: Lease }

/** A client looks whether others have the address, a renewal is due every few seconds; and the machine is shared. */
const withinSeconds = 45

/** Whatever it is that lays the address there. */
const byOther: LeaseClients = { dhcp4: true, dhcp6: false, acceptRa: false }

export async function factsOf(lab: Pick<Lab, 'netExec' | 'leases'>, plan: KernelPlan): Promise<Got> {
  const given = lab.leases()
  const asking = plan.state.links.flatMap((link): Asking[] => {
    const gets = given.get(link.name) ?? {}
    const isOfOther = link.manage === 'routing' && gets.dhcp4 !== undefined
    const clients = isOfOther ? byOther : link.lease
    return clients === undefined ? [] : [{ link, clients, given: gets }]
  })
  if (asking.length === 0) return { facts: new Map(), wrong: [] }
  const begun = Date.now()
  for (;;) {
    const has = await untoldAddresses(lab, asking)
    const wrong = asking.flatMap((one) => wrongOf(one, has.get(one.link.name) ?? []))
    if (wrong.length === 0 || Date.now() - begun > withinSeconds * 1000) {
      const facts = asking.map(({ link, ...how }): [LinkName, LeaseData] => [
        link.name,
        { addresses: has.get(link.name) ?? [], routers: routersOf(how) },
      ])
      return { facts: new Map(facts), wrong }
    }
    await sleep(0.5)
  }
}

type ByLink = ReadonlyMap<LinkName, readonly Prefix[]>

/** Of global scope, beside those that the plan tells. */
async function untoldAddresses(lab: Pick<Lab, 'netExec'>, asking: readonly Asking[]): Promise<ByLink> {
  const { stdout } = await lab.netExec('ip -json address show up')
  const links = asArray(stdout.trim() === '' ? [] : JSON.parse(stdout))
  return new Map(
    asking.map(({ link }) => {
      const found = links.find(({ ifname }) => ifname === link.name)
      const all = asArray(found?.['addr_info'])
        .filter(({ scope }) => scope !== 'link')
        .flatMap(({ local, prefixlen }) => parsePrefix(`${String(local)}/${String(prefixlen)}`) ?? [])
      return [link.name, all.filter((one) => !link.addresses.some((told) => isSamePrefix(told, one)))]
    }),
  )
}

type Wanted = { readonly text: string; readonly isIt: (address: Prefix) => boolean; readonly mayMiss?: true }

function wrongOf({ link, ...how }: Asking, has: readonly Prefix[]): readonly string[] {
  const wanted = wantedOf(how)
  const missing = wanted.filter(({ isIt, mayMiss }) => mayMiss !== true && !has.some(isIt))
  const strange = has.filter((address) => !wanted.some(({ isIt }) => isIt(address)))
  return [
    ...missing.map(({ text }) => `- link ${link.name} ${text}`),
    ...strange.map((address) => `+ link ${link.name} ${formatPrefix(address)} (nobody gave it)`),
  ]
}

/** The length of an address of DHCPv6 is the client's to choose: the lease has none. */
function wantedOf({ clients, given }: Omit<Asking, 'link'>): readonly Wanted[] {
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
    // Clients drop such addresses sooner or later.
    ...(clients.acceptRa ? (advertisement?.deprecated ?? []).map(advertised(true)) : []),
  ]
}

function routersOf({ clients, given }: Omit<Asking, 'link'>): readonly Address[] {
  const { dhcp4, advertisement } = given
  const four = dhcp4 === undefined || dhcp4.refused === true || !clients.dhcp4 ? [] : routers4(dhcp4)
  const isRouter = clients.acceptRa && advertisement !== undefined && advertisement.lifetime > 0
  return [...four, ...(isRouter ? [routerLinkLocal] : [])].flatMap((text) => parseAddress(text) ?? [])
}
