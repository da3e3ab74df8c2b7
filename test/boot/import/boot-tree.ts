// One tree of a host that a person configured: its kernel has what the import read, and decides the same after a boot with
// what the import renders, for its own stack or another one.
import type { KernelPlan } from '../../../src/plan/plan.js'
import { allows, isOneOf } from '../../netns/decisions.js'
import { wrongLiveImport } from '../checks/live-import.js'
import { openLab, type Lab, type LabSpec } from '../lab/lab.js'
import type { HostResult } from '../kernel/inside.js'
import {
  answersOf,
  handWrittenHost,
  hostNamed,
  platformsOf,
  renderedHost,
  renderedImport,
  whyNotAsItIs,
  wrongOf,
  type Host,
} from './hand-written.js'
import { knownDifferences, races } from './known-differences.js'

type Booted = { readonly answers: readonly string[]; readonly wrong: readonly string[] }

export async function withLab<T>(spec: LabSpec, use: (lab: Lab) => Promise<T>): Promise<T> {
  const lab = await openLab(spec)
  try {
    // Leases come after the boot.
    await lab.waitStable()
    return await use(lab)
  } finally {
    await lab.close()
  }
}

export const ask = async (lab: Lab, plan: KernelPlan, host: Host): Promise<Booted> => ({
  answers: await answersOf(lab, host.tree),
  wrong: await wrongOf(lab, plan, host),
})

/** Packets with another answer than a person expects. */
const unexpected = ({ tree: { packets } }: Host, answers: readonly string[]): readonly string[] =>
  packets.flatMap(({ get, answer }, n) =>
    allows(answer, answers[n] ?? '') ? [] : [`${get}: ${String(answers[n])}, not ${answer}`],
  )

/** Packets that the second host answers otherwise. Which of several balanced next hops a packet gets is a hash. */
export const changed = (
  { tree: { packets } }: Host,
  before: readonly string[],
  after: readonly string[],
): readonly string[] =>
  packets.flatMap(({ get, answer }, n) => {
    const [first, second] = [before[n] ?? '', after[n] ?? '']
    // Before the import it may be what a person expects: all of the next hops.
    const isBalanced = (first === answer || isOneOf(answer, first)) && isOneOf(answer, second)
    return first === second || isBalanced ? [] : [`${get}: ${first}, then ${second}`]
  })

/** Answers before the import: the kernel's, or a person's if the lab does not boot the files. */
async function bootAsItIs(host: Host): Promise<Booted> {
  const why = whyNotAsItIs(host)
  if (why !== undefined) {
    console.log(`import: ${host.tree.name} is not booted as it is: ${why}`)
    return { answers: host.tree.packets.map(({ answer }) => answer), wrong: [] }
  }
  const { source, plan, comparison } = host.imported
  const { answers, wrong } = await withLab(handWrittenHost(host), async (lab) => {
    const booted = await ask(lab, source.plan, host)
    const live = plan === undefined ? [] : await wrongLiveImport(lab, plan, comparison?.differences)
    return { ...booted, wrong: [...booted.wrong, ...live] }
  })
  return { answers, wrong: [...wrong, ...unexpected(host, answers)].map((line) => `as it is: ${line}`) }
}

/** `+ ` beyond the known differences, `- ` known and not there. */
export async function bootTree(name: string): Promise<HostResult> {
  const host = hostNamed(name)
  const renderings = platformsOf(host).map((platform) => ({
    platform,
    rendering: renderedImport(host, platform),
  }))
  const [why] = renderings.flatMap(({ rendering }) => (typeof rendering === 'string' ? [rendering] : []))
  if (why !== undefined && whyNotAsItIs(host) !== undefined) return { skipped: why, differences: [] }
  const before = await bootAsItIs(host)
  const found = [...before.wrong]
  for (const { platform, rendering } of renderings) {
    if (typeof rendering === 'string') {
      found.push(`${platform.stack}: ${rendering}`)
      continue
    }
    const { answers, wrong, live } = await withLab(renderedHost(host, rendering, platform), async (lab) => ({
      ...(await ask(lab, rendering.plan, host)),
      live: await wrongLiveImport(lab, rendering.plan),
    }))
    const lines = [...wrong, ...live, ...changed(host, before.answers, answers)]
    found.push(...lines.map((line) => `${platform.stack}: ${line}`))
  }
  const known = knownDifferences[name] ?? []
  const optional = races[name] ?? []
  return {
    differences: [
      ...known.filter((line) => !found.includes(line)).map((line) => `- ${line}`),
      ...found.filter((line) => !known.includes(line) && !optional.includes(line)).map((line) => `+ ${line}`),
    ],
  }
}
