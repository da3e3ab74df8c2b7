// `npm run fuzz:trace`: compares traces of random packets in random plans with the kernel, for a given time.
import { familyFlag } from '../../src/kernel/family.js'
import { isLocallyGenerated } from '../../src/lookup/packet.js'
import type { KernelPlan } from '../../src/plan/plan.js'
import { addressCommand, routeCommand, ruleCommand, ruleTokens } from '../../src/syntax/iproute2.js'
import { createFib } from '../../src/lookup/fib.js'
import { createCoverage } from './coverage.js'
import { asInstalled, askBoth, inInstalled, type Asked } from './agreement.js'
import { drawPackets } from './packets.js'
import { drawPlan } from './plans.js'

export { whyNoNetns } from './namespace.js'

export interface Fuzz {
  /** The first plan's; each plan after it has the next. */
  readonly seed: number
  readonly seconds: number
  readonly packets: number
}

export const PACKETS_OF_A_PLAN = 1000

/** So many packets meet all that there is. */
const LONG = 50_000

/** Whether both agreed on every packet; ends with the first plan on which they do not. */
export async function fuzz({ seed, seconds, packets }: Fuzz, say: (text: string) => void): Promise<boolean> {
  const begun = Date.now()
  const elapsed = (): number => (Date.now() - begun) / 1000
  const counts = new Map<string, number>()
  const coverage = createCoverage()
  let asked = 0
  let reportedAt = 0
  for (let plan = seed; asked < packets && elapsed() < seconds; plan++) {
    const installed = asInstalled(drawPlan(plan))
    const wanted = drawPackets(installed, Math.min(PACKETS_OF_A_PLAN, packets - asked), plan)
    let answers: readonly Asked[] = []
    await inInstalled(installed, (netns) => {
      answers = askBoth(netns, installed, wanted)
    })
    asked += answers.length
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
      say(`Again: npm run fuzz:trace -- --seed ${plan} --packets ${PACKETS_OF_A_PLAN}`)
      return false
    }
    if (elapsed() - reportedAt >= 5) {
      reportedAt = elapsed()
      say(`${Math.round(reportedAt)} s: ${plan - seed + 1} plans, ${asked} packets, no difference`)
    }
  }
  say(
    `${asked} packets from seed ${seed} on in ${Math.round(elapsed())} s, no difference:\n${table(counts)}\n\nBy what they met:\n${coverage.table()}`,
  )
  const missing = coverage.missing()
  if (asked < LONG || missing.length === 0) return true
  say(`so many packets, and none of them met: ${missing.join('; ')}`)
  return false
}

const answers = ['route', 'multipath', 'local', 'onlink', 'unreachable', 'prohibit', 'blackhole', 'none']
const ways = ['inet own', 'inet forwarded', 'inet6 own', 'inet6 forwarded']

function kindOf({ trace: { packet, answer } }: Asked): string {
  const way = `${packet.family} ${isLocallyGenerated(packet) ? 'own' : 'forwarded'}`
  if (answer.kind === 'reject') return `${way} ${answer.type}`
  if (answer.kind === 'route' && answer.nexthops.length > 1) return `${way} multipath`
  return `${way} ${answer.kind}`
}

function table(counts: ReadonlyMap<string, number>): string {
  const rows = ways.map((way) => [way, ...answers.map((kind) => String(counts.get(`${way} ${kind}`) ?? 0))])
  return [['', ...answers], ...rows]
    .map(([way = '', ...cells]) => way.padEnd(16) + cells.map((cell) => cell.padStart(12)).join(''))
    .join('\n')
}

/** All that is needed to see it by hand: the plan as commands, the packet, both answers, and our walk. */
function differenceText(plan: KernelPlan, { words, trace, kernel, lookup }: Asked): string {
  const { family } = trace.packet
  const commands = [
    ...plan.state.links.flatMap(({ name, addresses }) =>
      addresses.map((each) => addressCommand('add', each, name)),
    ),
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
