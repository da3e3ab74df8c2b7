// Manual run: boots one stack on a folder of rendered files and prints the kernel state.
import { parseArgs } from 'node:util'
import { perform } from './events.js'
import { openLab, whyNoBoot } from '../lab/lab.js'
import type { Lab } from '../lab/lab.js'
import { debians } from '../lab/rootfs/rootfs.js'
import { stackIds } from '../lab/stacks.js'
import { readTree } from '../lab/rootfs/tree.js'
import type { Peer } from '../lab/network/veth-topology.js'

const usage = `boot --stack STACK --tree DIR --link NAME=ADDRESSES… [options]

  --stack STACK      ${stackIds.join(' | ')}
  --tree DIR         files as in DIR/etc/…; may be given twice (a later one wins)
  --link NAME=LIST   a link of the host; at its other end a router with the addresses of LIST (comma between),
                     which answers for 198.18.0.0/15 and 2001:2::/48 too. In LIST also:
                     via=ADDRESS (the default gateway of the other end), dnsmasq=ARGUMENT (repeatable, + for its commas).
  --link NAME@OTHER  a link on the same switch as OTHER
  --dark NAME        this link has no carrier during the boot
  --debian N         13 (default), 12, 11
  --run COMMAND      in the host, once its state is stable; may be given twice
  --events LIST      'carrier-loss eth1; settle; show; carrier eth1; settle; show; run networkctl reload; …'
                     also: peer LINK COMMAND, lease LINK DNSMASQ-ARGUMENTS, tree DIR (installs its files), sleep SECONDS, log
  --json             print the normalised state instead of the plain text
  --log              print the journal at the end (always when the boot is degraded)
`

function words(values: readonly string[] | undefined): readonly string[] {
  return values ?? []
}

/** `eth0=192.0.2.1/24,via=…` creates a peer; `eth1@eth0` joins the peer of eth0. */
function peersOf(links: readonly string[]): readonly Peer[] {
  const peers: Peer[] = []
  for (const link of links) {
    const [, name = '', kind = '', rest = ''] = /^([^=@]+)([=@])(.*)$/.exec(link) ?? []
    const other = peers.findIndex((peer) => peer.links.includes(rest))
    const shared = peers[other]
    if (kind === '@' && shared !== undefined) peers[other] = { ...shared, links: [...shared.links, name] }
    else if (kind === '=') peers.push(peerOf(name, rest))
    else throw new Error(`--link ${link}: NAME=ADDRESSES or NAME@OTHER`)
  }
  return peers
}

function peerOf(name: string, list: string): Peer {
  const items = list.split(',').filter((item) => item !== '')
  const values = (key: string): readonly string[] =>
    items.filter((item) => item.startsWith(`${key}=`)).map((item) => item.slice(key.length + 1))
  return {
    links: [name],
    addresses: items.filter((item) => !item.includes('=')),
    via: values('via'),
    dnsmasq: values('dnsmasq').map((argument) => argument.replaceAll('+', ',')),
  }
}

function wanted<T extends string | number>(all: readonly T[], given: string, what: string): T {
  const found = all.find((one) => String(one) === given)
  if (found === undefined) throw new Error(`--${what} ${given}: one of ${all.join(', ')}`)
  return found
}

async function main(): Promise<number> {
  const list = { type: 'string', multiple: true } as const
  const text = { type: 'string' } as const
  const flag = { type: 'boolean' } as const
  const { values } = parseArgs({
    options: {
      ...{ stack: text, debian: text, events: text, tree: list, link: list, withoutCarrier: list, run: list },
      ...{ log: flag, json: flag, help: flag },
    },
  })
  if (values.help === true || values.stack === undefined) {
    console.log(usage)
    return values.help === true ? 0 : 2
  }
  const stack = wanted(stackIds, values.stack, 'stack')
  const debian = wanted(debians, values.debian ?? '13', 'debian')
  const why = whyNoBoot(stack, debian)
  if (why !== undefined) {
    console.error(`skipped: ${why}`)
    return 3
  }
  const files = new Map(
    words(values.tree)
      .flatMap(readTree)
      .map((file) => [file.path, file]),
  )
  const begun = Date.now()
  const lab = await openLab({
    ...{ stack, debian, tree: [...files.values()] },
    ...{ peers: peersOf(words(values.link)), withoutCarrier: words(values.withoutCarrier) },
  })
  try {
    const runs = words(values.run).map((command) => `run ${command}`)
    const steps = [
      'settle',
      values.json === true ? 'json' : 'show',
      ...(values.events ?? '').split(';'),
      ...runs,
    ]
    for (const step of steps) await perform(lab, step.trim())
    console.error(`${stack} on Debian ${debian}: ${lab.condition}, ${(Date.now() - begun) / 1000} s`)
    if (values.log === true || lab.condition !== 'running') console.log(await complaint(lab))
  } finally {
    await lab.close()
  }
  return lab.condition === 'running' ? 0 : 1
}

async function complaint(lab: Lab): Promise<string> {
  return `## failed
${await lab.failed()}
## log
${await lab.log()}`
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exit(2)
  },
)
