// Origins: what asks for each part of a plan. Sentences about them are formatted on demand.
import type { Path } from '../diagnostics/diagnostic.js'
import type { Address } from '../kernel/address.js'
import { formatFwmark, type Fwmark } from '../kernel/fwmark.js'
import type { LinkName } from '../kernel/link.js'
import { formatPrefix, type Prefix } from '../kernel/prefix.js'

/** What asks for a part of the plan. Without a `part`, the named thing itself. */
export type Origin = Position &
  (
    | { readonly kind: 'link'; readonly link: LinkName }
    | { readonly kind: 'vrf'; readonly link: LinkName; readonly part?: 'reject-fallback' }
    | ({ readonly kind: 'gateway'; readonly gateway: string } & GatewayPart)
    | { readonly kind: 'table'; readonly table: string }
    /** A route that the user wrote, in the table of a gateway, in another table, or in main. */
    | { readonly kind: 'route'; readonly home: RouteHome; readonly dst: Prefix }
    /** `default`. */
    | ({ readonly kind: 'default' } & DefaultPart)
    /** A network or a link of `local`, as written. */
    | { readonly kind: 'local'; readonly network: string }
    | ({ readonly kind: 'rule' } & RulePart)
    /** A sysctl that the user wrote. */
    | { readonly kind: 'sysctl' }
    /** A generated sysctl. `cause` is what needs it. */
    | ({ readonly kind: 'auto-sysctl'; readonly cause: Origin } & AutoSysctl)
    /** The kernel itself. */
    | { readonly kind: 'kernel'; readonly part: 'rule' | 'loopback' }
    /** The kernel's rule for VRFs, as far as it applies to this one. */
    | { readonly kind: 'kernel'; readonly part: 'l3mdev'; readonly vrf: LinkName }
    /** Live state that no description asks for. */
    | { readonly kind: 'unmanaged' }
  )

export type OriginKind = Origin['kind']

interface Position {
  /** For positions of diagnostics and line numbers only. Empty if nothing in the description asks for it. */
  readonly path: Path
  /** The user's `comment`, one line. */
  readonly comment?: string
}

export type GatewayPart =
  | {
      readonly part?:
        | 'default-route'
        | 'reject-fallback'
        /** The connected routes of its own link. */
        | 'own-network'
    }
  /** `network`: connected routes of another link. `connmark`: the mark of connections that arrive on the link. */
  | { readonly part: 'network' | 'dynamic-addresses' | 'connmark'; readonly link: LinkName }
  | { readonly part: 'fwmark'; readonly fwmark: Fwmark }
  | { readonly part: 'reply'; readonly word: 'from' | 'to'; readonly address: Address }

export type RouteHome =
  { readonly kind: 'gateway' | 'table'; readonly name: string } | { readonly kind: 'main' }

export type DefaultPart =
  | { readonly part?: undefined }
  | { readonly part: 'multipath' }
  /** `choice` counts from 1. */
  | { readonly part: 'failover'; readonly gateway: string; readonly choice: number }
  /** The default route of one member, behind the multipath route. */
  | { readonly part: 'multipath-member'; readonly gateway: string }

export interface RulePart {
  /** The user's name for it; without one, its position in `rules`, from 1. */
  readonly name: string
  /** `else`: the rule behind the lookup, with the action of `else`. */
  readonly part?: 'else'
  /** `gateway fiber`, `table main`, `unreachable`. */
  readonly action: string
}

export type AutoSysctl =
  | { readonly setting: keyof typeof autoSysctls }
  /** `other` has an address in `prefix` as well. */
  | {
      readonly setting: 'arp-ignore' | 'arp-announce'
      readonly other: LinkName
      readonly prefix: string
    }
  | { readonly setting: 'ra-metric'; readonly gateway: string }

/** What each is for, and details that a short text omits. */
export const autoSysctls = {
  'reverse-path': [
    'loose reverse-path filter',
    ', since rules choose the return path; the larger of this and conf.all counts',
  ],
  'mark-in-reverse-path': ['the reverse-path filter uses the mark in its lookup', ''],
  'multipath-hash': ['balance by connection (addresses and ports)', ', not by address alone'],
  'without-carrier': ['skip routes whose link has no carrier', ''],
  'ra-rejected': ['router advertisements would add unplanned addresses and a default route', ''],
  'ra-accepted': ['accept router advertisements', ', even if this host forwards'],
  'ra-default-accepted': ['accept their default route', ''],
  'ra-default-rejected': ['no default route in main: `default` does not name the gateway', ''],
} as const

export const unmanaged: Origin = { kind: 'unmanaged', path: [] }

/** Whether something in the description asks for it. */
export const isDescribed = ({ kind }: Origin): boolean => kind !== 'kernel' && kind !== 'unmanaged'

/** The gateway that asks for it. */
export function gatewayOf(origin: Origin): string | undefined {
  switch (origin.kind) {
    case 'gateway':
      return origin.gateway
    case 'route':
      return origin.home.kind === 'gateway' ? origin.home.name : undefined
    case 'auto-sysctl':
      return gatewayOf(origin.cause)
    default:
      return undefined
  }
}

