// Settings of netplan: versions, renderer, and where rules and routes go that the YAML cannot express.
import { loopback, type LinkName } from '../../kernel/link.js'
import type { Path } from '../../diagnostics/diagnostic.js'
import type { KernelPlan } from '../../plan/plan.js'
import { OLDEST_SYSTEMD } from '../shared/networkd/values.js'
import { versionBeside } from '../host-versions.js'
import { refuseValue } from '../refuse.js'
import type { RenderContext, Step, WrittenSettings } from '../target.js'
import { isAtLeast, versionOf } from '../version.js'

export const ID = 'netplan'
export const TITLE = 'netplan'
export const DEFAULT_VERSION = '1.1.2'
const OLDEST_NETPLAN = '0.101'
/** Since then the YAML can have settings of a profile for which it has no key. */
export const PASSTHROUGH = '0.103'
/** Since then a VRF has the keys of other links. */
export const VRF_KEYS = '0.107'

/** For both renderers. */
export const GENERATE: Step = {
  programs: ['netplan'],
  command: 'netplan generate',
  why: 'turns the YAML into files of its renderer; at boot this happens by itself',
}

export type Renderer = 'networkd' | 'NetworkManager'
export type Beyond = 'drop-in' | 'dispatcher' | 'refuse'

export interface NetplanSettings {
  readonly netplan: string
  /** That of the same Debian, unless it is named. */
  readonly systemd: string
  readonly renderer: Renderer
  readonly beyond: Beyond
  readonly path: `/${string}`
  readonly definitions: Readonly<Record<string, string>>
}

export function readSettings(settings: WrittenSettings): NetplanSettings {
  const netplan = versionOf(settings, DEFAULT_VERSION)
  const renderer = settings['renderer'] === 'NetworkManager' ? 'NetworkManager' : 'networkd'
  const { systemd, definitions } = settings
  return {
    netplan,
    systemd: systemd === undefined ? versionBeside('netplan', netplan, 'systemd') : String(systemd),
    renderer,
    beyond: beyondOf(settings, renderer),
    path: `/etc/netplan/${String(settings['file'] ?? '60-multihome.yaml')}`,
    definitions: typeof definitions === 'object' ? definitions : {},
  }
}

function beyondOf(settings: WrittenSettings, renderer: Renderer): Beyond {
  const written = settings['beyond-yaml']
  if (written === 'drop-in' || written === 'dispatcher' || written === 'refuse') return written
  return renderer === 'networkd' ? 'drop-in' : 'dispatcher'
}

/** Position of a link in netplan's YAML. */
export interface Definition {
  /** `ethernets`, `vlans`, … */
  readonly section: string
  /** The key below it; netplan names its files by it. */
  readonly id: string
}

/** `vlans.uplink.5` is the key `uplink.5` below `vlans`, as `netplan set` would have it. */
const DEFINITION =
  /^(ethernets|bonds|bridges|dummy-devices|modems|tunnels|vlans|vrfs|wifis)\.([A-Za-z0-9_][A-Za-z0-9._-]*)$/

export function definitionOf(link: LinkName, { definitions }: NetplanSettings): Definition {
  const written = Object.hasOwn(definitions, link) ? definitions[link] : undefined
  const [, section, id] = DEFINITION.exec(written ?? '') ?? []
  return section === undefined || id === undefined ? { section: 'ethernets', id: link } : { section, id }
}

export function refuseSettings(plan: KernelPlan, settings: NetplanSettings, context: RenderContext): void {
  const refuse = (key: readonly string[], what: string, reason: string, dependsOn?: readonly Path[]): void =>
    refuseValue(context.reporter.at('targets', ID, ...key), ID, what, reason, { dependsOn })
  if (!isAtLeast(settings.netplan, OLDEST_NETPLAN))
    refuse(
      ['version'],
      `netplan ${settings.netplan}`,
      `the oldest that this was tried with is ${OLDEST_NETPLAN}`,
    )
  if (settings.renderer === 'networkd' && !isAtLeast(settings.systemd, OLDEST_SYSTEMD))
    refuse(
      ['systemd'],
      `systemd ${settings.systemd}`,
      `the oldest that this was tried with is ${OLDEST_SYSTEMD}`,
    )
  const links = new Set<string>([loopback, ...plan.state.links.map((link) => link.name)])
  for (const [link, definition] of Object.entries(settings.definitions)) {
    const key = ['definitions', link]
    if (!links.has(link))
      refuse(key, `a definition for ${link}`, 'the description has no such link', [['links', link]])
    if (!DEFINITION.test(definition))
      refuse(key, JSON.stringify(definition), 'it must be SECTION.ID, as in `vlans.uplink`')
    if (plan.intent.manage === 'full' && !definition.startsWith('ethernets.'))
      refuse(key, JSON.stringify(definition), 'only with `manage: routing` does another file make the link')
  }
}
