// Schema of `targets`: which are rendered, and the settings of each.
import type { TargetsDescription, WrittenSettings } from '../description.js'
import { fail, choice, ok, addIssue, scalar, wrongType } from './primitives.js'
import { checked, converted, listOf, mapping, named, nullable, optional, union } from './collections.js'
import { shorten } from './describe-value.js'
import { fileName, linkNames, netplanDefinition, plainFileName, programPath } from './names.js'
import { version } from './text.js'
import { ALL, targetHint, targetNamed, targetNames, type TargetName } from '../target-names.js'

const versionOf = (program: string) =>
  optional(version(), `Version of ${program} on the host. Default: that of Debian 13.`)

/** Versions of what every stack runs on. */
const host = {
  linux: optional(version(), 'Version of the kernel on the host. Default: that of the same Debian.'),
  iproute2: optional(version(), 'Version of ip(8) on the host. Default: that of the same Debian.'),
}

/** The settings of each target, which the target itself reads. */
const settings = {
  netifrc: { version: versionOf('netifrc'), ...host },
  ifupdown: {
    version: versionOf('the flavour'),
    ...host,
    flavour: optional(
      choice('flavour', ['ifupdown', 'ifupdown2', 'ifupdown-ng']),
      'Which program it is. Default: ifupdown.',
    ),
    layout: optional(
      choice('layout', ['interfaces', 'drop-in']),
      'Write /etc/network/interfaces whole, or one file of interfaces.d. Default: interfaces.',
    ),
    file: optional(plainFileName(), 'Name of the drop-in. Default: 60-multihome.'),
  },
  'nm-dispatcher': {
    version: versionOf('NetworkManager'),
    ...host,
    file: optional(fileName(), 'Name of the script in dispatcher.d.'),
  },
  'nm-keyfile': {
    version: versionOf('NetworkManager'),
    ...host,
    file: optional(fileName(), 'Name of the dispatcher script for what keyfiles cannot express.'),
  },
  networkd: {
    version: versionOf('systemd'),
    ...host,
    files: optional(
      named('a mapping of links to file names', linkNames, fileName('.network')),
      'Name of the .network file of each link; with `manage: routing`, the file for which a drop-in is written.',
    ),
  },
  netplan: {
    version: versionOf('netplan'),
    ...host,
    renderer: optional(
      choice('renderer', ['networkd', 'NetworkManager']),
      'The program that applies it. Default: networkd.',
    ),
    'beyond-yaml': optional(
      choice('way', ['drop-in', 'refuse', 'dispatcher']),
      'What happens to state that the YAML cannot express: a file for networkd beside it, an error, or a script of the NetworkManager dispatcher. Default: drop-in with networkd, refuse with NetworkManager.',
    ),
    file: optional(fileName('.yaml'), 'Name of the file in /etc/netplan.'),
    systemd: optional(version(), 'Version of systemd beside it. Default: that of the same Debian.'),
    definitions: optional(
      named('a mapping of links to definitions', linkNames, netplanDefinition()),
      'With `manage: routing`, where each link is defined in the YAML that is there: `vlans.uplink`. Default: `ethernets.LINK`.',
    ),
  },
  iproute2: {
    version: versionOf('iproute2'),
    linux: host.linux,
    path: optional(
      programPath(),
      'Where the script goes: below /usr/local, /opt or /etc/multihome. Default: /usr/local/sbin/multihome.sh.',
    ),
  },
}

const netplan = () =>
  checked(mapping('settings as a mapping', settings.netplan), (written, context) => {
    const way = written['beyond-yaml']
    const isNetworkManager = written.renderer === 'NetworkManager'
    const refuse = (setting: string, needs: string): void =>
      addIssue(context, way, fail('setting-conflict', { setting, needs }), ['beyond-yaml'])
    if (way === 'dispatcher' && !isNetworkManager)
      refuse('beyond-yaml: dispatcher', 'renderer: NetworkManager')
    if (way === 'drop-in' && isNetworkManager) refuse('beyond-yaml: drop-in', 'renderer: networkd')
  })

const settingsOf = (id: TargetName) =>
  id === 'netplan' ? netplan() : mapping('settings as a mapping', settings[id])

/** A key without a value chooses the target without settings. */
const chosen = (id: TargetName) =>
  optional(nullable(settingsOf(id)), `Chooses the target ${id}; its settings.`)

const targetName = () =>
  scalar({ enum: [ALL, ...targetNames] }, (value) => {
    if (typeof value !== 'string') return wrongType('text', 'the name of a target', value)
    const name = value === ALL ? ALL : targetNamed(value)
    if (name !== undefined) return ok(name)
    return fail(
      'value-unknown',
      { what: 'target', value: shorten(value), choices: targetNames },
      { fix: targetHint(value) },
    )
  })

const withoutSettings = () =>
  scalar<Readonly<Record<string, never>>>({ type: ['null', 'object'] }, (value) =>
    value === null || (typeof value === 'object' && Object.keys(value).length === 0)
      ? ok({})
      : wrongType('other', 'nothing: it has no settings', value),
  )

const settingsByTarget = () =>
  checked(
    mapping('a mapping of targets to settings', {
      [ALL]: optional(withoutSettings(), 'Chooses every target; the other keys give settings.'),
      ...Object.fromEntries(targetNames.map((id) => [id, chosen(id)])),
    }),
    (written, context) => {
      // An unknown key is reported already.
      if (context.issues.length === 0 && Object.keys(written).length === 0)
        addIssue(context, written, fail('list-empty', { what: 'targets' }))
    },
  )

/** One object, so that the capabilities of a target are computed once for many descriptions. */
const NO_SETTINGS: WrittenSettings = {}

/** Names, or a mapping of names to settings: both choose what is rendered. */
export const targets = () =>
  converted(
    union('a list of targets, or a mapping of targets to settings', [
      targetName(),
      listOf('a list of targets', targetName()),
      settingsByTarget(),
    ]),
    (written): TargetsDescription => {
      const entries =
        typeof written === 'string' || Array.isArray(written)
          ? [written].flat().map((name) => [name, NO_SETTINGS] as const)
          : Object.entries(written ?? {}).map(([name, own]) => [name, own ?? NO_SETTINGS] as const)
      const byName: Partial<Record<string, WrittenSettings>> = Object.fromEntries(entries)
      const names = Object.hasOwn(byName, ALL)
        ? targetNames
        : targetNames.filter((id) => Object.hasOwn(byName, id))
      return Object.fromEntries(names.map((id) => [id, byName[id] ?? NO_SETTINGS]))
    },
  )
