// Readers of files beside every stack's own: names of tables, sysctls, and the files of our programs.
import type { Collector } from '../../../found/collector.js'
import { isGenerated, ownComment } from '../../../found/own-comments.js'
import { linesOf, orderedByName, pathsOf, type InputFiles, type Reader } from '../../../found/reader.js'
import { addSysctl } from '../../../found/sysctl.js'
import { isLinkName } from '../../../kernel/link.js'
import { formatSysctlKey, parseSysctlKey } from '../../../kernel/sysctl.js'
import { MAX_TABLE, isReservedTable } from '../../../kernel/table.js'
import { parseNumber } from '../../../found/commands/values.js'
import { readMark } from '../../../syntax/nftables.js'
import { CONNMARKS_PATH } from '../connmarks.js'
import { readStatements } from './statements.js'

/** Folders of iproute2 from the least important: a file of the first folder that has it counts (rtnl_tab_initialize). */
const IPROUTE2 = ['/usr/lib/iproute2', '/usr/share/iproute2', '/etc/iproute2']

/** Names of tables. */
export const rtTablesReader: Reader = {
  name: 'rt_tables',
  reads: (path) => IPROUTE2.some((folder) => path === `${folder}/rt_tables` || isDropIn(path, folder)),
  read(files, collector) {
    const main = IPROUTE2.map((folder) => `${folder}/rt_tables`).findLast((path) => files.has(path))
    const dropIns = orderedByName(
      files,
      IPROUTE2.map((folder) => `${folder}/rt_tables.d`),
      '.conf',
    )
    for (const path of [...(main === undefined ? [] : [main]), ...dropIns])
      readTables(path, files.get(path) ?? '', collector)
  },
}

const isDropIn = (path: string, folder: string): boolean =>
  path.startsWith(`${folder}/rt_tables.d/`) && path.endsWith('.conf')

