// systemd.link(5): udev names links by it, and sets their MTU and MAC address.
import type { Collector } from '../../../../found/collector.js'
import type { Place } from '../../../../found/found.js'
import { isLinkName, type LinkName } from '../../../../kernel/link.js'
import type { Unit, UnitFiles } from './units.js'
import { parseBytes, parseHardwareAddress } from './values.js'

export interface LinkFile {
  readonly place: Place
  readonly name?: LinkName
  /** Of the cards that the file is for. */
  readonly macs: readonly string[]
  readonly mac?: string
  readonly mtu?: number
}

export const readLinkFiles = (units: UnitFiles, collector: Collector): readonly LinkFile[] =>
  units.unitsOf('.link').flatMap((unit) => (unit.hasFile ? [readLinkFile(unit, collector)] : []))

function readLinkFile({ sections, place }: Unit, collector: Collector): LinkFile {
  let [original, name, hasPolicy]: [LinkName?, LinkName?, boolean?] = []
  let [mac, mtu]: [string?, number?] = []
  const macs: string[] = []
  for (const { name: section, entries } of sections)
    for (const { key, value, place: at } of entries) {
      const isMatch = section === 'Match'
      const isLink = section === 'Link'
      const matched = isMatch && /^(?:Permanent)?MACAddress$/.test(key) ? value.split(/\s+/) : []
      const valid = matched.flatMap((word) => parseHardwareAddress(word) ?? [])
      for (const address of valid) macs.push(address)
      if (valid.length > 0) continue
      if (isMatch && key === 'OriginalName' && isLinkName(value)) original = value
      else if (isLink && key === 'Name' && isLinkName(value)) name = value
      else if (isLink && key === 'MTUBytes') mtu = parseBytes(value) ?? mtu
      else if (isLink && key === 'MACAddress') mac = parseHardwareAddress(value) ?? mac
      else {
        // Name= counts only if every policy fails.
        if (isLink && key === 'NamePolicy') hasPolicy = value !== ''
        collector.withoutEffect(at, 'it is about how udev finds and names the link')
      }
    }
  const known = hasPolicy === true ? original : (name ?? original)
  return {
    place,
    macs,
    ...(known === undefined ? {} : { name: known }),
    ...(mac === undefined ? {} : { mac }),
    ...(mtu === undefined ? {} : { mtu }),
  }
}
