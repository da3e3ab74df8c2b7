// What the readers make of a tree: its problems, lines without any influence, and answers to its packets.
import { createCollector } from '../../src/found/collector.js'
import type { Found, Place } from '../../src/found/found.js'
import type { InputFiles } from '../../src/found/reader.js'
import { importTree, type Imported } from '../../src/import/import.js'
import { readers } from '../../src/import/readers.js'
import { parseAddress } from '../../src/kernel/address.js'
import type { LinkName } from '../../src/kernel/link.js'
import { formatPrefix, hostPrefix } from '../../src/kernel/prefix.js'
import { createFib } from '../../src/lookup/fib.js'
import { lookupIn } from '../../src/lookup/lookup.js'
import { applyLeases, type LeaseData } from '../../src/plan/apply-leases.js'
import { effectiveMetric } from '../../src/plan/keys.js'
import type { Nexthop, Route, Rule } from '../../src/plan/plan.js'
import { formatAnswer, parsePacketTokens } from '../../src/syntax/route-get.js'
import type { Lease } from '../boot/lab/dhcp/lease.js'
import { routers4 } from '../boot/lab/dhcp/lease-routes.js'
import { isCard, type Tree } from './trees.js'

export function readFiles(files: InputFiles): Found {
  const collector = createCollector()
  for (const reader of readers) reader.read(files, collector)
  return collector.found()
}

const imports = new Map<InputFiles, Imported>()

/** An import takes a while, and several checks look at it. */
function imported({ files }: Tree): Imported {
  const known = imports.get(files) ?? importTree(files)
  imports.set(files, known)
  return known
}

/** Lines in the files, as `/etc/network/interfaces:12`. */
const placeText = ({ file, line }: Place): string => `${file}:${line}`

/** One line for each problem, of the readers and of the kernel. */
export function problemsOf(tree: Tree): readonly string[] {
  const { problems } = imported(tree)
  return problems.map(({ place, why, kind }) => `${placeText(place)} [${kind}] ${place.text}\n    ${why}`)
}

/** Without numbers of lines, which change when a line is removed. */
const contentOf = (found: Found): string =>
  JSON.stringify(found, (key, value: unknown) => {
    if (key === 'line') return undefined
    return typeof value === 'bigint' ? `${value}` : value
  })

/**
 * Lines that are neither blank nor comments and without which the readers find the same. They should be brackets, headers
 * and repetitions only.
 */
export function linesWithoutInfluence({ files }: Tree): readonly string[] {
  const whole = contentOf(readFiles(files))
  return [...files].flatMap(([path, text]) => {
    if (isCard(path)) return []
    if (!readers.some((reader) => reader.reads(path))) return [`${path} (no reader)`]
    const lines = text.split('\n')
    return lines.flatMap((line, index) => {
      if (/^\s*(?:[#;]|$)/.test(line)) return []
      const without = new Map(files).set(path, lines.toSpliced(index, 1).join('\n'))
      return contentOf(readFiles(without)) === whole ? [`${path}:${index + 1} ${line.trim()}`] : []
    })
  })
}

export interface Answers {
  /** Packets that the imported description answers otherwise than a person. */
  readonly others: readonly string[]
  /** The import names something that may be the reason. */
  readonly isReported: boolean
}

/** Answers of the description that is imported from the tree. */
export function answersOf(tree: Tree): Answers {
  const { leases, packets } = tree
  const { plan, diagnostics, problems, comparison } = imported(tree)
  const isReported =
    problems.some(({ kind }) => kind === 'unknown') ||
    (comparison?.differences ?? []).some(({ kind }) => kind === 'routes' || kind === 'rules')
  if (plan === undefined)
    return { isReported, others: diagnostics.map(({ message }) => `no description: ${message}`) }
  const data = [...leases].map(([link, given]) => [link as LinkName, leaseDataOf(given)] as const)
  const fib = createFib(applyLeases(plan, new Map(data)))
  const others = packets.flatMap(({ get, answer }) => {
    const packet = parsePacketTokens(get)
    const found = packet.ok ? formatAnswer(lookupIn(fib, packet.value)) : packet.problem
    return hops(found) === hops(answer) ? [] : [`${get}: ${found} (a person: ${answer})`]
  })
  return { others, isReported }
}

/** Ignores the order of next hops. */
const hops = (answer: string): string =>
  answer
    .replace(/^one of: /, '')
    .split(' | ')
    .sort()
    .join(' | ')

const leaseDataOf = ({ dhcp4, dhcp6 }: Lease): LeaseData => ({
  addresses: [
    ...(dhcp4 === undefined ? [] : [dhcp4.address]),
    ...(dhcp6 === undefined ? [] : [hostPrefix(dhcp6.address)]),
  ],
  routers: dhcp4 === undefined ? [] : routers4(dhcp4).flatMap((text) => parseAddress(text) ?? []),
})

/** State that only the kernel has, or only the plan of the source. Empty if nobody has recorded the kernel's. */
export function stateDifferences(tree: Tree): readonly string[] {
  const { stack, kernel: recorded } = tree
  if (recorded === undefined) return []
  // nm_manager_device_route_metric_reserve(): cards get 100, 101 … as they come up, which is a race.
  const sameMetric = (line: string): string =>
    stack.endsWith('NetworkManager') ? line.replace(/metric 10\d\b/, 'metric 100') : line
  // netifrc gives the number of the link, which the files do not have, to routes without a metric.
  const kernel = recorded.map((line) => sameMetric(line).replace('metric ifindex', 'metric 0'))
  const { links, routes, rules } = imported(tree).source.plan.state
  const source = [
    ...links.flatMap(({ name, addresses }) =>
      addresses.map((address) => `address ${formatPrefix(address)} dev ${name}`),
    ),
    ...routes.map((route) => sameMetric(routeText(route))),
    ...rules.map(ruleText),
  ]
  return [
    ...kernel.filter((line) => !source.includes(line)).map((line) => `kernel: ${line}`),
    ...source.filter((line) => !kernel.includes(line)).map((line) => `import: ${line}`),
  ]
}

const routeText = (route: Route): string =>
  [
    'route',
    ...(route.type === 'unicast' ? [] : [route.type]),
    `${formatPrefix(route.dst)} table ${route.table} metric ${effectiveMetric(route)}`,
    ...(route.prefsrc === undefined ? [] : [`src ${route.prefsrc.text}`]),
    ...route.nexthops.map((hop) => hopText(hop, route.nexthops.length > 1)),
  ].join(' ')

const hopText = ({ via, dev, weight }: Nexthop, hasWeight: boolean): string =>
  `${via === undefined ? '' : `via ${via.text} `}dev ${dev}${hasWeight ? ` weight ${weight ?? 1}` : ''}`

const ruleText = ({ family, pref, selector: { not = false, from, to, fwmark, iif }, action }: Rule): string =>
  [
    `rule${family === 'inet' ? '' : '6'} ${pref}`,
    ...(not ? ['not'] : []),
    ...(from === undefined ? [] : [`from ${formatPrefix(from)}`]),
    ...(to === undefined ? [] : [`to ${formatPrefix(to)}`]),
    ...(fwmark === undefined ? [] : [`fwmark 0x${fwmark.value.toString(16)}/0x${fwmark.mask.toString(16)}`]),
    ...(iif === undefined ? [] : [`iif ${iif}`]),
    ...(action.type === 'lookup' && action.suppressPrefixlength !== undefined
      ? [`suppress_prefixlength ${action.suppressPrefixlength}`]
      : []),
    action.type === 'lookup' ? `lookup ${action.table}` : action.type,
  ].join(' ')