function readTables(file: string, text: string, collector: Collector): void {
  for (const { place, comment, line } of commentedLines(file, text, collector)) {
    // fread_id_name() reads a number and a word, and a comment behind them.
    const [, number = '', name = '', behind] = /^(\S+)\s+(\S+)\s*(?:#\s*(.*))?$/.exec(line) ?? []
    const id = parseNumber(number)
    if (id === undefined || id > MAX_TABLE || name === '')
      collector.unknown(place, 'the line is no number of a table with its name')
    else if (!isReservedTable(id) || id === 0) {
      const text = comment ?? (behind === '' ? undefined : behind)
      if (id !== 0) collector.table({ place, id, name, ...(text === undefined ? {} : { comment: text }) })
    }
  }
}

/** Lines that say something, with the comment above them. */
function* commentedLines(file: string, text: string, collector: Collector, signs = '#') {
  const isOurs = isGenerated(text)
  if (isOurs) collector.ours()
  let comments: string[] = []
  for (const { text: line, ...place } of linesOf(file, text)) {
    if (line === '') comments = []
    else if (signs.includes(line.charAt(0))) comments.push(line.slice(1).trim())
    else {
      const whole = comments.join(' ').trim()
      const comment = isOurs ? ownComment(whole) : whole === '' ? undefined : whole
      const item = { place: { file: place.file, line: place.line, text: line } }
      yield { ...item, line, ...(comment === undefined ? {} : { comment }) }
      if (!isOurs) comments = []
    }
  }
}

/** Folders of sysctl.d(5), from the least important. */
const SYSCTL_FOLDERS = [
  '/usr/lib/sysctl.d',
  '/lib/sysctl.d',
  '/usr/local/lib/sysctl.d',
  '/run/sysctl.d',
  '/etc/sysctl.d',
]
const SYSCTL_CONF = '/etc/sysctl.conf'

/** sysctl.d(5) and /etc/sysctl.conf, which Debian links as 99-sysctl.conf and procps reads last. */
export const sysctlReader: Reader = {
  name: 'sysctl',
  reads: (path) =>
    path === SYSCTL_CONF ||
    SYSCTL_FOLDERS.some(
      (folder) => path.startsWith(`${folder}/`) && /^[^/]+\.conf$/.test(path.slice(folder.length + 1)),
    ),
  read(files, collector) {
    const conf = files.get(SYSCTL_CONF)
    const isLinked = (path: string): boolean => path.endsWith('/99-sysctl.conf') && files.get(path) === conf
    const paths = orderedByName(files, SYSCTL_FOLDERS, '.conf').filter((path) => !isLinked(path))
    readSysctls([...paths, ...(conf === undefined ? [] : [SYSCTL_CONF])], files, collector)
  },
}

function readSysctls(paths: readonly string[], files: InputFiles, collector: Collector): void {
  const lines = paths.flatMap((path) => [...commentedLines(path, files.get(path) ?? '', collector, '#;')])
  const parsed = lines.map((item) => {
    const [, sign = '', key = '', value] = /^(-?)\s*([^=\s]+)\s*(?:=(.*))?$/.exec(item.line) ?? []
    return { item, isExclusion: sign === '-' && value === undefined, key, value }
  })
  // A line of its own, and `-key` without a value, keep a key out of every pattern.
  const excluded = new Set(
    parsed
      .filter(({ key, value, isExclusion }) => isExclusion || (value !== undefined && !/[*?[]/.test(key)))
      .map(({ key }) => formatSysctlKey(parseSysctlKey(key))),
  )
  for (const { item, isExclusion, key, value } of parsed) {
    const { line: _line, ...rest } = item
    if (isExclusion) collector.withoutEffect(item.place, 'it keeps the key out of patterns')
    else if (value === undefined || key === '') collector.unknown(item.place, 'the line is no `key = value`')
    else addSysctl(key, value, rest, collector, (each) => excluded.has(formatSysctlKey(each)))
  }
}

const DATA_FOLDER = '/etc/multihome/'
const SERVICE = /^\/etc\/(?:systemd\/system|init\.d|runlevels\/[^/]+)\/(?:[^/]+\/)?multihome-[^/]+$/

/** Files of our programs, and the connection marks. */
export const multihomeReader: Reader = {
  name: 'multihome',
  reads: (path) =>
    (path.startsWith(DATA_FOLDER) && path.endsWith('.conf')) ||
    /^\/etc\/nftables(?:\.conf$|\.d\/)/.test(path) ||
    SERVICE.test(path),
  read(files, collector) {
    for (const path of pathsOf(files, multihomeReader.reads)) {
      const text = files.get(path) ?? ''
      if (isGenerated(text)) collector.ours()
      if (path === CONNMARKS_PATH && isGenerated(text)) readConnmarks(path, text, collector)
      else if (path.startsWith(DATA_FOLDER)) readStatements(text, path, collector)
      else if (!SERVICE.test(path)) readForeignRuleset(path, text, collector)
    }
  },
}

/** Marks that the chain of arriving packets sets. */
function readConnmarks(file: string, text: string, collector: Collector): void {
  for (const { place, comment, line } of commentedLines(file, text, collector)) {
    const [, name, rest = ''] = /^iifname "([^"]+)" ct direction original (.*)$/.exec(line) ?? []
    const fwmark = name === undefined ? undefined : readMark('ct mark', rest)
    if (name !== undefined && isLinkName(name) && fwmark !== undefined)
      collector.connmark({ place, link: name, fwmark, ...(comment === undefined ? {} : { comment }) })
  }
}

/** A ruleset of somebody else matters only where it marks packets. */
function readForeignRuleset(file: string, text: string, collector: Collector): void {
  for (const { raw, ...place } of linesOf(file, text))
    if (/\bmark\s+set\b/.test(raw.replace(/#.*/, '')))
      collector.unknown(place, 'multihome reads no marks of nftables; it writes them with `marks: nftables`')
}
