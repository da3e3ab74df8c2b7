// Outages of each host: the lost links, and the decisions meanwhile (fail-closed, or the next gateway).
import { allows, batchCommand, batchOf, readAnswers } from '../../../netns/decisions.js'
import type { Lab } from '../../lab/lab.js'
import { sleep } from '../../lab/process/shell.js'
import { stackIds } from '../../lab/stacks.js'

/** As in decisions.yaml: arguments of `ip route get` → its answer. */
type Answers = Readonly<Record<string, string>>

export type Outage = { readonly links: readonly string[]; readonly answers: Answers }

export type LifecycleScenario = {
  readonly fixture: string
  /** Platforms of the scenario in each run; a whole run has all platforms. */
  readonly spread: readonly string[]
  /** Only the outages and a restart. */
  readonly isReduced?: true
  /** Links without carrier at boot, which get it when the host is up. */
  readonly withoutCarrier: Outage
  readonly outages: readonly Outage[]
}

export const lifecycleScenarios: readonly LifecycleScenario[] = [
  {
    fixture: 'two-providers',
    spread: [...stackIds.map((stack) => `${stack} 13`), 'nm-dispatcher 11'],
    withoutCarrier: {
      links: ['wan0', 'wan1'],
      answers: {
        '198.18.0.1': 'none',
        '2001:2::1': 'none',
        '198.18.0.1 mark 0x200': 'unreachable',
        '2001:2::1 mark 0x200': 'unreachable',
        '198.18.0.1 ipproto tcp dport 25': 'unreachable',
      },
    },
    outages: [
      {
        links: ['wan1'],
        answers: {
          '198.18.0.1': 'via 203.0.113.1 dev wan0',
          '2001:2::1': 'via 2001:db8:a::1 dev wan0',
          '198.18.0.1 mark 0x200': 'unreachable',
          '2001:2::1 mark 0x200': 'unreachable',
          '2001:2::1 from 2001:db8:b::10': 'unreachable',
          '198.18.0.1 from 10.0.0.130 iif lan0': 'unreachable',
        },
      },
      {
        links: ['wan0'],
        answers: {
          '198.18.0.1': 'via 198.51.100.1 dev wan1',
          '2001:2::1': 'via fe80::1 dev wan1',
          '198.18.0.1 mark 0x100': 'via 198.51.100.1 dev wan1',
          '2001:2::1 mark 0x200': 'via fe80::1 dev wan1 table 102',
          '198.18.0.1 ipproto tcp dport 25': 'unreachable',
          '2001:2::1 ipproto tcp dport 25': 'unreachable',
        },
      },
    ],
  },
  {
    fixture: 'dual-stack-balanced',
    spread: ['networkd 12', 'netplan 11', 'ifupdown 12'],
    withoutCarrier: {
      links: ['eth0'],
      answers: { '198.18.0.1': 'via 198.51.100.1 dev eth1', '2001:2::1': 'via fe80::1 dev eth1' },
    },
    outages: [
      {
        links: ['eth0'],
        answers: { '198.18.0.1': 'via 198.51.100.1 dev eth1', '2001:2::1': 'via fe80::1 dev eth1' },
      },
      {
        links: ['eth1'],
        answers: { '198.18.0.1': 'via 192.0.2.1 dev eth0', '2001:2::1': 'via 2001:db8:a::1 dev eth0' },
      },
    ],
  },
  {
    fixture: 'vpn-fail-closed',
    spread: ['nm-keyfile 12', 'iproute2 11'],
    isReduced: true,
    withoutCarrier: {
      links: ['eth0', 'wg0'],
      answers: {
        '198.18.0.1 mark 0x100': 'unreachable',
        '2001:2::1 mark 0x100': 'unreachable',
        '198.18.0.1 uid 1500': 'unreachable',
      },
    },
    outages: [
      {
        links: ['wg0'],
        answers: {
          '198.18.0.1': 'via 192.0.2.1 dev eth0',
          '198.18.0.1 mark 0x100': 'unreachable',
          '2001:2::1 mark 0x100': 'unreachable',
          '198.18.0.1 uid 1500': 'unreachable',
          '2001:2::1 uid 1500': 'unreachable',
        },
      },
      {
        links: ['eth0'],
        answers: { '198.18.0.1 mark 0x100': 'dev wg0 table 102', '2001:2::1 mark 0x100': 'unreachable' },
      },
    ],
  },
]

async function queryRoutes(lab: Lab, answers: Answers): Promise<readonly string[]> {
  const queries = Object.keys(answers)
  const output = await lab.netExec(`${batchCommand.join(' ')} <<'END'\n${batchOf(queries)}END`)
  return readAnswers(output, queries.length)
}

/** Decisions that differ from the expected ones. */
export async function wrongAnswers(lab: Lab, answers: Answers): Promise<readonly string[]> {
  const actual = await queryRoutes(lab, answers)
  return Object.entries(answers).flatMap(([query, expected], n) =>
    allows(expected, actual[n] ?? '') ? [] : [`! ${query}: ${String(actual[n])}, not ${expected}`],
  )
}

const withinSeconds = 20

/**
 * From the loss until `isOver`, each answer is the old one or the expected one. A correct answer stays correct, and
 * in the end all are.
 */
export async function watchOutage(
  lab: Lab,
  { answers }: Outage,
  cut: () => Promise<void>,
  isOver: () => Promise<boolean>,
  quiet?: number,
): Promise<readonly string[]> {
  const entries = Object.entries(answers)
  const before = await queryRoutes(lab, answers)
  const isRight = entries.map(() => false)
  const found = new Set<string>()
  await cut()
  for (const end = Date.now() + withinSeconds * 1000; ; await sleep(0.2)) {
    const actual = await queryRoutes(lab, answers)
    for (const [n, [query, expected]] of entries.entries()) {
      const answer = actual[n] ?? ''
      if (allows(expected, answer)) isRight[n] = true
      else if (isRight[n] === true || answer !== before[n]) found.add(`! ${query}: ${answer} meanwhile`)
    }
    if (found.size > 0 || (isRight.every(Boolean) && (await isOver()))) break
    if (Date.now() > end) {
      found.add(`! not over after ${withinSeconds} s`)
      break
    }
  }
  await lab.waitStable(undefined, quiet)
  return [...found, ...(await wrongAnswers(lab, answers))]
}
