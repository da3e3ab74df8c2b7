// Versions of the programs beside a stack on its host: as its settings name them, or those of the same Debian.
import type { Reporter } from '../diagnostics/reporter.js'
import { usedFeatures } from '../plan/features.js'
import type { KernelPlan } from '../plan/plan.js'
import { versionNeeds, type VersionNeed } from '../plan/requires-versions.js'
import { CALLERS_OF_IP } from './steps.js'
import type { Capabilities, Target, WrittenSettings } from './target.js'
import { isAtLeast, versionOf } from './version.js'

/** Debian 13, 12 and 11. ifupdown2 has the same version in all of them, so that it names none. */
const debians = [
  {
    name: 'Debian 13',
    ...{ Linux: '6.12', iproute2: '6.15', systemd: '257', NetworkManager: '1.52' },
    ...{ netplan: '1.1', ifupdown: '0.8.44', 'ifupdown-ng': '0.12' },
  },
  {
    name: 'Debian 12',
    ...{ Linux: '6.1', iproute2: '6.1', systemd: '252', NetworkManager: '1.42' },
    ...{ netplan: '0.106', ifupdown: '0.8.41', 'ifupdown-ng': '0.11' },
  },
  {
    name: 'Debian 11',
    ...{ Linux: '5.10', iproute2: '5.10', systemd: '247', NetworkManager: '1.30' },
    ...{ netplan: '0.101', ifupdown: '0.8.36', 'ifupdown-ng': '0' },
  },
] as const

type Debian = (typeof debians)[number]
type Program = Exclude<keyof Debian, 'name'>

/** The newest Debian that has this version of the program or an older one; the oldest Debian if none has. */
const debianWith = (program: Program, version: string): Debian =>
  debians.find((debian) => isAtLeast(version, debian[program])) ?? debians[2]

/** The version of a program in the Debian that has this version of another one. */
export const versionBeside = (program: Program, version: string, other: Program): string =>
  debianWith(program, version)[other]

/** Settings of every target, with their meanings for the documents. */
export const hostSettings = {
  linux:
    'version of the kernel; without it that of the same Debian is assumed, and what it lacks is a warning instead of an error',
  iproute2: 'version of ip(8), for scripts and programs that call it; else as for `linux`',
} as const

/** undefined for netifrc, which no Debian has. */
function debianOf({ consumer, defaultVersion }: Target, settings: WrittenSettings): Debian | undefined {
  const program = consumer === 'ifupdown' ? (settings['flavour'] ?? consumer) : consumer
  if (program === 'netifrc') return undefined
  const isDefault = settings['version'] === undefined
  const isKnown = (name: unknown): name is Program =>
    name !== 'name' && Object.hasOwn(debians[0], String(name))
  return isDefault || !isKnown(program)
    ? debians[0]
    : debianWith(program, versionOf(settings, defaultVersion))
}

/**
 * Reports what the plan needs of Linux and of ip(8), and the host lacks: an error where the settings name the version, else
 * a warning.
 */
export function checkHostVersions(
  plan: KernelPlan,
  target: Target,
  settings: WrittenSettings,
  reporter: Reporter,
): void {
  const capabilities = target.capabilities(settings)
  const debian = debianOf(target, settings)
  const needs = versionNeeds(plan).filter((need) => concerns(need, capabilities))
  const programs = callsIp(plan, target, capabilities)
    ? (['linux', 'iproute2'] as const)
    : (['linux'] as const)
  for (const key of programs) {
    const isOwn = key === target.id
    const named = isOwn ? versionOf(settings, target.defaultVersion) : settings[key]
    const program = key === 'linux' ? 'Linux' : key
    const version = named ?? debian?.[program]
    if (version === undefined) continue
    for (const need of needs) {
      const least = need[key]
      if (least === undefined || isAtLeast(String(version), least)) continue
      // The capability record reports it.
      if (isOwn && need.feature !== undefined && 'since' in capabilities[need.feature]) continue
      const about = { what: need.what, target: target.id, least: `${program} ${least}` }
      const options = { target: target.id }
      const at = reporter.at(...need.path)
      if (named === undefined)
        at.report(
          'host-version-assumed',
          { ...about, debian: debian?.name ?? '', version: String(version) },
          {
            ...options,
            fix: `Write \`targets: {${target.id}: {${key}: VERSION}}\` if the host has another one.`,
          },
        )
      else at.report('host-version', { ...about, version: String(version) }, options)
    }
  }
}

/** What the target refuses is reported for that alone; daemons set the sysctls of router advertisements themselves. */
function concerns({ feature }: VersionNeed, capabilities: Capabilities): boolean {
  if (feature === undefined) return true
  const { how } = capabilities[feature]
  return feature === 'link.accept-ra' ? how === 'not-needed' : how !== 'unsupported'
}

const callsIp = (plan: KernelPlan, { id }: Target, capabilities: Capabilities): boolean =>
  CALLERS_OF_IP.has(id) || [...usedFeatures(plan)].some((feature) => capabilities[feature].how === 'hook')
