// Command lines that change routing: ip(8), and the older route, ifconfig, vconfig, brctl, ifenslave and sysctl.
import type { Family } from '../../kernel/family.js'
import { families } from '../../kernel/family.js'
import type { Collector } from '../collector.js'
import type { CommandDefaults, CommandItem } from './command-item.js'
import { flushAddresses, readAddressCommand } from './ip/address.js'
import { foreignLink, readLinkCommand } from './ip/link.js'
import { flushRoutes, readRouteCommand } from './ip/route.js'
import { flushMatchingRules, flushRules, readRuleCommand } from './ip/rule.js'
import { oldCommands } from './old-commands.js'
import { expand } from './words.js'

export type { CommandDefaults, CommandItem }

/** Adds what a command, split into words, does. False if it is none of these commands: the caller reports it. */
export function readIpCommand(
  words: readonly string[],
  item: CommandItem,
  collector: Collector,
  defaults: CommandDefaults = {},
): boolean {
  const [program = '', ...args] = withoutPrefix(words)
  const name = baseName(program)
  if (name === 'ip') readIp(args, item, collector, defaults)
  else if (Object.hasOwn(oldCommands, name)) oldCommands[name]?.(args, item, collector, defaults)
  else return false
  return true
}

const baseName = (program: string): string => program.slice(program.lastIndexOf('/') + 1)

/** Whether a program is one of these. */
export const isIpCommand = (program: string): boolean =>
  baseName(program) === 'ip' || Object.hasOwn(oldCommands, baseName(program))

/** Commands that run another one and change nothing of it. */
export function withoutPrefix(words: readonly string[]): readonly string[] {
  const [first = '', ...rest] = words
  const name = baseName(first)
  if (!/^(?:sudo|env|command|exec|builtin|nohup|busybox|doas)$/.test(name)) return words
  // `sudo -n`; options with values are not known, and the command behind them is none of ours.
  return withoutPrefix(rest.slice(rest.findIndex((word) => !word.startsWith('-'))))
}

/** Objects of ip(8) in the order in which it compares them, so that abbreviations mean the same. */
const objects = [
  ...['address', 'addrlabel', 'maddress', 'route', 'rule', 'neighbor', 'neighbour', 'ntable', 'ntbl'],
  ...['link', 'l2tp', 'fou', 'ila', 'macsec', 'tunnel', 'tunl', 'tuntap', 'tap', 'token', 'tcpmetrics'],
  ...['tcp_metrics', 'monitor', 'xfrm', 'mroute', 'mrule', 'netns', 'netconf', 'vrf', 'sr', 'nexthop'],
  ...['mptcp', 'ioam', 'help', 'stats'],
]

/** Verbs of each object, in its order. Those that nobody needs here are not distinguished. */
const verbs: Readonly<Record<string, readonly string[]>> = {
  route: [
    'add',
    'change',
    'chg',
    'replace',
    'prepend',
    'append',
    'test',
    'delete',
    'list',
    'show',
    'lst',
    'get',
    'flush',
    'save',
    'restore',
    'showdump',
    'help',
  ],
  rule: ['list', 'lst', 'show', 'save', 'restore', 'add', 'delete', 'flush', 'help'],
  address: [
    'add',
    'change',
    'chg',
    'replace',
    'delete',
    'list',
    'show',
    'lst',
    'flush',
    'save',
    'showdump',
    'restore',
    'help',
  ],
  link: [
    'add',
    'set',
    'change',
    'replace',
    'delete',
    'show',
    'lst',
    'list',
    'xstats',
    'afstats',
    'property',
    'help',
  ],
}

const SHOWS = /^(?:list|lst|show|get|save|showdump|test|xstats|afstats|help)$/

