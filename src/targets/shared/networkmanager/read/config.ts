// NetworkManager.conf and its drop-ins: devices that NetworkManager leaves alone, and defaults of profiles.
import type { Collector } from '../../../../found/collector.js'
import type { Place } from '../../../../found/found.js'
import { orderedByName, pathsOf, type InputFiles } from '../../../../found/reader.js'
import { MAX_LINK_NAME } from '../../../../kernel/link.js'
import { readKeyfile, type KeyEntry, type KeySection } from './keyfile.js'

const MAIN_FILE = '/etc/NetworkManager/NetworkManager.conf'
const FOLDERS = ['/usr/lib/NetworkManager/conf.d', '/run/NetworkManager/conf.d'] as const
const ETC_FOLDER = '/etc/NetworkManager/conf.d'
const INTERFACES = /^\/etc\/network\/interfaces(?:\.d\/[^/]+)?$/

export const isConfigFile = (path: string): boolean =>
  path === MAIN_FILE ||
  [...FOLDERS, ETC_FOLDER].some((folder) => isIn(folder, path) && path.endsWith('.conf'))

export const isIn = (folder: string, path: string): boolean =>
  path.startsWith(`${folder}/`) && !path.slice(folder.length + 1).includes('/')

export interface Device {
  readonly name: string
  readonly type: string
}

export interface Config {
  /** Why NetworkManager leaves the device alone: the line that says so. */
  unmanaged(device: Device): Place | undefined
  /** `ipv4.route-metric`: the default of a property that a profile does not set. */
  defaultOf(property: string, device: Device): KeyEntry | undefined
}

interface Defaults {
  readonly device: KeyEntry | undefined
  readonly isPlain: boolean
  readonly entries: ReadonlyMap<string, KeyEntry>
}

/** Properties of profiles whose defaults change routing here. Only these are looked up. */
const PROPERTIES =
  /^(?:ipv[46]\.route-(?:metric|table)|connection\.autoconnect-(?:slaves|ports)|ethernet\.(?:mtu|cloned-mac-address))$/
/** Sections in which nothing routes a packet. */
const QUIET =
  /^(?:logging|connectivity|main|global-dns.*|\.config|user|proxy|keyfile|ifupdown|ifnet|ifcfg-rh)$/

/** Of the whole host; nothing else reads these files. */
export function readConfig(files: InputFiles, collector: Collector): Config {
  const paths = [
    ...orderedByName(files, [...FOLDERS, ETC_FOLDER], '.conf').filter((path) => !isIn(ETC_FOLDER, path)),
    ...(files.has(MAIN_FILE) ? [MAIN_FILE] : []),
    ...pathsOf(files, (path) => isIn(ETC_FOLDER, path) && path.endsWith('.conf')),
  ]
  const hidden = pathsOf(files, (path) => isConfigFile(path) && !paths.includes(path))
  for (const path of hidden)
    collector.withoutEffect(
      { file: path, line: 1, text: '' },
      'a file of the same name in another folder counts',
    )
  const unmanaged: { readonly place: Place; readonly specs: KeyEntry }[] = []
  const defaults: Defaults[] = []
  let ifupdown = { isUsed: false, isManaged: false }
  const reported = new Set<KeyEntry>()
  const isFor = (specs: KeyEntry, device: Device): boolean =>
    isMatch(specs, device, (term) => {
      if (!reported.has(specs))
        collector.unknown(specs.place, `\`${term}\` selects by hardware, which no file of the host tells`)
      reported.add(specs)
    })
  for (const path of paths) {
    const { sections, strays } = readKeyfile(path, files.get(path) ?? '', collector)
    for (const place of strays) collector.unknown(place, 'it is no line of a keyfile')
    for (const section of sections) {
      if (section.name === 'main') {
        const plugins = section.take('plugins')
        if (plugins !== undefined) ifupdown = { ...ifupdown, isUsed: /\bifupdown\b/.test(plugins.value) }
      } else if (section.name === 'ifupdown') {
        const managed = section.take('managed')
        if (managed !== undefined) ifupdown = { ...ifupdown, isManaged: managed.value === 'true' }
      } else if (section.name === 'keyfile') {
        const specs = section.take('unmanaged-devices')
        if (specs !== undefined) {
          // A later file replaces the list; `+=` appends to it.
          unmanaged.length = 0
          unmanaged.push({ place: specs.place, specs })
        }
        const more = section.take('unmanaged-devices+')
        if (more !== undefined) unmanaged.push({ place: more.place, specs: more })
      } else if (/^device(?:$|[-_.])/.test(section.name)) readDevice(section, unmanaged)
      else if (/^connection(?:$|[-_.])/.test(section.name)) defaults.unshift(readDefaults(section))
      reportRest(section, collector)
    }
  }
  const interfaces = ifupdown.isUsed && !ifupdown.isManaged ? interfacesOf(files) : new Map<string, Place>()
  return {
    unmanaged: (device) =>
      unmanaged.find(({ specs }) => isFor(specs, device))?.place ?? interfaces.get(device.name),
    // NetworkManager.conf(5): the first section that matches counts, and [connection] itself last.
    defaultOf: (property, device) =>
      [...defaults.filter(({ isPlain }) => !isPlain), ...defaults.filter(({ isPlain }) => isPlain)]
        .find(
          ({ device: specs, entries }) =>
            entries.has(property) && (specs === undefined || isFor(specs, device)),
        )
        ?.entries.get(property),
  }
}

