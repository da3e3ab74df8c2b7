// Import on booted hosts: the kernel of a host that a person configured has what the import read, and decides the same
// after a boot with what the import renders, for its own stack or another one.
import { describe, expect, inject, test } from 'vitest'
import type { KernelPlan } from '../../src/plan/plan.js'
import { treeNames } from '../import/trees.js'
import { allows, isOneOf } from '../netns/decisions.js'
import { connectFromPeer } from './checks/connection.js'
import { applyTree, copyTree, lastLog, startTree, waitForPhase } from './host/actions/apply-program.js'
import {
  answersOf,
  handWrittenHost,
  hostNamed,
  renderedHost,
  renderedImport,
  whyNotAsItIs,
  wrongOf,
  type Host,
} from './import/hand-written.js'
import { knownDifferences, races } from './import/known-differences.js'
import type { Platform } from './host/rendering.js'
import { openLab, type Lab, type LabSpec } from './lab/lab.js'
import type { StackId } from './lab/stacks.js'
import { isSelectedName } from './run/selection.js'

type Booted = { readonly answers: readonly string[]; readonly wrong: readonly string[] }

async function withLab<T>(spec: LabSpec, use: (lab: Lab) => Promise<T>): Promise<T> {
  const lab = await openLab(spec)
  try {
    // Leases come after the boot.
    await lab.waitStable()
    return await use(lab)
  } finally {
    await lab.close()
  }
}

const ask = async (lab: Lab, plan: KernelPlan, host: Host): Promise<Booted> => ({
  answers: await answersOf(lab, host.tree),
  wrong: await wrongOf(lab, plan, host),
})

/** Packets with another answer than a person expects. */
const unexpected = ({ tree: { packets } }: Host, answers: readonly string[]): readonly string[] =>
  packets.flatMap(({ get, answer }, n) =>
    allows(answer, answers[n] ?? '') ? [] : [`${get}: ${String(answers[n])}, not ${answer}`],
  )

/** Packets that the second host answers otherwise. Which of several balanced next hops a packet gets is a hash. */
const changed = (
  { tree: { packets } }: Host,
  before: readonly string[],
  after: readonly string[],
): readonly string[] =>
  packets.flatMap(({ get, answer }, n) => {
    const [first, second] = [before[n] ?? '', after[n] ?? '']
    const isBalanced = isOneOf(answer, first) && isOneOf(answer, second)
    return first === second || isBalanced ? [] : [`${get}: ${first}, then ${second}`]
  })

/** Answers before the import: the kernel's, or a person's if the lab does not boot the files. */
async function bootAsItIs(host: Host): Promise<Booted> {
  const why = whyNotAsItIs(host)
  if (why !== undefined) {
    console.log(`import: ${host.tree.name} is not booted as it is: ${why}`)
    return { answers: host.tree.packets.map(({ answer }) => answer), wrong: [] }
  }
  const { answers, wrong } = await withLab(handWrittenHost(host), (lab) =>
    ask(lab, host.imported.source.plan, host),
  )
  return { answers, wrong: [...wrong, ...unexpected(host, answers)].map((line) => `as it is: ${line}`) }
}

async function differencesOf(
  host: Host,
  stacks: readonly StackId[],
  skip: (why: string) => never,
): Promise<readonly string[]> {
  const renderings = stacks.map((stack) => {
    const platform: Platform = { ...host.platform, stack }
    return { platform, rendering: renderedImport(host, platform) }
  })
  const why = renderings.find(({ rendering }) => typeof rendering === 'string')?.rendering
  if (typeof why === 'string' && whyNotAsItIs(host) !== undefined) return skip(why)
  const before = await bootAsItIs(host)
  const found = [...before.wrong]
  for (const { platform, rendering } of renderings) {
    if (typeof rendering === 'string') {
      found.push(`${platform.stack}: ${rendering}`)
      continue
    }
    const { answers, wrong } = await withLab(renderedHost(host, rendering, platform), (lab) =>
      ask(lab, rendering.plan, host),
    )
    const lines = [...wrong, ...changed(host, before.answers, answers)]
    found.push(...lines.map((line) => `${platform.stack}: ${line}`))
  }
  return found
}

/** Further stacks that the import of a tree boots on. ifcfg and cloud-init move in any case. */
const moves: Readonly<Partial<Record<string, readonly StackId[]>>> = {
  'hosting-second-network': ['netplan'],
  'three-files-that-merge': ['networkd'],
}

/** One in four, if a sample is wanted. */
const names = treeNames.filter((name) => isSelectedName(4, name))
const others = treeNames.filter((name) => !names.includes(name))
if (others.length > 0) console.log(`import: not in the sample: ${others.join(', ')}`)

describe.skipIf(inject('bootObstacle') !== '').concurrent('a host as a person configured it', () => {
  test.for(names)('%s', async (name, { skip }) => {
    const host = hostNamed(name)
    const stacks = [host.platform.stack, ...(moves[name] ?? [])]
    const found = await differencesOf(host, stacks, skip)
    expect(found.filter((line) => !races[name]?.includes(line))).toEqual(knownDifferences[name] ?? [])
  })

  test('hosting-second-network is applied while it runs', async ({ skip }) => {
    const host = hostNamed('hosting-second-network')
    const rendering = renderedImport(host, host.platform)
    if (typeof rendering === 'string') return skip(rendering)
    await withLab(handWrittenHost(host), async (lab) => {
      const before = await answersOf(lab, host.tree)
      const connection = await connectFromPeer(lab, 'eth0', '192.0.2.10')
      await copyTree(lab, rendering, '/root/tree')
      const run = await startTree(lab, '/root/tree', '--confirm-within 100')
      expect(await waitForPhase(lab, 'waiting'), await lastLog(lab)).toBe(true)
      const confirmed = await applyTree(lab, '/root/tree', '--confirm')
      expect([confirmed.code, (await run.ended()).code], await lastLog(lab)).toEqual([0, 0])
      const { answers, wrong } = await ask(lab, rendering.plan, host)
      expect([...wrong, ...changed(host, before, answers), ...(await connection.problems())]).toEqual([])
    })
  })
})
