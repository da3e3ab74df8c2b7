// Routes and rules of ifcfg's own files: `route-eth0`, `route6-eth0`, `rule-eth0`, `rule6-eth0`, and static-routes.
import type { Collector } from '../../found/collector.js'
import type { Place } from '../../found/found.js'
import { readIpCommand } from '../../found/commands/command.js'
import { linesOf, type SourceLine } from '../../found/reader.js'
import { isUnspecified, parseAddress } from '../../kernel/address.js'
import { familyFlag, type Family } from '../../kernel/family.js'
import type { LinkName } from '../../kernel/link.js'
import { networkOf } from '../../kernel/prefix.js'
import { RT_TABLE_MAIN } from '../../kernel/table.js'
import { joinComment } from '../../syntax/comment-lines.js'
import { maskLength } from '../../syntax/netmask.js'
import { readRule } from '../../targets/nm-keyfile/read/rule.js'
import type { FamilySettings } from './addresses.js'
import { fileOwners, hasRuleFile, SCRIPTS, type Context } from './profile.js'
import { integerOf, readVariables } from './variables.js'

const families = { inet: '', inet6: '6' } as const

export function readLinkRoutes(
  context: Context,
  dev: LinkName,
  settings: Readonly<Record<Family, FamilySettings>>,
): void {
  const { profile, names, files, collector } = context
  const owners = fileOwners(profile)
  const runsIp = profile.isLegacy || hasRuleFile(context)
  for (const [family, suffix] of Object.entries(families) as readonly [Family, string][])
    for (const owner of owners) {
      const routes = `route${suffix}-${owner}`
      const rules = `rule${suffix}-${owner}`
      if (names.has(routes))
        readRouteFile(`${SCRIPTS}/${routes}`, context, dev, family, runsIp ? undefined : settings[family])
      if (names.has(rules))
        for (const line of commandLines(`${SCRIPTS}/${rules}`, files.get(`${SCRIPTS}/${rules}`) ?? ''))
          readIpCommand(['ip', familyFlag(family), 'rule', 'add', ...line.words], line, collector)
    }
  readInlineRules(context)
}

interface CommandLine {
  readonly words: readonly string[]
  readonly place: Place
  readonly comment?: string
}

/** Lines of arguments of ip(8), each with the comment above it. The shell reads them with `read line`, without quotes. */
function commandLines(file: string, text: string): readonly CommandLine[] {
  const lines: CommandLine[] = []
  let above: string[] = []
  for (const line of linesOf(file, text)) {
    if (line.text.startsWith('#')) above.push(line.text.replace(/^#+\s*/, ''))
    else if (line.text === '') above = []
    else {
      const comment = joinComment(above)
      lines.push({
        words: line.text.split(/\s+/),
        place: placeOf(line),
        ...(comment === undefined ? {} : { comment }),
      })
      above = []
    }
  }
  return lines
}

const placeOf = ({ file, line, text }: SourceLine): Place => ({ file, line, text })

/** `settings`: of NetworkManager, which adds its own metric; undefined where ip(8) runs. */
function readRouteFile(
  file: string,
  context: Context,
  dev: LinkName,
  family: Family,
  settings: FamilySettings | undefined,
): void {
  const { files, collector } = context
  const text = files.get(file) ?? ''
  // utils_has_route_file_new_syntax()
  if (family === 'inet' && /^[ \t]*ADDRESS\d+=/m.test(text)) {
    readAddressedRoutes(file, text, dev, settings, collector)
    return
  }
  const own: Collector =
    settings === undefined
      ? collector
      : {
          ...collector,
          route: (route) =>
            collector.route({
              ...route,
              metric: route.metric ?? settings.metric,
              table: route.table === RT_TABLE_MAIN ? settings.table : route.table,
              nexthops: route.nexthops.map((hop) => ({ ...hop, dev: hop.dev ?? dev })),
            }),
        }
  for (const line of commandLines(file, text))
    readIpCommand(
      ['ip', familyFlag(family), 'route', 'add', ...line.words],
      line,
      own,
      settings === undefined ? {} : { link: dev },
    )
}

/** `ADDRESS0=`, `NETMASK0=`, `GATEWAY0=`, `METRIC0=`. */
function readAddressedRoutes(
  file: string,
  text: string,
  dev: LinkName,
  settings: FamilySettings | undefined,
  collector: Collector,
): void {
  const variables = readVariables(file, text, collector)
  for (const { value, suffix, place, comment } of variables.takeNumbered('ADDRESS')) {
    const mask = variables.take(`NETMASK${suffix}`) ?? variables.take(`PREFIX${suffix}`)
    const gateway = variables.take(`GATEWAY${suffix}`)
    const metric = integerOf(variables.take(`METRIC${suffix}`), 0, 0xffffffff, collector) ?? settings?.metric
    const address = parseAddress(value)
    const length = maskLength(mask?.value ?? '', 'inet')
    const via = gateway === undefined ? undefined : parseAddress(gateway.value)
    if (
      address?.family !== 'inet' ||
      length === undefined ||
      (gateway !== undefined && via?.family !== 'inet')
    ) {
      collector.unknown(place, 'a route needs an address, a netmask and, if it has one, a valid gateway')
      continue
    }
    const hop = via === undefined || isUnspecified(via) ? undefined : via
    collector.route({
      ...{ place, family: 'inet', type: 'unicast', dst: networkOf({ family: 'inet', address, length }) },
      ...(comment === undefined ? {} : { comment }),
      table: settings?.table ?? RT_TABLE_MAIN,
      ...(metric === undefined ? {} : { metric }),
      ...(hop === undefined ? { scope: 'link' } : {}),
      nexthops: [{ ...(hop === undefined ? {} : { via: hop }), dev }],
    })
  }
  for (const { place } of variables.rest()) collector.unknown(place, 'it belongs to no ADDRESS')
}

/** ROUTING_RULE_1 and ROUTING_RULE6_1 of NetworkManager: words as in keyfiles. */
function readInlineRules({ profile: { variables }, collector }: Context): void {
  for (const [family, suffix] of Object.entries(families) as readonly [Family, string][])
    for (const { value, place, comment } of variables.takeNumbered(`ROUTING_RULE${suffix}_`)) {
      const rule = readRule(value, family)
      if (rule.ok)
        collector.rule({ place, ...(comment === undefined ? {} : { comment }), family, ...rule.value })
      else collector.unknown(place, `NetworkManager ignores the rule: ${rule.problem}`)
    }
}

/** `any net 10.0.0.0 netmask 255.0.0.0 gw 192.0.2.1`, or with a device: arguments of route(8). */
export function readStaticRoutes(file: string, text: string, isLegacy: boolean, collector: Collector): void {
  for (const line of commandLines(file, text)) {
    const [device = '', kind = '', ...words] = line.words
    const dev = device === 'any' ? [] : [device]
    if (!isLegacy)
      collector.unknown(line.place, 'network-scripts read this file, and NetworkManager does not')
    else if (!readIpCommand(['route', 'add', `-${kind}`, ...words, ...dev], line, collector))
      collector.unknown(line.place, 'it is no route')
  }
}
