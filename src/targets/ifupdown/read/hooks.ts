// Commands of stanzas, and scripts of /etc/network/if-*.d.
import type { Collector } from '../../../found/collector.js'
import type { Place } from '../../../found/found.js'
import { MAX_REPEATED, readForEach } from '../../../found/shell/for-each-link.js'
import { readIpCommand } from '../../../found/commands/command.js'
import { isGenerated } from '../../../found/own-comments.js'
import { pathsOf, type InputFiles } from '../../../found/reader.js'
import { readScript } from '../../../found/shell/script.js'
import { RTPROT_MULTIHOME } from '../../../kernel/protocol.js'
import { optionKeys } from '../../../syntax/interfaces.js'
import { baseName, FOLDER, RUN_PARTS, type Option, type Stanza } from './stanzas.js'
import type { Options } from './options.js'

/** Commands that a stanza runs when its link comes up, in their order. */
export function readHooks(
  stanza: Stanza,
  options: Options,
  files: InputFiles,
  collector: Collector,
  isDone: (words: readonly string[]) => boolean,
): void {
  const up = [
    ...options.take(optionKeys.preUp).map((option) => ({ option, phase: 'pre-up' })),
    ...options.take('up', optionKeys.postUp).map((option) => ({ option, phase: 'post-up' })),
  ]
  const environment = environmentOf(stanza)
  for (const { option, phase } of up) {
    const line = lineOf(option, collector)
    readScript(option.value, option.place.file, line.collector, {
      firstLine: option.place.line,
      environment: { ...environment, PHASE: phase },
      files,
      ...commentOf(option),
      command: (words, item) =>
        isOwnProgram(words) ||
        isOwnFlush(words) ||
        isDone(words) ||
        // Tests in front of our commands let them run twice.
        (option.isOurs && readIpCommand(words, { ...item, ...commentOf(option) }, line.collector)),
    })
    line.end()
  }
  const undone = wordsOf(up.map(({ option }) => option.value))
  for (const { value, place } of options.take('down', optionKeys.preDown, optionKeys.postDown))
    if (isUndo(value, undone)) collector.withoutEffect(place, 'it undoes what a link coming up does')
    else collector.unknown(place, 'it does more than undo what a link coming up does')
}

const commentOf = ({ comment }: Option): { readonly comment?: string } =>
  comment === undefined ? {} : { comment }

/** /etc/multihome/leases.conf says what it does. */
const isOwnProgram = ([program = '']: readonly string[]): boolean => program.endsWith(`/${LEASE_PROGRAM}`)

/** What an earlier output has left goes before this one is installed. */
const isOwnFlush = (words: readonly string[]): boolean =>
  words.includes('flush') && words.join(' ').endsWith(`protocol ${RTPROT_MULTIHOME}`)

const LEASE_PROGRAM = 'multihome-lease'

/** ifupdown's execute.c, set_environ(). */
const environmentOf = ({ name, family, method, options }: Stanza): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(
    options
      .filter(({ key }) => !hookKeys.has(key))
      .map(({ key, value }) => [`IF_${key.toUpperCase().replace(/[^A-Z0-9]/g, '_')}`, value]),
  ),
  IFACE: name,
  LOGICAL: name,
  ADDRFAM: family ?? 'inet',
  METHOD: method,
  MODE: 'start',
})

const hookKeys: ReadonlySet<string> = new Set([
  optionKeys.preUp,
  'up',
  optionKeys.postUp,
  optionKeys.preDown,
  'down',
  optionKeys.postDown,
])

/**
 * Everything that a command adds has the line of the option, unless a script adds it. Whether parts of the line have no effect (`|| true`) matters
 * only if no other part has one.
 */
function lineOf(
  { place }: Option,
  collector: Collector,
): { readonly collector: Collector; readonly end: () => void } {
  let isEffective = false
  const idle = new Set<string>()
  const placeOf = (at: Place): Place => (at.file === place.file ? place : at)
  const effective = (): void => void (isEffective = true)
  return {
    collector: {
      ...collector,
      link: (name, at) => {
        effective()
        return collector.link(name, placeOf(at))
      },
      route: (route) => {
        effective()
        collector.route({ ...route, place: placeOf(route.place) })
      },
      rule: (rule) => {
        effective()
        collector.rule({ ...rule, place: placeOf(rule.place) })
      },
      sysctl: (sysctl) => {
        effective()
        collector.sysctl({ ...sysctl, place: placeOf(sysctl.place) })
      },
      unknown: (at, why) => {
        effective()
        collector.unknown(placeOf(at), why)
      },
      withoutEffect: (at, why) => {
        if (placeOf(at) === place) idle.add(why)
        else collector.withoutEffect(at, why)
      },
    },
    end: () => {
      const [why] = idle
      if (!isEffective && why !== undefined) collector.withoutEffect(place, why)
    },
  }
}

