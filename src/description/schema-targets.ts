// The settings of each target: what the description tells of the program that reads the output.
import * as z from 'zod/mini'
import type { TargetsDescription } from './description.js'
import { bad, choice, raise } from './schema-build.js'
import { mapping, named, optional } from './schema-collections.js'
import { absolutePath, fileName, linkNames, netplanDefinition, plainFileName } from './schema-names.js'
import { version } from './schema-text.js'

const versionOf = (program: string) =>
  optional(version(), `Version of ${program} on the host. Default: that of Debian 13.`)

/** A row for each target, an entry for each setting; the target itself reads them. */
const settings = {
  netifrc: { version: versionOf('netifrc') },
  ifupdown: {
    version: versionOf('the flavour'),
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
    file: optional(fileName(), 'Name of the script in dispatcher.d.'),
  },
  'nm-keyfile': {
    version: versionOf('NetworkManager'),
    file: optional(fileName(), 'Name of the dispatcher script for what keyfiles cannot say.'),
  },
  networkd: {
    version: versionOf('systemd'),
    files: optional(
      named('a mapping of links to file names', linkNames, fileName('.network')),
      'Name of the .network file of each link; with `manage: routing` the one beside which a drop-in is laid.',
    ),
  },
  netplan: {
    version: versionOf('netplan'),
    renderer: optional(
      choice('renderer', ['networkd', 'NetworkManager']),
      'Who carries it out. Default: networkd.',
    ),
    'beyond-yaml': optional(
      choice('way', ['drop-in', 'refuse', 'dispatcher']),
      'What becomes of that which the YAML cannot say: a file for networkd beside it, an error, or a script of the NetworkManager dispatcher. Default: drop-in with networkd, refuse with NetworkManager.',
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
    path: optional(absolutePath(), 'Where the script goes. Default: /usr/local/sbin/multihome.sh.'),
  },
}

const netplan = () =>
  mapping('settings as a mapping', settings.netplan).check(
    z.superRefine((written, context) => {
      const way = written['beyond-yaml']
      const isNetworkManager = written.renderer === 'NetworkManager'
      const refuse = (setting: string, needs: string): void =>
        raise(context, way, bad('setting-conflict', { setting, needs }), ['beyond-yaml'])
      if (way === 'dispatcher' && !isNetworkManager)
        refuse('beyond-yaml: dispatcher', 'renderer: NetworkManager')
      if (way === 'drop-in' && isNetworkManager) refuse('beyond-yaml: drop-in', 'renderer: networkd')
    }),
  )

const of = (id: Exclude<keyof typeof settings, 'netplan'>) => mapping('settings as a mapping', settings[id])

const about = (id: string): string => `Settings of the target ${id}.`

export const targets = () =>
  z.pipe(
    mapping('a mapping of targets to settings', {
      netifrc: optional(of('netifrc'), about('netifrc')),
      ifupdown: optional(of('ifupdown'), about('ifupdown')),
      'nm-dispatcher': optional(of('nm-dispatcher'), about('nm-dispatcher')),
      'nm-keyfile': optional(of('nm-keyfile'), about('nm-keyfile')),
      networkd: optional(of('networkd'), about('networkd')),
      netplan: optional(netplan(), about('netplan')),
      iproute2: optional(of('iproute2'), about('iproute2')),
    }),
    z.transform((written): TargetsDescription => written as TargetsDescription),
  )
