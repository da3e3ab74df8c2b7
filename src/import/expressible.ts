// What a description cannot express: rules, routes, addresses and settings that the compiler refuses, taken out and reported.
import type { Compilation } from '../compile.js'
import type { Path } from '../diagnostics/diagnostic.js'
import type { Place, Problem } from '../found/found.js'
import { formatPrefix } from '../kernel/prefix.js'
import { REJECT_METRIC } from '../kernel/route-type.js'
import { formatSysctlKey } from '../kernel/sysctl.js'
import type { Origin, Route } from '../plan/plan.js'
import { isVrfFallback, type Described } from './describe/describe.js'
import { vrfOfTable } from './describe/gateways.js'
import type { Written, WrittenMapping } from './describe/written.js'
import type { SourcePlan } from './source-plan.js'

export interface Reduced {
  readonly body: WrittenMapping
  readonly problems: readonly Removed[]
}

/** What was taken out of a description, and so out of the plan that it is compared with. */
interface Removed extends Problem {
  readonly origins: readonly Origin[]
  readonly address?: { readonly link: string; readonly text: string }
}

/** Without the rules, routes, addresses and settings that a description cannot have, each of which is a problem. */
export function withoutErrors(
  { body, origins }: Described,
  source: SourcePlan,
  compiled: (body: WrittenMapping) => Compilation,
): Reduced {
  let reduced: Reduced = { body, problems: [] }
  // An error may hide others.
  for (let round = 0; round < 8; round++) {
    const { plan, diagnostics } = compiled(reduced.body)
    const removed = new Map<Written, Removed>()
    let body: Written = reduced.body
    for (const { path, message, severity } of plan === undefined ? diagnostics : []) {
      if (severity !== 'error') continue
      const entry = entryAt(reduced.body, path, origins)
      const its = entry === undefined ? undefined : origins.get(entry)
      const place = its?.[0] === undefined ? undefined : source.placeOf(its[0].path)
      if (entry !== undefined && its !== undefined)
        removed.set(entry, { kind: 'unknown', place: place ?? NOWHERE, why: message, origins: its })
      const address = addressAt(reduced.body, path)
      if (address !== undefined) {
        body = withoutAddress(body, address)
        removed.set(JSON.stringify(address), {
          ...placeOfAddress(address, source),
          why: message,
          address,
          origins: [],
        })
      }
      const setting = address === undefined ? settingAt(path) : undefined
      if (setting !== undefined) {
        body = withoutSetting(body, setting)
        if (Object.values((body as WrittenMapping)['sysctls'] ?? {}).every((value) => value === undefined))
          body = { ...(body as WrittenMapping), sysctls: undefined }
        removed.set(JSON.stringify(setting), { ...placeOfSetting(setting, source), why: message })
      }
    }
    if (removed.size === 0) return reduced
    const kept = withoutEntries(body, removed)
    reduced = {
      body: typeof kept === 'object' && !Array.isArray(kept) ? (kept as WrittenMapping) : reduced.body,
      problems: [...reduced.problems, ...removed.values()],
    }
  }
  return reduced
}

/** Routes that `describe` has no place for, those of leases included. */
export const routesOfVrfs = ({ plan, links, placeOf }: SourcePlan): readonly Removed[] => [
  ...plan.state.routes.flatMap((route) => {
    const vrf = vrfOfTable(route.table, plan)
    if (vrf === undefined || isVrfFallback(route, plan)) return []
    const place = placeOf(route.origin.path) ?? NOWHERE
    return [unknown(place, `the route is in the table of VRF ${vrf}, ${NO_ROUTES}`, [route.origin])]
  }),
  ...plan.state.links.flatMap(({ name, master, lease }) => {
    const { place = NOWHERE, leases = {} } = links.get(name) ?? {}
    const isLeased = lease !== undefined && Object.values(leases).some(({ isDefault }) => isDefault)
    return master?.kind === 'vrf' && isLeased
      ? [unknown(place, `the routers of leases are in the table of VRF ${master.link}, ${NO_ROUTES}`, [])]
      : []
  }),
]

const NO_ROUTES = 'and a description has no routes there'

const unknown = (place: Place, why: string, origins: readonly Origin[]): Removed => ({
  ...{ kind: 'unknown', place, why, origins },
})

type LinkAddress = NonNullable<Removed['address']>

/** `links.eth0.addresses[1]`. */
function addressAt(body: WrittenMapping, [key, link, list, index]: Path): LinkAddress | undefined {
  if (key !== 'links' || list !== 'addresses' || typeof link !== 'string' || typeof index !== 'number')
    return undefined
  const text = addressesIn(body, link)[index]
  return typeof text === 'string' ? { link, text } : undefined
}

function addressesIn(body: Written, link: string): readonly Written[] {
  const { links } = body as WrittenMapping
  const { addresses } = ((links as WrittenMapping | undefined)?.[link] ?? {}) as WrittenMapping
  return Array.isArray(addresses) ? addresses : []
}

