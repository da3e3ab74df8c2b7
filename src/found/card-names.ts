// Names of cards by their hardware addresses, where files of udev give them.
import { isLinkName, type LinkName } from '../kernel/link.js'
import { parseMac } from '../kernel/mac.js'
import { pathsOf, type InputFiles } from './reader.js'

/** What the generator of old udev versions wrote, which people still keep. */
export const isPersistentNames = (path: string): boolean =>
  /^\/etc\/udev\/rules\.d\/\d\d-persistent-net\.rules$/.test(path)

const isLinkFile = (path: string): boolean =>
  /^\/(?:etc|run|usr\/lib|lib)\/systemd\/network\/[^/]+\.link$/.test(path)

/** By MAC addresses: systemd.link(5), and `ATTR{address}=="…", … NAME="…"`. */
export function cardNames(files: InputFiles): ReadonlyMap<string, LinkName> {
  const names = new Map<string, LinkName>()
  const add = (mac: string | undefined, name: string | undefined): void => {
    if (mac !== undefined && name !== undefined && isLinkName(name)) names.set(mac, name)
  }
  for (const path of pathsOf(files, isLinkFile)) {
    const text = files.get(path) ?? ''
    add(
      parseMac(/^[ \t]*(?:Permanent)?MACAddress=[ \t]*(\S+)[ \t\r]*$/m.exec(text)?.[1] ?? '', ':-.'),
      /^[ \t]*Name=[ \t]*(\S+)/m.exec(text)?.[1],
    )
  }
  for (const path of pathsOf(files, isPersistentNames))
    for (const line of (files.get(path) ?? '').split('\n'))
      if (!line.trimStart().startsWith('#'))
        add(
          parseMac(/ATTRS?\{address\}=="([^"]{17})"/.exec(line)?.[1] ?? ''),
          /NAME="([^"]+)"/.exec(line)?.[1],
        )
  return names
}