/** Path of the entry of the description that it belongs to: `rules[2]`, `gateways.fiber`. */
export const entryPath = ({ path }: Origin): Path => path.slice(0, 2)

/** The same as a key for maps. */
export const entryKey = (origin: Origin): string => entryPath(origin).join('.')

/** Whether its path is `start` or below. */
export const isBelow = ({ path }: Origin, start: Path): boolean =>
  start.every((segment, index) => path[index] === segment)

/** `gateway fiber: default route of its table`. */
export function formatOrigin(origin: Origin): string {
  const purpose = formatPurpose(origin)
  return purpose === undefined ? formatSubject(origin) : `${formatSubject(origin)}: ${purpose}`
}

/** `rule 1 (gateway cable)`, `gateway fiber (replies from 192.0.2.10)`: for use within a sentence. */
export function formatInSentence(origin: Origin): string {
  const purpose = formatPurpose(origin)
  return purpose === undefined ? formatSubject(origin) : `${formatSubject(origin)} (${purpose})`
}

/**
 * The sentence with the user's comment: `gateway fiber: default route: kept short by the ISP`. It has no line number of
 * the description: a file changes only when the network does.
 */
export const commentOf = (origin: Origin): string =>
  origin.comment === undefined ? formatOrigin(origin) : `${formatOrigin(origin)}: ${origin.comment}`

/** The same without the details of a generated sysctl, which has no comment. */
export const briefCommentOf = (origin: Origin): string =>
  origin.kind === 'auto-sysctl' ? `${formatSubject(origin)}: ${autoSysctlText(origin)[0]}` : commentOf(origin)

const kernelParts = {
  rule: 'the kernel’s own rule',
  loopback: 'loopback',
  l3mdev: 'the kernel’s rule for VRFs',
} as const

function formatSubject(origin: Origin): string {
  switch (origin.kind) {
    case 'link':
      return `link ${origin.link}`
    case 'vrf':
      return `VRF ${origin.link}`
    case 'gateway':
      return `gateway ${origin.gateway}`
    case 'table':
      return `table ${origin.table}`
    case 'route':
      return origin.home.kind === 'main' ? 'main' : `${origin.home.kind} ${origin.home.name}`
    case 'default':
      return origin.part === undefined
        ? 'default'
        : origin.part === 'multipath'
          ? 'main'
          : `gateway ${origin.gateway}`
    case 'local':
      return `local ${origin.network}`
    case 'rule':
      return `rule ${origin.name}`
    case 'sysctl':
      return 'set under `sysctls`'
    case 'auto-sysctl':
      return formatOrigin(origin.cause)
    case 'kernel':
      return kernelParts[origin.part]
    case 'unmanaged':
      return 'there, and not planned'
  }
}

function formatPurpose(origin: Origin): string | undefined {
  switch (origin.kind) {
    case 'vrf':
      return origin.part === undefined ? undefined : 'reject fallback of its table'
    case 'gateway':
      return gatewayText(origin)
    case 'route':
      return `route to ${origin.dst.length === 0 ? 'default' : formatPrefix(origin.dst)}`
    case 'default':
      return defaultText(origin)
    case 'local':
      return 'as main routes it'
    case 'rule':
      return origin.part === 'else' ? `else ${origin.action}` : origin.action
    case 'auto-sysctl':
      return autoSysctlText(origin).join('')
    case 'link':
    case 'table':
    case 'sysctl':
    case 'kernel':
    case 'unmanaged':
      return undefined
  }
}

function gatewayText(origin: GatewayPart): string | undefined {
  switch (origin.part) {
    case 'default-route':
      return 'default route of its table'
    case 'reject-fallback':
      return 'reject fallback of its table'
    case 'own-network':
      return 'its own network'
    case 'network':
      return `network of ${origin.link}`
    case 'dynamic-addresses':
      return `dynamic addresses of ${origin.link}`
    case 'connmark':
      return `connections over ${origin.link}`
    case 'fwmark':
      return `packets marked ${formatFwmark(origin.fwmark)}`
    case 'reply':
      return `${origin.word === 'from' ? 'replies from' : 'packets to'} ${origin.address.text}`
    case undefined:
      return undefined
  }
}

function defaultText(origin: DefaultPart): string | undefined {
  switch (origin.part) {
    case 'multipath':
      return 'default route balanced over its gateways'
    case 'multipath-member':
      return 'default route of main when the balanced one is gone'
    case 'failover':
      // The first has no suffix, so that it stays the same when another is appended.
      return `default route of main${origin.choice > 1 ? `, choice ${origin.choice}` : ''}`
    case undefined:
      return undefined
  }
}

function autoSysctlText(origin: AutoSysctl): readonly [brief: string, details: string] {
  switch (origin.setting) {
    case 'arp-ignore':
      return shared(origin, 'each answers ARP only for its own addresses')
    case 'arp-announce':
      return shared(origin, 'each sends ARP requests from its own address')
    case 'ra-metric':
      return [`metric of gateway ${origin.gateway} in main`, '']
    default:
      return autoSysctls[origin.setting]
  }
}

const shared = (
  { other, prefix }: { readonly other: LinkName; readonly prefix: string },
  effect: string,
): readonly [string, string] => [`${other} is in ${prefix}`, `, too: ${effect}`]
