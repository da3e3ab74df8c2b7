// Events of a manual run: carrier lost and back, commands, changed files, a dump of the kernel state.
import type { Lab } from '../lab/lab.js'
import { sleep } from '../lab/process/shell.js'
import { readTree } from '../lab/rootfs/tree.js'

/** Rules and routes in plain text, without table local and multicast. */
const show = [
  'for f in 4 6; do echo "## ip -$f rule"; ip -$f rule show; done',
  'for f in 4 6; do echo "## ip -$f route show table all"; ip -$f route show table all |',
  "  grep -vE '(^| )table local( |$)|^multicast |^(anycast|local|broadcast) |^ff00::/8 |^fe80::/64 '; done",
  'true',
].join('\n')

type Step = (lab: Lab, rest: string) => Promise<void>

const steps: Readonly<Record<string, Step>> = {
  show: async (lab) => console.log((await lab.exec(show)).stdout),
  json: async (lab) => console.log(JSON.stringify(await lab.state(), undefined, 1)),
  settle: async (lab) => void (await lab.waitStable()),
  sleep: (_lab, rest) => sleep(Number(rest)),
  carrier: (lab, rest) => lab.carrier(rest, true),
  'carrier-loss': (lab, rest) => lab.carrier(rest, false),
  log: async (lab) => console.log(await lab.log()),
  tree: (lab, rest) => lab.install(readTree(rest)),
  run: async (lab, rest) => print(`$ ${rest}`, await lab.exec(rest)),
  lease: (lab, rest) => {
    const [link = '', ...options] = rest.split(/\s+/)
    return lab.lease(link, options)
  },
  peer: async (lab, rest) => {
    const [link = '', ...command] = rest.split(' ')
    print(`${link}$ ${command.join(' ')}`, await lab.peerExec(link, command.join(' ')))
  },
}

function print(head: string, { code, stdout, stderr }: Awaited<ReturnType<Lab['exec']>>): void {
  const end = code === 0 ? '' : `(exit ${code})\n`
  console.log(`${head}\n${stdout}${stderr}${end}`)
}

export async function perform(lab: Lab, step: string): Promise<void> {
  if (step === '') return
  const [word = '', rest = ''] = /^(\S+)\s*(.*)$/s.exec(step)?.slice(1) ?? []
  const known = steps[word]
  if (known === undefined) throw new Error(`no such step: ${word} (${Object.keys(steps).join(', ')})`)
  if (word !== 'show' && word !== 'json') console.error(`· ${step}`)
  await known(lab, rest)
}