function readIp(
  args: readonly string[],
  item: CommandItem,
  collector: Collector,
  defaults: CommandDefaults,
): void {
  const { place } = item
  const [family, rest, problem] = readOptions(args)
  if (problem !== undefined) return collector.unknown(place, problem)
  const [object = 'help', verbWord, ...values] = rest
  const full = expand(object, objects)
  if (full === undefined) return collector.unknown(place, `ip has no object \`${object}\``)
  const known = verbs[full]
  if (known === undefined) return readOther(full, verbWord, values, item, collector)
  const verb = verbWord === undefined ? 'show' : expand(verbWord, known)
  if (verb === undefined) return collector.unknown(place, `ip has no command \`${full} ${verbWord ?? ''}\``)
  if (SHOWS.test(verb)) return collector.withoutEffect(place, 'the command shows what is there')
  if (verb === 'restore' || verb === 'property')
    return collector.unknown(place, `\`ip ${full} ${verb}\` has no counterpart`)
  if (full === 'rule') {
    if (verb !== 'flush')
      readRuleCommand(verb === 'add' ? 'add' : 'del', values, family ?? 'inet', item, collector)
    else if (values.length > 0) flushMatchingRules(values, family ?? 'inet', item, collector)
    // Without a family, `ip rule flush` is for IPv4 (iprule_list_flush_or_save).
    else flushRules([family ?? 'inet'], item, collector)
  } else if (full === 'route') {
    if (verb === 'flush') flushRoutes(values, family, item, collector)
    else readRouteCommand(routeVerbs[verb] ?? 'add', values, family, item, collector, defaults)
  } else if (full === 'address') {
    if (verb === 'flush') flushAddresses(values, family, item, collector)
    else readAddressCommand(verb === 'delete' ? 'del' : 'add', values, family, item, collector, defaults)
  } else readLinkCommand(linkVerbs[verb] ?? 'set', values, item, collector)
}

const routeVerbs: Readonly<Record<string, 'append' | 'replace' | 'change' | 'del'>> = {
  change: 'change',
  chg: 'change',
  replace: 'replace',
  append: 'append',
  prepend: 'append',
  delete: 'del',
}

const linkVerbs: Readonly<Record<string, 'add' | 'del'>> = { add: 'add', replace: 'add', delete: 'del' }

/** Whether ip refuses the arguments for a word that it does not know: a misspelt object or verb. */
export function isRefusedByIp(args: readonly string[]): boolean {
  const [, [object = 'help', verb], problem] = readOptions(args)
  if (problem !== undefined) return false
  const full = expand(object, objects)
  const known = full === undefined ? [] : verbs[full]
  return known !== undefined && expand(verb ?? 'show', known) === undefined
}

/** Options before the object, where most may be abbreviated. */
function readOptions(
  args: readonly string[],
): readonly [family: Family | undefined, rest: readonly string[], problem?: string] {
  let family: Family | undefined
  let index = 0
  for (; index < args.length; index++) {
    const option = (args[index] ?? '').replace(/^--/, '-')
    if (!option.startsWith('-')) break
    if (option === '-') break
    if (option === '-4') family = 'inet'
    else if (option === '-6') family = 'inet6'
    else if (option === '-0' || option === '-B' || option === '-M')
      return [family, [], `\`ip ${option}\` has no counterpart`]
    else if (option !== '-' && '-family'.startsWith(option)) {
      const word = args[++index]
      family = families.find((each) => each === word)
      if (family === undefined) return [family, [], `\`ip -family ${word ?? ''}\` has no counterpart`]
    } else if ('-loops'.startsWith(option) || '-rcvbuf'.startsWith(option)) index++
    else if ('-batch'.startsWith(option))
      return [family, [], 'the commands of `ip -batch` are in another file']
    else if ('-netns'.startsWith(option) && option.length > 1)
      return [family, [], 'commands in another network namespace have no counterpart']
  }
  return [family, args.slice(index)]
}

/** Objects without a counterpart. */
function readOther(
  object: string,
  verb: string | undefined,
  values: readonly string[],
  item: CommandItem,
  collector: Collector,
): void {
  const { place } = item
  const isShown =
    verb === undefined || /^(?:l|li|lis|list|lst|s|sh|sho|show|help|get|identify|pids)$/.test(verb)
  if (/^(?:monitor|netconf|stats|help|maddress|tcp_?metrics)$/.test(object) || isShown)
    return collector.withoutEffect(place, 'the command routes no packet')
  const created = values[values[0] === 'name' || values[0] === 'dev' ? 1 : 0]
  if (
    (object === 'tunnel' || object === 'tunl' || object === 'tuntap' || object === 'tap') &&
    created !== undefined
  ) {
    const name = values[values.findIndex((word) => word === 'name' || word === 'dev') + 1]
    if ('add'.startsWith(verb)) return foreignLink(name ?? created, object, item, collector)
    return collector.withoutEffect(place, 'it changes a tunnel that multihome does not create')
  }
  collector.unknown(place, `\`ip ${object}\` has no counterpart`)
}
