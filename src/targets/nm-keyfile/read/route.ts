// Reader for `routeN` and `routeN_options` of a keyfile.
import type { Collector } from '../../../found/collector.js'
import type { FoundLink, FoundRoute } from '../../../found/found.js'
import { isUnspecified, parseAddress } from '../../../kernel/address.js'
import { familyName, type Family } from '../../../kernel/family.js'
import type { LinkName } from '../../../kernel/link.js'
import { networkOf, type Prefix } from '../../../kernel/prefix.js'
import { isRejectType, routeTypes, type RouteType, type Scope } from '../../../kernel/route-type.js'
import { MAX_TABLE } from '../../../kernel/table.js'
import { ipKeys, routeOptions, scopeNumbers } from '../../shared/networkmanager/keys.js'
import {
  addDirectRoute,
  fieldsOf,
  prefixOf,
  type IpSettings,
} from '../../shared/networkmanager/read/addresses.js'
import type { KeyEntry, NumberedEntry } from '../../shared/networkmanager/read/keyfile.js'
import { OPTIONS_SUFFIX } from '../route.js'

type Options = ReadonlyMap<string, string>

/** Attributes that choose no route. */
const QUIET = /^(?:window|cwnd|initcwnd|initrwnd|rto_min|quickack|advmss|lock-.*)$/

/** The routes of a family of a profile; each names its link. A weight stays where routes of several profiles may be joined. */
export function readRoutes(
  settings: IpSettings,
  link: FoundLink,
  name: LinkName,
  collector: Collector,
): readonly FoundRoute[] {
  const { section, method } = settings
  const entries = section?.takeNumbered(ipKeys.route, 'routes') ?? []
  const routes = entries.flatMap((entry) => {
    const options = section?.take(`${entry.key}${OPTIONS_SUFFIX}`)
    if (method === 'disabled') {
      collector.withoutEffect(entry.place, '`method=disabled` has no routes')
      return []
    }
    return routeOf(entry, options, settings, name, collector) ?? []
  })
  const networks = routes.flatMap(({ dst, nexthops: [hop] }): readonly Prefix[] =>
    hop !== undefined && hop.via === undefined ? [dst] : [],
  )
  for (const { place, family, table, metric = 0, nexthops } of routes)
    for (const { via, onlink } of nexthops)
      if (via !== undefined && onlink !== true)
        addDirectRoute(via, { family, table, metric }, link, name, { place }, collector, networks)
  return routes
}

/** nm-keyfile.c, build_route(), and nm_ip_route_attribute_validate(). */
function routeOf(
  entry: NumberedEntry,
  optionsEntry: KeyEntry | undefined,
  settings: IpSettings,
  dev: LinkName,
  collector: Collector,
): FoundRoute | undefined {
  const { unknown } = collector
  const { family } = settings
  const { place, comment, value } = entry
  const [text = '', length = '', hopText = '', metricText = '', ...garbage] = fieldsOf(value)
  // An old writer wrote `::/0,100` for a metric without a next hop (GNOME bug 719851).
  const isOldMetric = family === 'inet6' && metricText === '' && /^\d+$/.test(hopText)
  const via = isOldMetric || hopText === '' ? undefined : parseAddress(hopText)
  const written = isOldMetric ? hopText : metricText
  const metric = written === '' ? settings.metric : /^\d{1,10}$/.test(written) ? Number(written) : Number.NaN
  const prefix = prefixOf(family, text, length, family === 'inet' ? 24 : 128)
  const isHopInvalid = !isOldMetric && hopText !== '' && via?.family !== family
  if (prefix === undefined || garbage.length > 0 || isHopInvalid || !(metric <= 0xffffffff)) {
    unknown(place, `NetworkManager reads no ${familyName(family)} route here, and ignores the line`)
    return undefined
  }
  const options = optionsOf(optionsEntry)
  const read = readOptions(options, optionsEntry, settings, collector)
  const { type = 'unicast', table = settings.table } = read
  const hop = via === undefined || isUnspecified(via) ? undefined : via
  const isRejecting = isRejectType(type)
  if (isRejecting && hop !== undefined) {
    unknown(place, 'NetworkManager refuses a next hop of a route that rejects')
    return undefined
  }
  // _ip_route_scope_inv_get_normalized(). `global` is the kernel's own default.
  const standard: Scope = type === 'local' ? 'host' : hop === undefined ? 'link' : 'global'
  const scope = read.scope ?? standard
  return {
    ...{ place, family, type, table, dst: networkOf(prefix) },
    ...(comment === undefined ? {} : { comment }),
    ...(isKernelDefault(family, metric) ? {} : { metric }),
    ...(read.prefsrc === undefined ? {} : { prefsrc: read.prefsrc }),
    ...(family === 'inet6' || scope === 'global' ? {} : { scope }),
    ...(read.mtu === undefined ? {} : { mtu: read.mtu }),
    nexthops: isRejecting
      ? []
      : [
          {
            ...(hop === undefined ? {} : { via: hop }),
            dev,
            ...(read.onlink === true ? { onlink: true } : {}),
            ...(read.weight === undefined ? {} : { weight: read.weight }),
          },
        ],
  }
}

