// Reader of netplan's YAML, with the files of its renderers beside it.
import type { Collector } from '../../found/collector.js'
import { moveAddresses, withSources } from './generated-file.js'
import { isGenerated } from '../../found/own-comments.js'
import { orderedByName, type InputFiles, type Reader } from '../../found/reader.js'
import { isLinkName } from '../../kernel/link.js'
import { nmKeyfileReader } from '../nm-keyfile/read.js'
import { firstLine, isNetplanPath, isUnitPath } from '../shared/networkd/read/units.js'
import { readNetworkd } from '../shared/networkd/read.js'
import { namesCards, readCards } from '../shared/read/cards.js'
import { isConfigFile } from '../shared/networkmanager/read/config.js'
import { booleanOf, membershipsOf, readDefinitions, reportKeys } from './read/definitions.js'
import { linkWords } from './keys.js'
import { managerFilesOf } from './read/manager.js'
import { networkdFilesOf } from './read/networkd.js'
import { mergeYaml, readYaml, type YamlMap } from './read/yaml.js'

/** From the least important: a file of a later folder replaces one of the same name. */
const folders = ['/lib', '/usr/lib', '/etc', '/run'].map((root) => `${root}/netplan`)

export const netplanReader: Reader = {
  name: 'netplan',
  reads: (path) => isNetplanPath(path) || isUnitPath(path) || isConfigFile(path) || namesCards(path),
  read(files, collector) {
    const paths = orderedByName(files, folders, '.yaml')
    for (const path of [...files.keys()].sort())
      if (isNetplanPath(path) && !paths.includes(path))
        collector.withoutEffect(firstLine(path, files), 'a file of the same name replaces it')
    if (paths.length === 0) return
    let root: YamlMap | undefined
    for (const path of paths) {
      const read = readYaml(path, files.get(path) ?? '', collector)
      const merged = root === undefined || read === undefined ? (read ?? root) : mergeYaml(root, read)
      if (merged?.kind === 'map') root = merged
    }
    readNetplan(root, files, collector)
  },
}

/** `root`: all files merged; undefined without one that can be read. */
export function readNetplan(root: YamlMap | undefined, files: InputFiles, collector: Collector): void {
  // With `manage: routing` our file has neither the renderer nor addresses: those are in another file.
  const routingFiles = new Set(
    [...files].flatMap(([path, text]) =>
      isNetplanPath(path) && isGenerated(text) && !/^ {2}renderer:/m.test(text) ? [path] : [],
    ),
  )
  const definitions =
    root === undefined
      ? []
      : readDefinitions(root, readCards(files), collector, ({ file }) => routingFiles.has(file))
  for (const definition of definitions) reportKeys(definition, collector)
  const memberships = membershipsOf(definitions, collector)
  const byRenderer = (renderer: (typeof definitions)[number]['renderer']) =>
    definitions.filter((one) => one.renderer === renderer)

  const units = networkdFilesOf(byRenderer('networkd'), memberships, collector)
  const unitTexts = new Map([
    ...[...files].filter(([path]) => isUnitPath(path) || namesCards(path)),
    ...units.map((file) => [file.path, file.text()] as const),
  ])
  readNetworkd(unitTexts, withSources(collector, units, 'keep'), new Set(units.map(({ path }) => path)))
  moveAddresses(collector, units)

  // Profiles and the configuration of NetworkManager have a reader of their own.
  const profiles = managerFilesOf(byRenderer('NetworkManager'), memberships, collector)
  if (profiles.length === 0) return
  const profileTexts = new Map([
    ...[...files].filter(([path]) => isConfigFile(path) || namesCards(path)),
    ...profiles.map((file) => [file.path, file.text()] as const),
  ])
  nmKeyfileReader.read(profileTexts, withSources(collector, profiles, 'drop'))
  moveAddresses(collector, profiles)
  // NetworkManager waits for no single link, but this is what the key is for.
  for (const { name, node, place } of byRenderer('NetworkManager')) {
    const optional = node.entries.get(linkWords.optional)
    const link = name === undefined || !isLinkName(name) ? undefined : collector.link(name, place)
    if (link !== undefined && booleanOf(optional, collector) === true) link.optional = true
  }
}
