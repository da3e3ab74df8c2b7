// Names of targets: those of the language, and the names of distributions and programs that people type instead.
import { didYouMean } from '../diagnostics/suggest.js'

/** In the order of the registry, src/targets/index.ts. */
export const targetNames = [
  'netifrc',
  'ifupdown',
  'nm-dispatcher',
  'nm-keyfile',
  'networkd',
  'netplan',
  'iproute2',
] as const

export type TargetName = (typeof targetNames)[number]

/** Chooses every target. */
export const ALL = 'all'

const NETWORK_MANAGER: readonly TargetName[] = ['nm-keyfile', 'nm-dispatcher']

/** Lower case. One target: the name stands for it. Several: the writer has to choose. */
const otherNames = new Map<string, readonly TargetName[]>([
  ['almalinux', NETWORK_MANAGER],
  ['arch', ['networkd', 'nm-keyfile']],
  ['centos', NETWORK_MANAGER],
  ['debian', ['ifupdown']],
  ['fedora', NETWORK_MANAGER],
  ['gentoo', ['netifrc']],
  ['networkmanager', NETWORK_MANAGER],
  ['nm', NETWORK_MANAGER],
  ['rhel', NETWORK_MANAGER],
  ['rocky', NETWORK_MANAGER],
  ['systemd-networkd', ['networkd']],
  ['ubuntu', ['netplan']],
])

/** Flavours of ifupdown, which are a setting: the name alone would give the files of another flavour. */
const flavours = new Map([
  ['alpine', 'ifupdown-ng'],
  ['ifupdown-ng', 'ifupdown-ng'],
  ['ifupdown2', 'ifupdown2'],
])

/** The target that a name stands for; undefined where it stands for none, or for several. */
export function targetNamed(name: string): TargetName | undefined {
  const word = name.toLowerCase()
  const meant = otherNames.get(word) ?? targetNames.filter((target) => target === word)
  return meant.length === 1 ? meant[0] : undefined
}

/** What to write instead of a name that is none of the language's. */
export function targetHint(name: string): string {
  const word = name.toLowerCase()
  const flavour = flavours.get(word)
  if (flavour !== undefined)
    return `Write \`ifupdown\`, with the setting \`flavour: ${flavour}\` under \`targets\` in the description.`
  const meant = otherNames.get(word)
  if (meant !== undefined) return `Write ${meant.map((target) => `\`${target}\``).join(' or ')}.`
  return (
    didYouMean(name, [...targetNames, ALL, ...otherNames.keys()]) ??
    `Write ${targetNames.join(', ')} or ${ALL}.`
  )
}