/** 0, which IPv6 takes as IP6_RT_PRIO_USER. */
const isKernelDefault = (family: Family, metric: number): boolean =>
  metric === 0 || (family === 'inet6' && metric === 1024)

const optionsOf = (entry: KeyEntry | undefined): Options =>
  new Map(
    (entry?.value ?? '')
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== '')
      .map((one): readonly [string, string] => {
        const [key = '', ...value] = one.split('=')
        return [key.trim(), value.join('=').trim()]
      }),
  )

interface ReadOptions extends Pick<Partial<FoundRoute>, 'table' | 'scope' | 'prefsrc' | 'mtu'> {
  readonly type?: RouteType
  readonly onlink?: boolean
  readonly weight?: number
}

function readOptions(
  options: Options,
  entry: KeyEntry | undefined,
  { family }: IpSettings,
  { unknown, withoutEffect }: Collector,
): ReadOptions {
  if (entry === undefined) return {}
  const bad = (key: string, why = 'NetworkManager ignores it'): undefined => {
    unknown(entry.place, `\`${key}=${options.get(key) ?? ''}\` is not valid: ${why}`)
    return undefined
  }
  const number = (key: string, min: number, max: number): number | undefined => {
    const text = options.get(key)
    if (text === undefined) return undefined
    const value = /^(?:0x[\da-f]+|\d+)$/i.test(text) ? Number(text) : Number.NaN
    return value >= min && value <= max ? value : bad(key)
  }
  const known = new Set<string>(Object.values(routeOptions))
  for (const key of options.keys())
    if (QUIET.test(key))
      withoutEffect(entry.place, `\`${key}\` of the route is for TCP, and chooses no route`)
    else if (!known.has(key)) unknown(entry.place, `a description has no \`${key}\` of a route`)
  const scopeNumber = number(routeOptions.scope, 0, 255)
  const scope = (Object.keys(scopeNumbers) as readonly Scope[]).find(
    (one) => scopeNumbers[one] === scopeNumber,
  )
  if (scopeNumber !== undefined && scope === undefined)
    bad(routeOptions.scope, `a description has ${Object.keys(scopeNumbers).join(', ')}`)
  const typeText = options.get(routeOptions.type)
  const type = routeTypes.find((one) => one === typeText)
  if (typeText !== undefined && type === undefined) bad(routeOptions.type)
  const source = options.get(routeOptions.prefsrc)
  const prefsrc = source === undefined ? undefined : parseAddress(source)
  if (source !== undefined && prefsrc?.family !== family) bad(routeOptions.prefsrc)
  const onlink = options.get(routeOptions.onlink)
  if (onlink !== undefined && !/^(?:true|false|yes|no|on|off|1|0)$/i.test(onlink)) bad(routeOptions.onlink)
  const weight = number(routeOptions.weight, 0, 256)
  if (weight !== undefined && weight > 0 && family === 'inet6')
    bad(routeOptions.weight, 'NetworkManager has weights for IPv4 alone')
  const mtu = number(routeOptions.mtu, 0, 0xffffffff)
  return {
    table: number(routeOptions.table, 1, MAX_TABLE),
    ...(type === undefined ? {} : { type }),
    scope,
    ...(prefsrc?.family === family ? { prefsrc } : {}),
    ...(mtu === undefined || mtu === 0 ? {} : { mtu }),
    onlink: onlink !== undefined && /^(?:true|yes|on|1)$/i.test(onlink),
    ...(weight === undefined || weight === 0 || family === 'inet6' ? {} : { weight }),
  }
}

/** Routes with weights to one destination are one route of all their links (nm-netns.c, ECMP tracking). */
export function joinWeighted(routes: readonly FoundRoute[]): readonly FoundRoute[] {
  const joined = new Map<string, FoundRoute>()
  routes.forEach((route, index) => {
    const { family, type, dst, table, metric, prefsrc, scope, mtu, nexthops } = route
    const isWeighted = nexthops[0]?.weight !== undefined
    const key = isWeighted
      ? [family, type, dst.address.text, dst.length, table, metric, prefsrc?.text, scope, mtu].join(' ')
      : String(index)
    const known = joined.get(key)
    joined.set(key, known === undefined ? route : { ...known, nexthops: [...known.nexthops, ...nexthops] })
  })
  return [...joined.values()].map((route) => (route.nexthops.length > 1 ? route : withoutWeight(route)))
}

/** Of a single next hop. */
const withoutWeight = (route: FoundRoute): FoundRoute => ({
  ...route,
  nexthops: route.nexthops.map((hop) => ({ ...hop, weight: undefined })),
})
