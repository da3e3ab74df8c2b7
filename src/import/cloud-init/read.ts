// Reader of cloud-init's network configuration, versions 1 and 2, as cloud-init hands it to netplan over networkd.
import type { Collector } from '../../found/collector.js'
import type { Place } from '../../found/found.js'
import { readIpCommand } from '../../found/commands/command.js'
import type { InputFiles, Reader } from '../../found/reader.js'
import { textOf } from '../../targets/netplan/read/definitions.js'
import { readYaml, type YamlMap, type YamlNode } from '../../targets/netplan/read/yaml.js'
import { readNetplan } from '../../targets/netplan/read.js'
import { namesCards } from '../../targets/shared/read/cards.js'
import { firstLine } from '../../targets/shared/networkd/read/units.js'
import { globalRoutes, versionTwo } from './version-1.js'

const SYSTEM = /^\/etc\/cloud\/cloud\.cfg(?:\.d\/[^/]+\.cfg)?$/
const SEED = /\/network-config(?:\.ya?ml)?$/
const USER_DATA = /\/(?:user-data|vendor-data)(?:\.ya?ml)?$/

/** What cloud-init writes on the first boot of an instance. */
const RENDERED =
  /^\/etc\/(?:netplan\/50-cloud-init\.yaml|network\/interfaces\.d\/50-cloud-init(?:\.cfg)?|systemd\/network\/10-cloud-init-[^/]+\.network|NetworkManager\/system-connections\/cloud-init-[^/]+\.nmconnection)$/

export const cloudInitReader: Reader = {
  name: 'cloud-init',
  reads: (path) => SYSTEM.test(path) || SEED.test(path) || USER_DATA.test(path) || namesCards(path),
  read(files, collector) {
    const system = [...files.keys()].filter((path) => SYSTEM.test(path)).sort()
    const documents = [...system, ...[...files.keys()].filter((path) => USER_DATA.test(path)).sort()].flatMap(
      (path) => {
        const root = isCloudConfig(path, files) ? readYaml(path, files.get(path) ?? '', collector) : undefined
        return root === undefined ? [] : [{ path, root }]
      },
    )
    const rendered = [...files.keys()].find((path) => RENDERED.test(path))
    for (const { root } of documents) readCommands(root, collector)
    for (const { path, root } of documents) {
      const network = root.entries.get('network')
      if (network !== undefined && USER_DATA.test(path))
        collector.unknown(network.place, 'cloud-init takes no network configuration from user data')
    }
    // The last file has the last word, and nothing of the others is merged into it.
    const candidates = documents.flatMap(({ path, root }) => {
      const network = USER_DATA.test(path) ? undefined : root.entries.get('network')
      return network === undefined ? [] : [network]
    })
    const seeds = [...files.keys()].filter((path) => SEED.test(path)).sort()
    const chosen = candidates.at(-1)
    for (const network of candidates.slice(0, -1))
      collector.withoutEffect(network.place, `${chosen?.place.file ?? ''} replaces it`)
    if (chosen !== undefined && isDisabled(chosen)) {
      collector.withoutEffect(chosen.place, 'cloud-init leaves the network alone')
      for (const path of seeds)
        collector.withoutEffect(firstLine(path, files), `${chosen.place.file} disables it`)
      return
    }
    const [seed, ...others] = seeds
    const network = chosen ?? (seed === undefined ? undefined : seedNetwork(seed, files, collector))
    const unused = chosen === undefined ? others : seeds
    for (const path of unused)
      collector.withoutEffect(firstLine(path, files), `${network?.place.file ?? seed ?? ''} counts before it`)
    if (network === undefined || isDisabled(network)) return
    if (rendered !== undefined) {
      collector.withoutEffect(network.place, `cloud-init has rendered it into ${rendered}`)
      return
    }
    readNetwork(network, new Map([...files].filter(([path]) => namesCards(path))), collector)
  },
}

/** A `network-config` may have the mapping `network` or what is in it. */
function seedNetwork(path: string, files: InputFiles, collector: Collector): YamlNode | undefined {
  const root = readYaml(path, files.get(path) ?? '', collector)
  return root?.entries.get('network') ?? root
}

/** User data may be anything: a script, a MIME archive. */
const isCloudConfig = (path: string, files: InputFiles): boolean =>
  !USER_DATA.test(path) || /^#cloud-config\b/.test(files.get(path) ?? '')

function isDisabled(network: YamlNode): boolean {
  const config = network.kind === 'map' ? network.entries.get('config') : undefined
  return config?.kind === 'scalar' && config.text === 'disabled'
}

/** `cards`: files that name cards. */
function readNetwork(network: YamlNode, cards: InputFiles, collector: Collector): void {
  const { place } = network
  const version = network.kind === 'map' ? network.entries.get('version') : undefined
  const isFirst = version !== undefined && textOf(version) === '1'
  if (network.kind !== 'map' || (!isFirst && version !== undefined && textOf(version) !== '2')) {
    collector.unknown(version?.place ?? place, 'cloud-init knows versions 1 and 2')
    return
  }
  const definitions = isFirst ? versionTwo(network, collector) : network
  const root: YamlMap = { kind: 'map', place, entries: new Map([['network', definitions]]) }
  readNetplan(root, cards, collector)
  if (isFirst) globalRoutes(network, collector)
}

/** `bootcmd` runs at every boot, `runcmd` only at the first. */
function readCommands(root: YamlMap, collector: Collector): void {
  for (const key of ['bootcmd', 'runcmd']) {
    const list = root.entries.get(key)
    for (const node of list?.kind === 'list' ? list.items : []) {
      const words = node.kind === 'list' ? node.items.map(textOf) : textOf(node).trim().split(/\s+/)
      if (!NETWORK_COMMAND.test(words.join(' '))) continue
      if (key === 'runcmd') collector.unknown(node.place, 'the command runs at the first boot only')
      else if (!isPlain(words) || !readIpCommand(words, item(node), collector))
        collector.unknown(node.place, 'the command is not understood')
    }
  }
}

const NETWORK_COMMAND =
  /(?:^|[\s/;&|(])(?:ip|route|ifconfig|nmcli|netplan|ifup|sysctl|networkctl|brctl|vconfig)(?:\s|$)/

const isPlain = (words: readonly string[]): boolean => words.every((word) => /^[\w./:@=,+-]+$/.test(word))

const item = ({ place, comment }: YamlNode): { readonly place: Place; readonly comment?: string } => ({
  place,
  ...(comment === undefined ? {} : { comment }),
})
