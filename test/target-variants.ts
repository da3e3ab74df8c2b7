// Targets with the settings and versions that differ in support.
import { targets } from '../src/targets/index.js'
import type { Target, WrittenSettings } from '../src/targets/target.js'

const variants: Readonly<Record<string, readonly WrittenSettings[]>> = {
  ifupdown: [{ flavour: 'ifupdown' }, { flavour: 'ifupdown2' }, { flavour: 'ifupdown-ng' }],
  'nm-dispatcher': [{ version: '1.52.1' }, { version: '1.42' }, { version: '1.30' }],
  'nm-keyfile': [{ version: '1.52.1' }, { version: '1.42' }, { version: '1.30' }],
  networkd: [{ version: '257' }, { version: '252' }, { version: '247' }],
  netplan: [
    { renderer: 'networkd' },
    { renderer: 'networkd', 'beyond-yaml': 'refuse' },
    { renderer: 'networkd', version: '0.106' },
    { renderer: 'networkd', version: '0.101' },
    { renderer: 'NetworkManager' },
    { renderer: 'NetworkManager', 'beyond-yaml': 'refuse' },
    { renderer: 'NetworkManager', version: '0.106' },
  ],
}

export const targetVariants = (targets as readonly Target[]).flatMap((target) =>
  (variants[target.id] ?? [{}]).map((settings) => ({
    name: `${target.id} ${JSON.stringify(settings)}`,
    target,
    settings,
  })),
)
