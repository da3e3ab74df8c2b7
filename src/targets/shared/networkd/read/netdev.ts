// Virtual links of .netdev files: systemd.netdev(5).
import { isLinkName, type LinkName } from '../../../../kernel/link.js'
import { MAX_TABLE, type TableId } from '../../../../kernel/table.js'
import {
  bondModes,
  hashPolicies,
  lacpRates,
  type Bond,
  type Bridge,
  type VirtualLink,
} from '../../../../kernel/virtual-link.js'
import type { Collector } from '../../../../found/collector.js'
import type { Place } from '../../../../found/found.js'
import { ownComment } from '../../../../found/own-comments.js'
import { kindSections, netdevKeys } from '../keys.js'
import { keptNote } from '../netdev.js'
import {
  commentIn,
  ignoredKeys,
  readEntries,
  type SectionWords,
  type Unit,
  type UnitSection,
} from './units.js'
import {
  booleanHandler,
  numberHandler,
  parseBytes,
  parseHardwareAddress,
  parseMilliseconds,
  parseTable,
} from './values.js'

/** A virtual link without its lower links, which their own files name. */
export interface Netdev {
  readonly name: LinkName
  readonly place: Place
  readonly comment?: string
  readonly mac?: string
  readonly mtu?: number
  /** Absent for a kind that a description does not create. */
  readonly virtual?: Partial<Omit<Bond, 'kind' | 'links'>> &
    Partial<Omit<Bridge, 'kind' | 'links'>> & {
      readonly kind: VirtualLink['kind']
      readonly id?: number
      readonly table?: TableId
    }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

const isKind = (word: string): word is VirtualLink['kind'] => Object.hasOwn(kindSections, word)

const choice =
  <T extends string>(words: readonly T[], set: (word: T) => void) =>
  (text: string): string | undefined => {
    const word = words.find((one) => one === text)
    if (word === undefined) return `a description knows ${words.join(', ')} only`
    set(word)
    return undefined
  }

const BOND = 'it is a detail of a bond, and chooses no route'
const BRIDGE = 'it is a detail of a bridge, and chooses no route'
const VLAN = 'it is a detail of a VLAN, and chooses no route'

const ignored: Readonly<Record<VirtualLink['kind'], Readonly<Record<string, string>>>> = {
  vlan: ignoredKeys(VLAN, 'GVRP', 'MVRP', 'LooseBinding', 'ReorderHeader', 'EgressQOSMaps', 'IngressQOSMaps'),
  bond: ignoredKeys(
    BOND,
    'PeerNotifyDelaySec',
    'UpDelaySec',
    'DownDelaySec',
    'LearnPacketIntervalSec',
    'AdSelect',
    'AdActorSystemPriority',
    'AdUserPortKey',
    'AdActorSystem',
    'FailOverMACPolicy',
    'ARPValidate',
    'ARPIntervalSec',
    'ARPIPTargets',
    'ARPAllTargets',
    'ARPMissedMax',
    'PrimaryReselectPolicy',
    'ResendIGMP',
    'PacketsPerSlave',
    'GratuitousARP',
    'AllSlavesActive',
    'DynamicTransmitLoadBalancing',
    'MinLinks',
  ),
  bridge: ignoredKeys(
    BRIDGE,
    'HelloTimeSec',
    'MaxAgeSec',
    'AgeingTimeSec',
    'Priority',
    'GroupForwardMask',
    'DefaultPVID',
    'MulticastQuerier',
    'MulticastSnooping',
    'VLANProtocol',
    'MulticastIGMPVersion',
    'FDBMaxLearned',
  ),
  vrf: {},
}

export function readNetdev(
  unit: Unit,
  tables: ReadonlyMap<string, TableId>,
  collector: Collector,
): Netdev | undefined {
  const made: Mutable<NonNullable<Netdev['virtual']>> = { kind: 'vlan' }
  const head: { name?: string; kind?: string; mac?: string; mtu?: number } = {}
  const handlers: Readonly<Record<string, SectionWords>> = {
    NetDev: {
      handlers: {
        [netdevKeys.name]: (text) => void (head.name = text),
        [netdevKeys.kind]: (text) => void (head.kind = text),
        MACAddress: (text) => {
          if (text === 'none' || text === '') return undefined
          head.mac = parseHardwareAddress(text)
          return head.mac === undefined ? 'the value is no MAC address' : undefined
        },
        MTUBytes: (text) => {
          head.mtu = parseBytes(text)
          return head.mtu === undefined ? 'the value is no number of bytes' : undefined
        },
      },
      ignored: ignoredKeys('it is for people', 'Description'),
    },
    [kindSections.vlan]: {
      handlers: {
        [netdevKeys.id]: numberHandler(0, 4094, (value) => (made.id = value)),
        Protocol: (text) => (text === '802.1q' ? undefined : 'a description has VLANs of 802.1Q only'),
      },
      ignored: ignored.vlan,
    },
    [kindSections.bond]: {
      handlers: {
        [netdevKeys.mode]: choice(bondModes, (mode) => (made.mode = mode)),
        [netdevKeys.miimon]: milliseconds((value) => (made.miimon = value)),
        [netdevKeys.lacpRate]: choice(lacpRates, (rate) => (made.lacpRate = rate)),
        [netdevKeys.hashPolicy]: choice(hashPolicies, (policy) => (made.xmitHashPolicy = policy)),
      },
      ignored: ignored.bond,
    },
    [kindSections.bridge]: {
      handlers: {
        [netdevKeys.stp]: booleanHandler((value) => (made.stp = value)),
        [netdevKeys.forwardDelay]: milliseconds((value) => (made.forwardDelay = value / 1000)),
        VLANFiltering: (text) =>
          /^(?:no|false|0|off)$/i.test(text) ? undefined : 'a description has no VLANs within a bridge',
      },
      ignored: ignored.bridge,
    },
    [kindSections.vrf]: {
      handlers: Object.fromEntries(
        [netdevKeys.table, 'TableId'].map((key) => [
          key,
          (text: string) => {
            made.table = parseTable(text, tables)
            return made.table === undefined ? `the table is none from 1 to ${MAX_TABLE}` : undefined
          },
        ]),
      ),
      ignored: {},
    },
  }
  const kind = unit.sections
    .filter(({ name }) => name === 'NetDev')
    .flatMap(({ entries }) => entries)
    .findLast(({ key }) => key === netdevKeys.kind)?.value
  for (const section of unit.sections) {
    const { name, place } = section
    const words = Object.hasOwn(handlers, name) ? handlers[name] : undefined
    if (name === 'Match') reportConditions(section, collector)
    else if (words !== undefined && (name === 'NetDev' || (kind !== undefined && isKind(kind)))) {
      if (name === 'NetDev' || (kind !== undefined && isKind(kind) && name === kindSections[kind]))
        readEntries(section, words, collector)
      else collector.withoutEffect(place, `networkd ignores the section for a link of kind ${kind ?? ''}`)
    } else if (kind === undefined || isKind(kind))
      collector.unknown(place, `nothing is known of [${name}] in a .netdev file`)
  }
  if (head.name === undefined || kind === undefined || !isLinkName(head.name)) {
    collector.unknown(unit.place, 'the file names no link that can exist, or no kind')
    return undefined
  }
  const place =
    unit.sections.flatMap(({ entries }) => entries).findLast(({ key }) => key === netdevKeys.kind)?.place ??
    unit.place
  const comment = commentOf(unit, head.name)
  const base = {
    name: head.name,
    place,
    ...(comment === undefined ? {} : { comment }),
    ...(head.mac === undefined ? {} : { mac: head.mac }),
    ...(head.mtu === undefined ? {} : { mtu: head.mtu }),
  }
  if (!isKind(kind)) {
    collector.unknown(place, `multihome does not create links of kind ${kind}; it can route over one`)
    return base
  }
  made.kind = kind
  return { ...base, virtual: made }
}

/** Without what multihome writes into each file. */
function commentOf({ sections, isOurs }: Unit, link: string): string | undefined {
  const section = sections.find(({ name }) => name === 'NetDev')
  const comment = section === undefined ? undefined : commentIn(section).comment
  if (comment === undefined || !isOurs) return comment
  return ownComment(comment.replace(keptNote(link), '').trim())
}

function milliseconds(set: (value: number) => void): (text: string) => string | undefined {
  return (text) => {
    const value = parseMilliseconds(text)
    if (value === undefined) return 'the value is no span of time'
    set(value)
    return undefined
  }
}

/** [Match] of a .netdev file, and what a .network file has beside the names of links. */
export function reportConditions({ entries }: UnitSection, collector: Collector): void {
  for (const { place } of entries)
    collector.unknown(place, 'whether the condition holds is not known; the file is read as if it did')
}

/** With its lower links; undefined, with a problem, if something is missing. */
export function virtualOf(
  { place, virtual }: Netdev,
  { parent, members, primary }: { parent?: LinkName; members: readonly LinkName[]; primary?: LinkName },
  collector: Collector,
): VirtualLink | undefined {
  if (virtual === undefined) return undefined
  switch (virtual.kind) {
    case 'vlan': {
      if (virtual.id === undefined || virtual.id === 0 || parent === undefined) {
        collector.unknown(
          place,
          parent === undefined
            ? 'no file of a link has it as VLAN=, so it is not created'
            : 'the VLAN has no number',
        )
        return undefined
      }
      return { kind: 'vlan', id: virtual.id, link: parent }
    }
    case 'bond':
      return {
        kind: 'bond',
        mode: virtual.mode ?? 'balance-rr',
        links: members,
        miimon: virtual.miimon ?? 0,
        ...(primary === undefined ? {} : { primary }),
        ...(virtual.lacpRate === undefined ? {} : { lacpRate: virtual.lacpRate }),
        ...(virtual.xmitHashPolicy === undefined ? {} : { xmitHashPolicy: virtual.xmitHashPolicy }),
      }
    case 'bridge':
      return {
        kind: 'bridge',
        links: members,
        stp: virtual.stp ?? false,
        ...(virtual.forwardDelay === undefined ? {} : { forwardDelay: virtual.forwardDelay }),
      }
    case 'vrf':
      if (virtual.table === undefined) {
        collector.unknown(place, 'the VRF has no table')
        return undefined
      }
      return { kind: 'vrf', table: virtual.table, links: members }
  }
}
