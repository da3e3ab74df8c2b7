// Roles of a host's own addresses (`the router of fiber`), by which hosts with the same change are recognized.
import { addressFromValue, addressValue, parseAddress } from '../../../kernel/address.js'
import { families, familyName, type Family } from '../../../kernel/family.js'
import {
  containsAddress,
  formatPrefix,
  isHostPrefix,
  networkOf,
  type Prefix,
} from '../../../kernel/prefix.js'
import type { KernelPlan } from '../../../plan/plan.js'

/** The role of an address, by its text. No two addresses have the same role. */
export type Roles = (address: string) => string | undefined

/**
 * Addresses of links and routers of gateways, with or without a change, and other addresses in the networks of links by
 * their distance from the start (`the IPv4 network of lan0 + 0.0.0.128`).
 */
export function rolesOf(before: KernelPlan, after: KernelPlan): Roles {
  const roles = new Map<string, string | undefined>()
  const taken = new Set<string>()
  const networks: { readonly network: Prefix; readonly role: string }[] = []
  const add = (address: string, role: string): void => {
    if (roles.has(address)) return
    let name = role
    for (let index = 2; taken.has(name); index++) name = `${role} (${index})`
    taken.add(name)
    roles.set(address, name)
  }
  const addAll = <T>(
    olds: readonly T[],
    news: readonly T[],
    textOf: (one: T) => string,
    addOne: (one: T, age: string) => void,
  ): void => {
    const [known, current] = [olds, news].map((list) => new Set(list.map(textOf)))
    for (const one of news) addOne(one, known?.has(textOf(one)) === true ? '' : 'new ')
    for (const one of olds) if (current?.has(textOf(one)) !== true) addOne(one, 'old ')
  }
  for (const family of families) {
    const version = familyName(family)
    for (const name of namesIn(before, after, ({ state }) => state.links)) {
      const [olds = [], news = []] = [before, after].map((plan) => addressesOf(plan, name, family))
      addAll(olds, news, formatPrefix, ({ address }, age) =>
        add(address.text, `its ${age}${version} address on ${name}`),
      )
      const [oldNetworks = [], newNetworks = []] = [olds, news].map((list) =>
        list.filter((one) => !isHostPrefix(one)).map(networkOf),
      )
      addAll(oldNetworks, newNetworks, formatPrefix, (network, age) => {
        const role = `the ${age}${version} network of ${name}`
        add(network.address.text, role)
        networks.push({ network, role: roles.get(network.address.text) ?? role })
      })
    }
    for (const name of namesIn(before, after, ({ intent }) => intent.gateways)) {
      const [olds = [], news = []] = [before, after].map((plan) => routersOf(plan, name, family))
      addAll(olds, news, String, (via, age) => add(via, `the ${age}${version} router of ${name}`))
    }
  }
  // The longest network that contains an address names it.
  networks.sort((a, b) => b.network.length - a.network.length)
  return remembered((text) => {
    const address = parseAddress(text)
    if (address === undefined) return undefined
    const found = networks.find(({ network }) => containsAddress(network, address))
    if (found === undefined) return undefined
    const distance = addressValue(address) - addressValue(found.network.address)
    return `${found.role} + ${addressFromValue(address.family, distance).text}`
  }, roles)
}

/** Adds to `known` what it computes. */
function remembered(roleOf: Roles, known: Map<string, string | undefined>): Roles {
  return (text) => {
    if (known.has(text)) return known.get(text)
    const role = roleOf(text)
    known.set(text, role)
    return role
  }
}

const namesIn = (
  before: KernelPlan,
  after: KernelPlan,
  listOf: (plan: KernelPlan) => readonly { readonly name: string }[],
): readonly string[] => [...new Set([after, before].flatMap((plan) => listOf(plan).map(({ name }) => name)))]

const addressesOf = ({ state }: KernelPlan, link: string, family: Family): readonly Prefix[] =>
  state.links
    .filter(({ name }) => name === link)
    .flatMap(({ addresses }) => addresses.filter((address) => address.family === family))

const routersOf = ({ intent }: KernelPlan, gateway: string, family: Family): readonly string[] =>
  intent.gateways
    .filter(({ name }) => name === gateway)
    .flatMap(({ nexthops }) => nexthops.flatMap(({ via }) => (via?.family === family ? [via.text] : [])))

/** An IPv4 or IPv6 address in a text, and the length of its prefix. */
export const ADDRESS = /(?<![\w.:-])([0-9a-f]*(?:[.:][0-9a-f]*)+[0-9a-f:])(?:\/(\d{1,3}))?(?![\w.:-])/g

/** Keys of lists whose order depends on the addresses and means nothing. */
const UNORDERED: ReadonlySet<string> = new Set(['in', 'exclusions', 'set'])

/**
 * JSON with the role in place of each address that has one. Two hosts with equal JSON have the same value, each with its
 * own addresses. Adds the roles and their addresses to `used`; keys of `omit` are left out.
 */
export function normalJson(
  value: unknown,
  roles: Roles,
  omit: ReadonlySet<string>,
  used = new Map<string, string>(),
): string {
  return JSON.stringify(value, (key, one: unknown) => {
    if (omit.has(key)) return undefined
    if (Array.isArray(one) && UNORDERED.has(key))
      return one.map((each: unknown) => normalJson(each, roles, omit, used)).sort()
    if (typeof one !== 'string') return one
    const parts: (string | { readonly role: string })[] = []
    let end = 0
    for (const found of one.matchAll(ADDRESS)) {
      const address = found[1] ?? ''
      const role = roles(address)
      if (role === undefined) continue
      used.set(role, address)
      parts.push(one.slice(end, found.index), { role })
      end = found.index + address.length
    }
    return parts.length === 0 ? one : { parts: [...parts, one.slice(end)] }
  })
}

export const addressesIn = (lines: readonly string[]): ReadonlySet<string | undefined> =>
  new Set(lines.flatMap((line) => [...line.matchAll(ADDRESS)].map(([, address]) => address)))
