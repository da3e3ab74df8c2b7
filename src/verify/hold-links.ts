// Links and their addresses: there, up, made as planned, and with the planned addresses and no others.
import { isSameAddress } from '../kernel/address.js'
import { familyFlag } from '../kernel/family.js'
import { isPort, type MadeLink } from '../kernel/made-link.js'
import { formatPrefix, isSamePrefix } from '../kernel/prefix.js'
import type { KernelPlan, PlannedLink } from '../plan/plan.js'
import { addressCommand, madeWords, makeCommand } from '../syntax/iproute2.js'
import { commandLine } from '../syntax/shell.js'
import type { Finding } from './finding.js'
import type { Excused, Idle, IdleReason } from './idle.js'
import type { LiveAddress, LiveLink, LiveState } from './state.js'

export interface Held {
  readonly findings: readonly Finding[]
  readonly excused: readonly Excused[]
}

export const isOurs = ({ manage }: KernelPlan, link: PlannedLink): boolean =>
  manage === 'full' && link.manage === 'full'

export const showLink = (name: string): string => `ip -details link show dev ${name}`
const showAddresses = (name: string): string => `ip address show dev ${name}`

export function holdLinks(plan: KernelPlan, state: LiveState, idle: Idle): Held {
  const live = new Map(state.links.map((link) => [link.name, link]))
  const held = plan.links.map((link): Held => {
    const found = live.get(link.name)
    if (found === undefined) return { findings: [], excused: excuseAddresses(link) }
    const addresses = holdAddresses(plan, link, found, idle)
    const made = isOurs(plan, link) ? holdMade(link, found) : []
    return { findings: [...made, ...addresses.findings], excused: addresses.excused }
  })
  return {
    findings: held.flatMap(({ findings }) => findings),
    excused: held.flatMap(({ excused }) => excused),
  }
}

const excuseAddresses = ({ name, addresses }: PlannedLink): readonly Excused[] =>
  addresses.map(() => ({ link: name, what: 'address' }))

function holdMade(link: PlannedLink, live: LiveLink): readonly Finding[] {
  const different = (planned: string, found: string, mend?: string): Finding => ({
    ...{ severity: 'error', kind: 'different', what: 'link' },
    ...{ words: `${link.name} ${planned}`, live: found, show: showLink(link.name), origin: link.origin },
    ...(mend === undefined ? {} : { mend }),
  })
  const set = (words: string): string => `ip link set dev ${link.name} ${words}`
  const setting = (words: string, found: string): Finding => different(words, found, set(words))
  const isMacOwn = link.mac !== undefined && !isPort(link.master)
  const master = link.master?.link
  return [
    ...(link.mtu === undefined || link.mtu === live.mtu
      ? []
      : [setting(`mtu ${link.mtu}`, `mtu ${live.mtu}`)]),
    ...(isMacOwn && link.mac.toLowerCase() !== live.mac?.toLowerCase()
      ? [setting(`address ${link.mac}`, `address ${live.mac ?? 'none'}`)]
      : []),
    ...(master === live.master
      ? []
      : [
          setting(
            master === undefined ? 'nomaster' : `master ${master}`,
            live.master === undefined ? 'no master' : `master ${live.master}`,
          ),
        ]),
    ...(link.made === undefined || isMadeSo(link.made, live)
      ? []
      : [different(madeWords(link.made).join(' '), kindWords(live))]),
  ]
}

/** What a link's other settings do (a bond's monitoring, a bridge's delay) is seen nowhere in the routing. */
function isMadeSo(made: MadeLink, live: LiveLink): boolean {
  if (made.kind !== live.kind) return false
  switch (made.kind) {
    case 'vlan':
      return made.id === live.vlanId && made.link === live.parent
    case 'vrf':
      return made.table === live.table
    case 'bond':
      return made.mode === live.mode
    case 'bridge':
      return true
  }
}

const kindWords = ({ kind, parent, vlanId, mode, table }: LiveLink): string =>
  [
    ...(kind === 'vlan' && parent !== undefined ? ['link', parent] : []),
    `type ${kind ?? 'of a card'}`,
    ...(vlanId === undefined || kind !== 'vlan' ? [] : [`id ${vlanId}`]),
    ...(mode === undefined || kind !== 'bond' ? [] : [`mode ${mode}`]),
    ...(table === undefined || kind !== 'vrf' ? [] : [`table ${table}`]),
  ].join(' ')

