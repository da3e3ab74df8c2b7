// References: name → link, gateway or table, with a suggestion for an unknown name.
import type { Reporter } from '../diagnostics/reporter.js'
import { didYouMean } from '../diagnostics/suggest.js'
import { containsAddress } from '../kernel/prefix.js'
import { isLinkName, loopback, type LinkName } from '../kernel/link.js'
import type { Address } from '../kernel/address.js'
import type { TableId } from '../kernel/table.js'
import type { Software } from '../software/software.js'
import type { Gateway, Link } from './network.js'

export type Links = ReadonlyMap<LinkName, Link>

/** What rules and `default` refer to. */
export interface RuleContext {
  readonly links: Links
  readonly gateways: ReadonlyMap<string, Gateway>
  /** Of all gateways of the description, also of those with errors. */
  readonly names: readonly string[]
  readonly tables: ReadonlyMap<string, TableId>
  readonly coexist: readonly Software[]
}

/** A suggestion, or the known names. */
function suggestName(name: string, known: Iterable<string>): { readonly fix?: string } {
  const names = [...known]
  const all = names.length === 0 ? undefined : `Known: ${names.slice(0, 12).join(', ')}.`
  return { fix: didYouMean(name, names) ?? all }
}

/** A declared link. */
export function findLink(links: Links, name: string, reporter: Reporter): Link | undefined {
  const link = isLinkName(name) ? links.get(name) : undefined
  if (link === undefined && !reporter.isBroken('links', name))
    reporter.report('link-unknown', { name }, suggestName(name, links.keys()))
  return link
}

/** The name of a declared link, or `lo`. */
export const findLinkOrLoopback = (links: Links, name: string, reporter: Reporter): LinkName | undefined =>
  name === loopback ? loopback : findLink(links, name, reporter)?.name

/** Undefined, without a report, for a gateway that has an error itself. */
export function findGateway<T>(
  gateways: ReadonlyMap<string, T>,
  name: string,
  written: readonly string[],
  reporter: Reporter,
): T | undefined {
  if (!written.includes(name) && !reporter.isBroken('gateways', name))
    reporter.report('gateway-unknown', { name }, suggestName(name, written))
  return gateways.get(name)
}

export function reportUnknownTable(name: string, known: Iterable<string>, reporter: Reporter): void {
  if (reporter.isBroken('tables', name) || reporter.isBroken('gateways', name)) return
  reporter.report('table-unknown', { name }, suggestName(name, [...known, 'main']))
}

/** Whether a static prefix of the link has the address. */
export const isOnLink = (link: Link, address: Address): boolean =>
  link.addresses.some(({ prefix }) => containsAddress(prefix, address))

/** The VRF that the link is or is a member of; its networks are in the table of the VRF. */
export const vrfOf = ({ name, virtual, master }: Link): LinkName | undefined =>
  virtual?.kind === 'vrf' ? name : master?.kind === 'vrf' ? master.link : undefined

/** The first link with a prefix that has the address. */
export function linkHolding(links: Links, address: Address): Link | undefined {
  for (const link of links.values()) if (isOnLink(link, address)) return link
  return undefined
}

/** The entries of a list, or one value, each with the path segments that lead to it; without those that have an error. */
export function entriesOf<T>(
  value: T | readonly T[] | undefined,
): readonly (readonly [readonly number[], T])[] {
  if (value === undefined) return []
  if (Array.isArray(value))
    return (value as readonly T[]).flatMap((item, index) =>
      item === undefined ? [] : [[[index], item] as const],
    )
  return [[[], value as T]]
}
