// Network cards of the host: names and MAC addresses by /sys/class/net, and names that files of udev give by MAC address.
import { createCollector } from '../../../found/collector.js'
import { pathsOf, type InputFiles } from '../../../found/reader.js'
import { isLinkName, loopback, type LinkName } from '../../../kernel/link.js'
import { parseMac } from '../../../kernel/mac.js'
import { groupBy } from '../../../stdlib/group-by.js'
import { readLinkFiles } from '../networkd/read/link-files.js'
import { unitFiles } from '../networkd/read/units.js'

export interface Cards {
  /** Those of /sys/class/net; undefined if the files have none, so that nothing says which cards there are. */
  readonly names: readonly LinkName[] | undefined
  /** Names by MAC address, as `parseMac` writes it. */
  readonly nameOf: ReadonlyMap<string, LinkName>
}

/** Of each link: its address, its kind, and the address that it had before it joined a bond. */
export const cardFiles: readonly string[] = ['address', 'uevent', 'bonding_slave/perm_hwaddr'].map(
  (name) => `/sys/class/net/*/${name}`,
)

const CARD = /^\/sys\/class\/net\/([^/]+)\/address$/
const RULES = /^\/etc\/udev\/rules\.d\/[^/]+\.rules$/

/** Rules of udev may be anything; only lines that name a link by its address are read. */
export const namesCards = (path: string): boolean => CARD.test(path) || RULES.test(path)

export function readCards(files: InputFiles): Cards {
  const paths = pathsOf(files, (path) => CARD.test(path))
  const cards = paths.flatMap((path) => cardOf(path, files))
  const byMac = groupBy(cards, ({ mac }) => mac)
  // No file distinguishes links of one address.
  const ofKernel = cards.flatMap(({ name, mac }) =>
    mac === undefined || byMac.get(mac)?.length !== 1 ? [] : [[mac, name] as const],
  )
  return {
    names: paths.length === 0 ? undefined : cards.map(({ name }) => name),
    nameOf: new Map([...namesOfRules(files), ...namesOfLinkFiles(files), ...ofKernel]),
  }
}

interface Card {
  readonly name: LinkName
  readonly mac: string | undefined
}

function cardOf(path: string, files: InputFiles): readonly Card[] {
  const name = CARD.exec(path)?.[1] ?? ''
  const text = (file: string): string => (files.get(`/sys/class/net/${name}/${file}`) ?? '').trim()
  // The kernel names the kind of links that others make: vlan, bond, bridge, wireguard.
  const kind = /^DEVTYPE=(.*)$/m.exec(text('uevent'))?.[1] ?? 'wlan'
  const isCard = kind === 'wlan' || kind === 'wwan' || kind === 'dsa'
  if (!isCard || !isLinkName(name) || name === loopback) return []
  return [{ name, mac: parseMac(text('bonding_slave/perm_hwaddr')) ?? parseMac(text('address')) }]
}

const namesOfLinkFiles = (files: InputFiles): readonly (readonly [string, LinkName])[] =>
  // The reader of networkd reports what it cannot read.
  readLinkFiles(unitFiles(files, createCollector(), undefined), createCollector()).flatMap(({ name, macs }) =>
    macs.flatMap((mac) => (name === undefined ? [] : [[mac, name] as const])),
  )

/** `ATTR{address}=="…", … NAME="…"`: what the generator of old versions wrote, and people still write. */
const namesOfRules = (files: InputFiles): readonly (readonly [string, LinkName])[] =>
  pathsOf(files, (path) => RULES.test(path)).flatMap((path) =>
    (files.get(path) ?? '').split('\n').flatMap((line) => {
      const mac = parseMac(/^[^#]*\bATTRS?\{address\}=="([^"]{17})"/.exec(line)?.[1] ?? '')
      const name = /[\s,]NAME:?="([^"]+)"/.exec(line)?.[1]
      return mac === undefined || name === undefined || !isLinkName(name) ? [] : [[mac, name] as const]
    }),
  )
