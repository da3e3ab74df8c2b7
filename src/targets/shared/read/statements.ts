// Reader of the data of our programs: plan.conf, tracker.conf, leases.conf, and the here-document of the dispatcher.
import { families, familyFlag, type Family } from '../../../kernel/family.js'
import { isLinkName, type LinkName } from '../../../kernel/link.js'
import { linkOfSysctl, parseSysctlKey } from '../../../kernel/sysctl.js'
import { RT_TABLE_MAIN, type TableId } from '../../../kernel/table.js'
import type { Collector } from '../../../found/collector.js'
import type { FoundLeaseRoutes } from '../../../found/found.js'
import { readIpCommand, type CommandItem } from '../../../found/commands/command.js'
import { managedLink } from '../../../found/commands/ip/link.js'
import { parseNumber } from '../../../found/commands/values.js'
import { ownComment } from '../../../found/own-comments.js'
import { linesOf } from '../../../found/reader.js'
import { addSysctl } from '../../../found/sysctl.js'
import { createWords, type Words } from '../../../found/commands/words.js'
import type { DynamicReplyRule } from '../../../plan/plan.js'
import { statementKinds } from '../statements.js'

/** Adds what the statements say. A comment counts for the lines below it, up to an empty one. */
export function readStatements(text: string, file: string, collector: Collector, firstLine = 1): void {
  let comments: string[] = []
  for (const { text: line, line: index, raw } of linesOf(file, text)) {
    if (line === '') comments = []
    else if (line.startsWith('#')) comments.push(line.slice(1).trim())
    else {
      const place = { file, line: index + firstLine - 1, text: raw.trim() }
      const comment = ownComment(comments.join(' '))
      readStatement(line.split(/\s+/), { place, ...(comment === undefined ? {} : { comment }) }, collector)
    }
  }
}

function readStatement(words: readonly string[], item: CommandItem, collector: Collector): void {
  const { place } = item
  const [kind = '', ...args] = words
  const [first = ''] = args
  const ip = (...command: string[]): void => void readIpCommand(['ip', ...command], item, collector)
  switch (statementKinds.find((each) => each === kind)) {
    case 'sysctl':
      addSysctl(first, args.slice(1).join(' '), item, collector)
      return readRouterAdvertisement(first, args[1] ?? '', item, collector)
    case 'create':
      return ip('link', 'add', 'name', ...args)
    case 'link': {
      const link = managedLink(first, item, collector)
      if (link !== undefined && item.comment !== undefined) link.comment ??= item.comment
      if (args.length > 1) ip('link', 'set', 'dev', ...args)
      return
    }
    case 'primary':
      return ip('link', 'set', 'dev', args[2] ?? '', 'type', 'bond', 'primary', first)
    case 'external':
      collector.link(first, place)
      return
    case 'address':
    case 'route':
    case 'rule':
      return ip(first, kind, 'add', ...args.slice(1))
    case 'static':
      return collector.withoutEffect(place, 'it repeats an address')
    case 'lease':
      return first === 'dev' ? readClients(args, item, collector) : readLease(args, item, collector)
    case 'multipath':
      return readMultipath(args, item, collector)
    case undefined:
      collector.unknown(place, `\`${kind}\` is no statement of our programs`)
  }
}

const familyOf = (flag: string): Family | undefined => families.find((family) => familyFlag(family) === flag)
const linkOf = (text: string): LinkName | undefined => (isLinkName(text) ? text : undefined)

/** The kernel handles router advertisements where plan.conf sets the sysctls of a link. */
function readRouterAdvertisement(
  text: string,
  value: string,
  { place }: CommandItem,
  collector: Collector,
): void {
  const key = parseSysctlKey(text)
  const name = key[1] === 'ipv6' ? linkOfSysctl(key) : undefined
  const setting = key.at(-1)
  if (name === undefined || !isLinkName(name)) return
  if (setting !== 'accept_ra' && setting !== 'accept_ra_defrtr' && setting !== 'ra_defrtr_metric') return
  const link = collector.link(name, place)
  if (link === undefined) return
  const routes = link.leases.inet6 ?? { isDefault: true, metric: 1024, table: RT_TABLE_MAIN }
  if (setting === 'accept_ra') link.acceptRa = value !== '0'
  else if (setting === 'accept_ra_defrtr') link.leases.inet6 = { ...routes, isDefault: value !== '0' }
  else link.leases.inet6 = { ...routes, metric: Number(value) }
}

