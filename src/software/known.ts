// Numbers that other software uses as its own on the same host.
import type { Fwmark } from '../kernel/fwmark.js'
import type { Preference } from '../kernel/preference.js'
import type { TableId } from '../kernel/table.js'

export interface Software {
  readonly name: string
  /** Inclusive bands of rule preferences. */
  readonly prefs: readonly (readonly [Preference, Preference])[]
  /** Inclusive bands of table numbers. */
  readonly tables: readonly (readonly [TableId, TableId])[]
  /** Bits of the mark that it sets and clears. */
  readonly markBits: number
}

const software = (
  name: string,
  prefs: Software['prefs'],
  tables: Software['tables'],
  markBits: number,
): Software => ({ name, prefs, tables, markBits })

/** Each with the place its numbers come from. */
export const knownSoftware: readonly Software[] = [
  // wgengine/router/osrouter/router_linux.go: base 5200, rules at +10 … +70, table 52, mark bits 16 to 23.
  software('tailscale', [[5200, 5299]], [[52, 52]], 0xff0000),
  // Docker lays no rules; its networks are reached through main (`local`), and swarm marks inside its own namespaces.
  software('docker', [], [], 0),
  // pkg/datapath/linux/linux_defaults: rules up to 111, the local table moved to 100; tables 2004 and 2005; mark host mask.
  software('cilium', [[1, 111]], [[2004, 2005]], 0x0f00),
  // mwan3.sh: 1000 + interface, 2000 + interface, 3000 + interface; a table for each interface; default mask 0x3f00.
  software('mwan3', [[1001, 3255]], [[1, 250]], 0x3f00),
  // wg-quick(8): table and mark 51820 from there upwards; rules without preference.
  software('wg-quick', [], [[51820, 51839]], 0),
  // Documentation/networking/vrf.rst: the l3mdev rule at 1000.
  software('vrf', [[1000, 1000]], [], 0),
  // pkg/networkutils: 512 to pod, 1024 host, 1536 from pod; connmark 0x80; a table for each network card.
  software(
    'aws-vpc-cni',
    [
      [512, 512],
      [1024, 1024],
      [1536, 1536],
    ],
    [[2, 50]],
    0x80,
  ),
  // lib/lib.sh: preference and table 10000 + card.
  software('ec2-net-utils', [[10000, 10999]], [[10000, 10999]], 0),
  // kube-proxy: marks 0x4000 for masquerade and 0x8000 for drop.
  software('kube-proxy', [], [], 0xc000),
  // Felix: default IptablesMarkMask.
  software('calico', [], [], 0xffff0000),
]

export const softwareOfPref = (all: readonly Software[], pref: Preference): Software | undefined =>
  all.find(({ prefs }) => prefs.some(([first, last]) => first <= pref && pref <= last))

export const softwareOfTable = (all: readonly Software[], table: TableId): Software | undefined =>
  all.find(({ tables }) => tables.some(([first, last]) => first <= table && table <= last))

export const softwareOfMark = (all: readonly Software[], { mask }: Fwmark): Software | undefined =>
  // Bitwise operators work on 32 signed bits, so compare with 0 alone.
  all.find(({ markBits }) => (markBits & mask) !== 0)
