// `npm run fuzz:trace`: compares traces of random packets in random plans with the kernel, for a given time.
import { familyFlag } from '../../src/kernel/family.js'
import { isLocallyGenerated } from '../../src/kernel/packet.js'
import type { KernelPlan } from '../../src/plan/plan.js'
import {
  createCommand,
  linkCommands,
  routeCommand,
  ruleCommand,
  ruleTokens,
} from '../../src/syntax/iproute2.js'
import { createFib } from '../../src/lookup/fib.js'
import { createCoverage, packetClasses } from './coverage.js'
import { asInstalled, compareAnswers, inInstalled, type ComparedAnswer } from './agreement.js'
import { hasVrfs, whyNoNetns } from './namespace.js'
import { drawPackets } from './packets.js'
import { drawPlan } from '../generators/random-plan.js'
import { drawVrfPlan } from '../generators/random-vrf-plan.js'

export { whyNoNetns }

export interface Fuzz {
  /** Seed of the first plan; each following plan has the next number. Even ones have VRFs, if the kernel has them. */
  readonly seed: number
  readonly seconds: number
  readonly packets: number
}

export const PACKETS_OF_A_PLAN = 1000

/** With this number of packets, every feature must be met. */
const MIN_FULL_COVERAGE = 50_000

/** Whether kernel and trace agreed on every packet; stops at the first plan on which they do not. */
export async function fuzz({ seed, seconds, packets }: Fuzz, say: (text: string) => void): Promise<boolean> {
  if (!hasVrfs) say('skipped: plans with VRFs, which need Linux 5.18 with CONFIG_NET_VRF')
  const start = Date.now()
  const elapsed = (): number => (Date.now() - start) / 1000
  const counts = new Map<string, number>()
  const coverage = createCoverage()
  let compared = 0
  let reportedAt = 0
  for (let plan = seed; compared < packets && elapsed() < seconds; plan++) {
    const installed = asInstalled(plan % 2 === 0 && hasVrfs ? drawVrfPlan(plan) : drawPlan(plan))
    const wanted = drawPackets(installed, Math.min(PACKETS_OF_A_PLAN, packets - compared), plan)
    let answers: readonly ComparedAnswer[] = []
    await inInstalled(installed, (netns) => {
      answers = compareAnswers(netns, installed, wanted)
    })
    compared += answers.length
    const fib = createFib(installed)
    for (const each of answers) {
      const kind = kindOf(each)
      counts.set(kind, (counts.get(kind) ?? 0) + 1)
      coverage.count(fib, each.trace)
    }
    const different = answers.filter(({ agree }) => !agree)
    const [first] = different
    if (first !== undefined) {
      say(`plan ${plan}: ${different.length} of ${answers.length} packets differ. The first of them:`)
      say(differenceText(installed, first))
      say(`To repeat: npm run fuzz:trace -- --seed ${plan} --packets ${PACKETS_OF_A_PLAN}`)
      return false
    }
    if (elapsed() - reportedAt >= 5) {
      reportedAt = elapsed()
      say(`${Math.round(reportedAt)} s: ${plan - seed + 1} plans, ${compared} packets, no difference`)
    }
  }
  say(
    `${compared} packets from seed ${seed} in ${Math.round(elapsed())} s, no difference:\n${table(counts)}\n\nPackets that met each feature:\n${coverage.table()}`,
  )
  const missing = coverage.missing()
  if (compared < MIN_FULL_COVERAGE || missing.length === 0) return true
  say(`no packet met: ${missing.join('; ')}`)
  return false
}

const answers = ['route', 'multipath', 'local', 'onlink', 'unreachable', 'prohibit', 'blackhole', 'none']

function kindOf({ trace: { packet, answer } }: ComparedAnswer): string {
  const packetClass = `${packet.family} ${isLocallyGenerated(packet) ? 'local' : 'forwarded'}`
  if (answer.kind === 'reject') return `${packetClass} ${answer.type}`
  if (answer.kind === 'route' && answer.nexthops.length > 1) return `${packetClass} multipath`
  return `${packetClass} ${answer.kind}`
}

function table(counts: ReadonlyMap<string, number>): string {
  const rows = packetClasses.map((packetClass) => [
    packetClass,
    ...answers.map((kind) => String(counts.get(`${packetClass} ${kind}`) ?? 0)),
  ])
  return [['', ...answers], ...rows]
    .map(
      ([packetClass = '', ...cells]) =>
        packetClass.padEnd(16) + cells.map((cell) => cell.padStart(12)).join(''),
    )
    .join('\n')
}

/** Everything to reproduce a difference: the plan as commands, the packet, both answers, and the trace. */
function differenceText(plan: KernelPlan, { words, trace, kernel, lookup }: ComparedAnswer): string {
  const { family } = trace.packet
  const commands = [
    ...plan.state.links.flatMap(({ name, virtual }) =>
      virtual === undefined ? [] : [createCommand(name, virtual)],
    ),
    ...plan.state.links.flatMap(linkCommands),
    ...plan.state.routes
      .filter((route) => route.family === family)
      .map((route) => routeCommand('replace', route)),
    ...plan.state.rules.filter((rule) => rule.family === family).map((rule) => ruleCommand('add', rule)),
  ]
  const steps = trace.steps.map(
    ({ rule, ...step }) =>
      `  ${step.outcome}${'mismatch' in step ? ` (${step.mismatch})` : ''}: ${ruleTokens(rule).join(' ')}`,
  )
  return [
    ...commands.map((command) => `  ${command.join(' ')}`),
    `ip ${familyFlag(family)} route get ${words}`,
    `  the kernel: ${kernel}`,
    `  the trace:  ${lookup}`,
    ...steps,
  ].join('\n')
}
