// Batches of `ip route get`, with answers in the format of decisions.yaml.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { RT_TABLE_MAIN } from '../../src/kernel/table.js'
import { formatTable } from '../../src/syntax/iproute2.js'
import type { Fixture } from '../helpers/fixtures.js'
import type { Netns } from './namespace.js'

/** One line of fixtures/NAME/decisions.yaml; see fixtures/README.md. */
export interface Decision {
  readonly get: string
  readonly answer: string
}

export function decisionsOf(fixture: Fixture): readonly Decision[] {
  return load(readFileSync(join(fixture.folder, 'decisions.yaml'), 'utf8')) as readonly Decision[]
}

type Json = Readonly<Record<string, unknown>>

/** Text of the errno of the rule or route that ended the lookup. */
const REFUSALS: readonly (readonly [RegExp, string])[] = [
  [/Network is unreachable/, 'none'],
  [/No route to host/, 'unreachable'],
  [/Permission denied/, 'prohibit'],
  [/Invalid argument/, 'blackhole'],
]

/** `ip -force` continues after a failure, and prints the number of its line. */
export const batchCommand = ['ip', '-N', '-json', '-force', '-batch', '-'] as const

export const batchOf = (questions: readonly string[]): string =>
  questions.map((question) => `route get ${question}\n`).join('')

/** An answer for each question, in order. */
export const askKernel = (netns: Netns, questions: readonly string[]): readonly string[] =>
  readAnswers(netns.run(batchCommand, batchOf(questions)), questions.length)

export function readAnswers(
  { stdout, stderr }: { readonly stdout: string; readonly stderr: string },
  count: number,
): readonly string[] {
  const answers: string[] = []
  for (const [, said, line] of stderr.matchAll(/(.*)\nCommand failed -:(\d+)/g)) {
    answers[Number(line) - 1] = REFUSALS.find(([pattern]) => pattern.test(said ?? ''))?.[1] ?? `? ${said}`
  }
  const given = stdout.split('\n').filter((line) => line.startsWith('[{'))
  for (let index = 0; index < count; index++) {
    if (answers[index] !== undefined) continue
    const [route] = JSON.parse(given.shift() ?? '[{}]') as Json[]
    answers[index] = spellAnswer(route ?? {})
  }
  if (given.length > 0) throw new Error('`ip -batch` gave more answers than it was asked for')
  return answers
}

/** RTN_LOCAL, RTN_BROADCAST, RTN_ANYCAST, RTN_MULTICAST. */
const DELIVERED = ['2', '3', '4', '5']

function spellAnswer(route: Json): string {
  if (DELIVERED.includes(String(route['type']))) return 'local'
  const via = route['via'] as Json | undefined
  const gateway = via === undefined ? route['gateway'] : via['host']
  const table = route['table']
  return [
    ...(gateway === undefined ? [] : [`via ${String(gateway)}`]),
    `dev ${String(route['dev'])}`,
    ...(table === undefined || table === String(RT_TABLE_MAIN)
      ? []
      : [`table ${formatTable(Number(table))}`]),
  ].join(' ')
}

export const isOneOf = (expected: string, answered: string): boolean =>
  expected.startsWith('one of: ') ? expected.slice(8).split(' | ').includes(answered) : expected === answered

/** Fixtures say `unreachable` for routes and for rules; for rules the kernel's answer is the same as for no route. */
export const allows = (expected: string, answered: string): boolean =>
  isOneOf(expected, answered) || (expected === 'unreachable' && answered === 'none')