const splitWords = (command: string): readonly string[] =>
  command.split(/[\s;&|(){}"']+/).filter((word) => word !== '')

const wordsOf = (commands: readonly string[]): ReadonlySet<string> => new Set(commands.flatMap(splitWords))

const UNDO =
  /^(?:del|delete|flush|down|nomaster|-D|-F|-X|remove|destroy|delbr|delif|rem|stop|kill|killall|pkill|ifdown|poff)$/

/** Words that need no counterpart: syntax, and what is silent or harmless. */
const IDLE =
  /^(?:true|:|exit|echo|logger|sleep|0|1|for|in|do|done|if|then|fi|\[|\]|dev|type|set|link|address|addr|route|rule|all|2?>.*|-[46]|ip|\/s?bin\/ip|\/usr\/s?bin\/ip|\$\w+|-i|table)$/

/** Whether a command only takes away, and only what is among the words of commands that add. */
function isUndo(command: string, added: ReadonlySet<string>): boolean {
  const words = splitWords(command)
  if (isOwnProgram(words)) return true
  const isRemoval = words.some((word) => UNDO.test(word))
  // A flush and a link that goes down need no counterpart: the kernel has nothing of the link then.
  if (isRemoval && words.some((word) => /^(?:flush|down|nomaster)$/.test(word))) return true
  return words.every(
    (word) => IDLE.test(word) || (isRemoval && (UNDO.test(word) || added.has(word) || isLinkDeletion(words))),
  )
}

/** `ip link del dev bond0`. */
const isLinkDeletion = (words: readonly string[]): boolean =>
  words.includes('link') && words.some((word) => word === 'del' || word === 'delete')

/** Scripts of packages of Debian, which add no routes and rules of their own. */
const packaged = new Set(
  [
    '000resolvconf avahi-autoipd avahi-daemon bind9 bluetooth bridge chrony clamav-freshclam-ifupdown ethtool exim4',
    'hostapd ifenslave ifupdown-scripts iproute2 mountnfs ntp ntpdate ntpsec-ntpdate openntpd openssh-server openvpn',
    'postfix resolvconf resolved samba sendmail slrn systemd-timesyncd uml-utilities upstart vde2 vlan vzifup-post',
    'wireless-tools wpasupplicant',
  ].flatMap((names) => names.split(' ')),
)

/** Scripts that run for every stanza that comes up. */
export function readHookScripts(files: InputFiles, stanzas: readonly Stanza[], collector: Collector): void {
  let budget = MAX_REPEATED
  const added: string[] = []
  for (const folder of ['if-pre-up.d', 'if-up.d'])
    for (const path of scriptsIn(files, folder, collector)) {
      const text = files.get(path) ?? ''
      added.push(text)
      budget -= text.length * stanzas.length
      if (budget < 0) {
        collector.unknown(topOf(path), 'it runs for too many links to be read for each')
        continue
      }
      readForEach(stanzas, collector, (stanza, once) => {
        readScript(text, path, once, {
          files,
          environment: { ...environmentOf(stanza), PHASE: folder === 'if-up.d' ? 'post-up' : 'pre-up' },
        })
      })
    }
  const words = wordsOf(added)
  for (const folder of ['if-down.d', 'if-post-down.d'])
    for (const path of scriptsIn(files, folder, collector)) {
      const lines = (files.get(path) ?? '').split('\n')
      const isRemoval = lines.every((line) => !/^\s*(?:\S*\/)?ip\s/.test(line) || isUndo(line, words))
      if (isRemoval) collector.withoutEffect(topOf(path), 'it undoes what a link coming up does')
      else collector.unknown(topOf(path), 'it does more than undo what a link coming up does')
    }
}

const topOf = (file: string): Place => ({ file, line: 1, text: '' })

function scriptsIn(files: InputFiles, folder: string, collector: Collector): readonly string[] {
  const start = `${FOLDER}${folder}/`
  return pathsOf(files, (path) => path.startsWith(start) && !path.slice(start.length).includes('/')).filter(
    (path) => {
      if (isGenerated(files.get(path) ?? '')) {
        // Its rules and routes are in /etc/multihome/ifupdown.conf.
        collector.ours()
        return false
      }
      if (packaged.has(baseName(path))) {
        collector.withoutEffect(topOf(path), 'the script of a package adds no routes')
        return false
      }
      if (RUN_PARTS.test(baseName(path))) return true
      collector.withoutEffect(topOf(path), 'run-parts skips files of this name')
      return false
    },
  )
}