function withoutAddress(body: Written, { link, text }: LinkAddress): Written {
  const { links, ...others } = body as WrittenMapping
  const rest = addressesIn(body, link).filter((one) => one !== text)
  const value = (links as WrittenMapping)[link] as WrittenMapping
  const { version, manage } = others
  const changed = {
    ...(links as WrittenMapping),
    [link]: { ...value, addresses: rest.length === 0 ? undefined : rest },
  }
  return { version, manage, links: changed, ...others }
}

/** `links.br0.bridge.forward-delay`, `sysctls.net.ipv4.ip_forward`. */
const settingAt = (path: Path): Path | undefined =>
  (path[0] === 'links' && path.length > 2) || (path[0] === 'sysctls' && path.length === 2) ? path : undefined

function withoutSetting(body: Written, [key, ...others]: Path): Written {
  const value = body as WrittenMapping
  if (key === undefined || typeof body !== 'object' || value[key] === undefined) return body
  return { ...value, [key]: others.length === 0 ? undefined : withoutSetting(value[key], others) }
}

function placeOfSetting(path: Path, { links, plan, placeOf }: SourcePlan): Omit<Removed, 'why'> {
  const [key, name] = path
  const sysctl =
    key === 'sysctls' ? plan.state.sysctls.find((one) => formatSysctlKey(one.key) === name) : undefined
  const place =
    sysctl === undefined
      ? [...links.values()].find((link) => link.name === name)?.place
      : placeOf(sysctl.origin.path)
  return {
    kind: 'unknown',
    place: place ?? NOWHERE,
    origins: sysctl === undefined ? [] : [sysctl.origin],
  }
}

function placeOfAddress({ link, text }: LinkAddress, { links }: SourcePlan): Pick<Problem, 'kind' | 'place'> {
  const found = [...links.values()].find(({ name }) => name === link)
  const own = found?.addresses.find(({ prefix }) => formatPrefix(prefix) === text)
  return { kind: 'unknown', place: own?.place ?? found?.place ?? NOWHERE }
}

const NOWHERE: Place = { file: '', line: 0, text: '' }

/** The entry of a list of rules or routes that a path leads into. */
function entryAt(body: Written, path: Path, origins: ReadonlyMap<Written, unknown>): Written | undefined {
  let value: Written | undefined = body
  for (const segment of path) {
    if (typeof value !== 'object') return undefined
    value = Array.isArray(value)
      ? (value[Number(segment)] as Written | undefined)
      : (value as WrittenMapping)[segment]
    if (value !== undefined && origins.has(value)) return value
  }
  return undefined
}

/** The same objects but for those on the way to a removed one, so that `origins` knows the others. */
function withoutEntries(value: Written, removed: ReadonlyMap<Written, unknown>): Written {
  if (Array.isArray(value)) {
    const kept = value.filter((one: Written) => !removed.has(one))
    return kept.length === value.length ? value : kept
  }
  if (typeof value !== 'object') return value
  const entries = Object.entries(value as WrittenMapping).map(([key, one]) => {
    const rest = one === undefined ? undefined : withoutEntries(one, removed)
    return [key, Array.isArray(rest) && rest.length === 0 && rest !== one ? undefined : rest] as const
  })
  const isSame = entries.every(([key, one]) => one === (value as WrittenMapping)[key])
  return isSame ? value : Object.fromEntries(entries)
}

/** The source without what is reported as a problem: it is no difference as well. */
export function withoutRemoved(source: SourcePlan, problems: Reduced['problems']): SourcePlan {
  const removed = new Set(problems.flatMap(({ origins }) => origins))
  const addresses = new Set(
    problems.flatMap(({ address }) => (address ? [`${address.link} ${address.text}`] : [])),
  )
  if (removed.size + addresses.size === 0) return source
  const { state } = source.plan
  const isKept = ({ origin }: { readonly origin: Origin }): boolean => !removed.has(origin)
  return {
    ...source,
    plan: {
      ...source.plan,
      state: {
        ...state,
        links: state.links.map((link) => ({
          ...link,
          addresses: link.addresses.filter(
            (prefix) => !addresses.has(`${link.name} ${formatPrefix(prefix)}`),
          ),
        })),
        rules: state.rules.filter(isKept),
        sysctls: state.sysctls.filter(isKept),
        routes: state.routes.flatMap((route) =>
          isKept(route) ? [route] : isDefaultOfVrf(route, source) ? [asFallback(route)] : [],
        ),
      },
    },
  }
}

const isDefaultOfVrf = ({ table, dst }: Route, { plan }: SourcePlan): boolean =>
  dst.length === 0 && vrfOfTable(table, plan) !== undefined

/** It keeps packets from the rules behind that of the VRF, as the reject route of the description does. */
const asFallback = (route: Route): Route => ({
  ...route,
  type: 'unreachable',
  nexthops: [],
  metric: REJECT_METRIC,
})