function readDevice(
  section: KeySection,
  unmanaged: { readonly place: Place; readonly specs: KeyEntry }[],
): void {
  const specs = section.take('match-device')
  const managed = section.take('managed')
  if (managed === undefined || !/^(?:0|false|no)$/.test(managed.value)) return
  unmanaged.push({ place: managed.place, specs: specs ?? { ...managed, value: '*' } })
}

function readDefaults(section: KeySection): Defaults {
  const entries = section.rest().filter(({ key }) => PROPERTIES.test(key))
  for (const { key } of entries) section.take(key)
  return {
    device: section.take('match-device'),
    isPlain: section.name === 'connection',
    entries: new Map(entries.map((entry) => [entry.key, entry])),
  }
}

function reportRest(section: KeySection, { unknown, withoutEffect }: Collector): void {
  const isKnown = QUIET.test(section.name) || /^(?:device|connection)(?:$|[-_.])/.test(section.name)
  for (const { key, place } of section.rest())
    if (isKnown && !/route|rule|gateway|default/.test(key))
      withoutEffect(place, 'a setting of NetworkManager itself')
    else if (section.name === 'main' && key === 'no-auto-default')
      withoutEffect(place, 'it concerns devices without a profile')
    else unknown(place, 'the key is not known')
}

/** By nm_match_spec_device(): `except:` wins over any match. Terms of hardware match nothing, and are reported. */
function isMatch(specs: KeyEntry, { name, type }: Device, reportHardware: (term: string) => void): boolean {
  let matches = false
  let hasPositive = false
  for (const spec of specs.value.split(/[;,]\s*/).filter((one) => one !== '')) {
    const isExcept = spec.startsWith('except:')
    const term = isExcept ? spec.slice('except:'.length) : spec
    const known = termMatches(term, name, type)
    if (known === undefined) reportHardware(term)
    if (!isExcept) hasPositive = true
    if (known !== true) continue
    if (isExcept) return false
    matches = true
  }
  return matches || !hasPositive
}

function termMatches(term: string, name: string, type: string): boolean | undefined {
  if (term === '*') return true
  const [, word = '', value = ''] = /^(interface-name:=?|type:)(.*)$/.exec(term) ?? []
  if (word.startsWith('interface-name')) return globs(value, name)
  if (word === 'type:') return value === type
  // A plain word is the name of a device, unless it is an address of the hardware.
  return term.includes(':') ? undefined : globs(term, name)
}

/** `*` and `?` as in a shell. */
function globs(pattern: string, name: string): boolean {
  if (name.length > MAX_LINK_NAME) return false
  const parts = pattern.replace(/\*+/g, '*').split('*')
  const fits = (part: string, at: number): boolean =>
    at >= 0 &&
    at + part.length <= name.length &&
    [...part].every((one, n) => one === '?' || one === name[at + n])
  const [first = '', ...others] = parts
  if (!fits(first, 0)) return false
  if (others.length === 0) return first.length === name.length
  let at = first.length
  const last = others.pop() ?? ''
  for (const part of others) {
    while (at <= name.length && !fits(part, at)) at++
    if (at > name.length) return false
    at += part.length
  }
  return name.length - last.length >= at && fits(last, name.length - last.length)
}

/** Interfaces of ifupdown, which Debian's plugin leaves to it. */
function interfacesOf(files: InputFiles): Map<string, Place> {
  const places = new Map<string, Place>()
  for (const file of pathsOf(files, (path) => INTERFACES.test(path)))
    for (const [index, raw] of (files.get(file) ?? '').split('\n').entries()) {
      const [, name] = /^\s*iface\s+(\S+)/.exec(raw) ?? []
      if (name !== undefined && name !== 'lo' && !places.has(name))
        places.set(name, { file, line: index + 1, text: raw.trim() })
    }
  return places
}