function holdAddresses(plan: KernelPlan, link: PlannedLink, live: LiveLink, idle: Idle): Held {
  const findings: Finding[] = []
  const excused: Excused[] = []
  const taken = new Set<LiveAddress>()
  for (const address of link.addresses) {
    const found =
      live.addresses.find((one) => isSamePrefix(one.address, address)) ??
      live.addresses.find((one) => isSameAddress(one.address.address, address.address))
    const planned = {
      ...({ severity: 'error', what: 'address', family: address.family } as const),
      ...{ words: `${formatPrefix(address)} dev ${link.name}`, origin: link.origin },
      ...{ show: showAddresses(link.name) },
    }
    const mend = commandLine(addressCommand('add', address, link.name))
    if (found !== undefined) taken.add(found)
    if (found === undefined && idle.has(link.name)) excused.push({ link: link.name, what: 'address' })
    else if (found === undefined)
      findings.push({
        ...planned,
        kind: 'missing',
        mend,
        ...(isOurs(plan, link) ? {} : { why: 'another program is to lay it' }),
      })
    else if (!isSamePrefix(found.address, address))
      findings.push({ ...planned, kind: 'different', live: formatPrefix(found.address) })
    else if (found.isDuplicate)
      findings.push({
        ...{ ...planned, kind: 'different', live: `${formatPrefix(address)} dadfailed` },
        why: 'another host on the link has it, so the kernel does not use it',
      })
  }
  if (!isOurs(plan, link)) return { findings, excused }
  const owner = plan.coexist.find(({ name }) => laysAddresses.has(name))?.name
  const software = owner === undefined ? {} : ({ severity: 'note', software: owner } as const)
  const foreign = live.addresses.filter((one) => !taken.has(one) && isForeign(link, one))
  return {
    findings: [
      ...findings,
      ...foreign.map(({ address }): Finding => ({
        ...({ severity: 'error', kind: 'foreign', what: 'address', family: address.family } as const),
        ...{ words: `${formatPrefix(address)} dev ${link.name}`, origin: link.origin },
        why: 'no rule of the plan is for it',
        ...software,
        show: showAddresses(link.name),
        mend: commandLine([
          'ip',
          familyFlag(address.family),
          'address',
          'del',
          formatPrefix(address),
          'dev',
          link.name,
        ]),
      })),
    ],
    excused,
  }
}

/** Virtual addresses of keepalived, further ones of a cloud's card. */
const laysAddresses: ReadonlySet<string> = new Set(['keepalived', 'cloud-init', 'ec2-net-utils', 'oci-utils'])

/** Addresses of a link's scope come by themselves; those of a lease are somebody else's to give. */
function isForeign({ lease }: PlannedLink, { address, scope }: LiveAddress): boolean {
  if (scope === 'link' || scope === 'host') return false
  const isLeased = address.family === 'inet' ? lease?.dhcp4 : lease?.dhcp6 === true || lease?.acceptRa
  return isLeased !== true
}

const reasons: Readonly<Record<IdleReason, string>> = {
  absent: 'it is not there',
  down: 'it is not up',
  'no carrier': 'it has no carrier',
}

const plurals: Readonly<Record<Excused['what'], string>> = {
  address: 'addresses',
  route: 'routes',
  sysctl: 'sysctls',
  lease: 'leases',
}

/** One for each link that carries nothing, with all that is missing for this reason. */
export function tellIdle(plan: KernelPlan, idle: Idle, excused: readonly Excused[]): readonly Finding[] {
  return plan.links.flatMap((link): readonly Finding[] => {
    const reason = idle.get(link.name)
    if (reason === undefined) return []
    const counts = (['address', 'route', 'sysctl', 'lease'] as const).flatMap((what) => {
      const count = excused.filter((one) => one.link === link.name && one.what === what).length
      return count === 0 ? [] : [`${count} ${count === 1 ? what : plurals[what]}`]
    })
    const lost =
      counts.length === 0
        ? ''
        : `; with it ${counts.join(', ')} ${counts.length === 1 && counts[0]?.startsWith('1 ') === true ? 'is' : 'are'} missing`
    const mend =
      reason === 'down'
        ? `ip link set dev ${link.name} up`
        : reason === 'absent' && link.made !== undefined && isOurs(plan, link)
          ? commandLine(makeCommand(link.name, link.made))
          : undefined
    return [
      {
        severity: reason === 'no carrier' && counts.length === 0 ? 'note' : 'error',
        kind: reason === 'no carrier' ? 'idle' : reason === 'down' ? 'different' : 'missing',
        what: 'link',
        words: link.name,
        ...(reason === 'down' ? { live: 'down' } : {}),
        why: `${reasons[reason]}${lost}`,
        show: showLink(link.name),
        ...(mend === undefined ? {} : { mend }),
        origin: link.origin,
      },
    ]
  })
}
