// Names of cards by their hardware addresses, where files of udev give them.
import { isLinkName, type LinkName } from '../kernel/link.js'
import { pathsOf, type InputFiles } from './reader.js'

/** What the generator of old udev versions wrote, which people still keep. */
export const isPersistentNames = (path: string): boolean =>
  /^\/etc\/udev\/rules\.d\/\d\d-persistent-net\.rules$/.test(path)

const isLinkFile = (path: string): boolean =>
  /^\/(?:etc|run|usr\/lib|lib)\/systemd\/network\/[^/]+\.link$/.test(path)

/** By lower-case addresses with colons: systemd.link(5), and `ATTR{address}=="…", … NAME="…"`. */
export function cardNames(files: InputFiles): ReadonlyMap<string, LinkName> {
  const names = new Map<string, LinkName>()
  const add = (mac: string | undefined, name: string | undefined): void => {
    if (mac !== undefined && name !== undefined && isLinkName(name)) names.set(macKey(mac), name)
  }
  for (const path of pathsOf(files, isLinkFile)) {
    const text = files.get(path) ?? ''
    add(
      /^[ \t]*(?:Permanent)?MACAddress=[ \t]*([\da-fA-F:-]{17})[ \t\r]*$/m.exec(text)?.[1],
      /^[ \t]*Name=[ \t]*(\S+)/m.exec(text)?.[1],
    )
  }
  for (const path of pathsOf(files, isPersistentNames))
    for (const line of (files.get(path) ?? '').split('\n'))
      if (!line.trimStart().startsWith('#'))
        add(/ATTRS?\{address\}=="([^"]{17})"/.exec(line)?.[1], /NAME="([^"]+)"/.exec(line)?.[1])
  return names
}

export const macKey = (mac: string): string => mac.toLowerCase().replaceAll('-', ':')
