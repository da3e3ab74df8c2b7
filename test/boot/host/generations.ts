// Which versions of the programs stand on each Debian, and how a description is told.
import type { Debian } from '../lab/rootfs.js'

/** As `dpkg-query` says in the cached roots. netifrc is in no Debian: the tree that is laid over is what it is. */
const versions: Readonly<Record<Debian, Readonly<Record<string, string>>>> = {
  13: {},
  12: {
    ifupdown: 'version: 0.8.41',
    'nm-dispatcher': "version: '1.42'",
    'nm-keyfile': "version: '1.42'",
    networkd: "version: '252'",
    netplan: "version: '0.106', systemd: '252'",
    iproute2: "version: '6.1'",
  },
  11: {
    ifupdown: 'version: 0.8.36',
    'nm-dispatcher': "version: '1.30'",
    'nm-keyfile': "version: '1.30'",
    networkd: "version: '247'",
    netplan: "version: '0.101', systemd: '247'",
    iproute2: "version: '5.10'",
  },
}

/** The description for that Debian; one that has settings of its own for a target stays as it is. */
export function descriptionFor(text: string, debian: Debian): string {
  const lines = Object.entries(versions[debian]).map(([target, settings]) => `  ${target}: { ${settings} }`)
  if (lines.length === 0 || /^targets:/m.test(text)) return text
  return `${text.trimEnd()}\ntargets:\n${lines.join('\n')}\n`
}
