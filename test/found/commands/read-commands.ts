// Reads commands with a collector, and formats what was found as lines, for tests.
import { createCollector, type Collector } from '../../../src/found/collector.js'
import type { Found, FoundNexthop } from '../../../src/found/found.js'
import { readIpCommand } from '../../../src/found/commands/command.js'
import { familyFlag } from '../../../src/kernel/family.js'
import { formatPrefix } from '../../../src/kernel/prefix.js'
import { selectorTokens } from '../../../src/kernel/selectors.js'
import { formatSysctlKey } from '../../../src/kernel/sysctl.js'
import { actionTokens, virtualLinkTokens } from '../../../src/syntax/iproute2.js'

export function readCommands(lines: readonly string[], collector: Collector = createCollector()): Found {
  for (const [index, text] of lines.entries())
    readIpCommand(text.split(' '), { place: { file: 'file', line: index + 1, text } }, collector)
  return collector.found()
}

const hop = ({ via, dev, weight, onlink }: FoundNexthop): string =>
  [
    ...(via === undefined ? [] : [`via ${via.text}`]),
    ...(dev === undefined ? [] : [`dev ${dev}`]),
    ...(weight === undefined ? [] : [`weight ${weight}`]),
    ...(onlink === true ? ['onlink'] : []),
  ].join(' ')

/** One line for each item: `rule -4 pref 100 from 192.0.2.1 lookup 101`. Problems are `line 3: unknown: why`. */
export function foundLines(found: Found): readonly string[] {
  const optional = (name: string, value: string | number | undefined): readonly string[] =>
    value === undefined ? [] : [`${name} ${value}`]
  return [
    ...found.links.flatMap(({ name, managed, addresses, mtu, mac, virtual, dhcp4 }) => [
      [
        `link ${name}`,
        ...(managed ? [] : ['unmanaged']),
        ...optional('mtu', mtu),
        ...optional('mac', mac),
        ...(dhcp4 === true ? ['dhcp4'] : []),
        ...(virtual === undefined ? [] : virtualLinkTokens(virtual)),
        ...(virtual === undefined || virtual.kind === 'vlan' ? [] : [`of ${virtual.links.join(',')}`]),
      ].join(' '),
      ...addresses.map(({ prefix }) => `address ${formatPrefix(prefix)} dev ${name}`),
    ]),
    ...found.routes.map(({ family, type, dst, table, metric, prefsrc, scope, mtu, nexthops }) =>
      [
        `route ${familyFlag(family)}`,
        ...(type === 'unicast' ? [] : [type]),
        formatPrefix(dst),
        ...nexthops.map((each) => (nexthops.length > 1 ? `nexthop ${hop(each)}` : hop(each))),
        ...optional('scope', scope),
        ...optional('src', prefsrc?.text),
        ...optional('table', table === 254 ? undefined : table),
        ...optional('metric', metric),
        ...optional('mtu', mtu),
      ].join(' '),
    ),
    ...found.rules.map(({ family, pref, selector, action }) =>
      [
        `rule ${familyFlag(family)}`,
        ...optional('pref', pref),
        ...selectorTokens(selector),
        ...actionTokens(action),
      ].join(' '),
    ),
    ...found.tables.map(({ id, name }) => `table ${id} ${name}`),
    ...found.sysctls.map(({ key, value }) => `sysctl ${formatSysctlKey(key)} ${value}`),
    ...found.problems.map(({ place, why, kind }) => `line ${place.line}: ${kind}: ${why}`),
  ]
}