/** `lease -4 dev wan1 table 102 default main routes from 19000` of tracker.conf. */
function readLease(args: readonly string[], item: CommandItem, collector: Collector): void {
  const words = createWords(args)
  const family = words.value('lease', familyOf)
  words.next()
  const link = words.value('dev', linkOf)
  words.next()
  const table = words.value('table', parseNumber)
  words.next()
  const target = words.value('default', (text) => installations.find((each) => each === text))
  const leaseRoutes = words.peek() === 'routes' && words.next() !== undefined
  const replies: DynamicReplyRule[] = []
  for (let word = words.next(); word !== undefined; word = words.next()) {
    const pref = words.value(word, parseNumber)
    if (word !== 'from' && word !== 'to') words.fail(`\`${word}\` is no word of \`lease\``)
    else if (pref !== undefined) replies.push({ word, pref })
  }
  if (words.problem !== undefined || family === undefined || link === undefined || table === undefined)
    return collector.unknown(item.place, words.problem ?? '')
  collector.dynamicTable({
    ...item,
    table: {
      link,
      table,
      families: [family],
      routers: target === 'none' ? [] : [family],
      installedIn: target === 'table' ? 'table' : 'main',
      ...(leaseRoutes ? { leaseRoutes: true } : {}),
      replies,
    },
  })
}

const installations = ['main', 'table', 'none'] as const

/** `multipath -4 metric 100 nexthop dev wan0 weight 3 nexthop …` of tracker.conf. */
function readMultipath(args: readonly string[], item: CommandItem, collector: Collector): void {
  const words = createWords(args)
  const family = words.value('multipath', familyOf)
  words.next()
  const metric = words.value('metric', parseNumber)
  const hops: { dev: LinkName; weight: number }[] = []
  while (words.next() === 'nexthop') {
    words.next()
    const dev = words.value('dev', linkOf)
    words.next()
    const weight = words.value('weight', parseNumber)
    if (dev !== undefined && weight !== undefined) hops.push({ dev, weight })
  }
  if (words.problem !== undefined || family === undefined || metric === undefined)
    return collector.unknown(item.place, words.problem ?? '')
  collector.dynamicMultipath({ ...item, multipath: { family, metric, hops } })
}

/** `lease dev wan1 clients -4 -6 default main metric 200 routes timeout 10` of leases.conf. */
function readClients(args: readonly string[], item: CommandItem, collector: Collector): void {
  const words = createWords(args.slice(1))
  const link = managedLink(words.value('dev', String) ?? '', item, collector)
  if (link === undefined) return
  if (item.comment !== undefined) link.comment ??= item.comment
  let routes: FoundLeaseRoutes = { isDefault: false, metric: 0, table: RT_TABLE_MAIN }
  for (let word = words.next(); word !== undefined; word = words.next())
    if (word === '-4') link.dhcp4 = true
    else if (word === '-6') link.dhcp6 = true
    else if (word === 'default') routes = readDefault(words)
    else if (word === 'timeout') words.value(word, parseNumber)
    else if (word !== 'clients' && word !== 'routes') words.fail(`\`${word}\` is no word of \`lease\``)
  if (words.problem !== undefined) collector.unknown(item.place, words.problem)
  if (link.dhcp4 === true) link.leases.inet = routes
}

function readDefault(words: Words): FoundLeaseRoutes {
  const target = words.next()
  const isDefault = target !== 'none'
  let table: TableId = RT_TABLE_MAIN
  let metric = 0
  if (target === 'table') table = words.value(target, parseNumber) ?? table
  if (words.peek() === 'metric') {
    words.next()
    metric = words.value('metric', parseNumber) ?? metric
  }
  return { isDefault, metric, table }
}
