import { describe, expect, test } from 'vitest'
import { createFib } from '../../../src/lookup/fib.js'
import { explainPacket } from '../../../src/lookup/explain.js'
import { lineKey, tableNodes, type TableNode } from '../../../src/page/model/tables.js'
import { ruleRows, tablesLookedUp } from '../../../src/page/model/rule-rows.js'
import { applyLeases } from '../../../src/plan/apply-leases.js'
import { placeholderLeases } from '../../../src/plan/placeholder-leases.js'
import type { KernelPlan } from '../../../src/plan/plan.js'
import { parsePacketQuery } from '../../../src/syntax/packet-query.js'
import { goodFixtures } from '../../helpers/fixtures.js'
import { drawPackets } from '../../netns/packets.js'
import { planNamed, planOf } from '../pages.js'

function tablesIn(name: string): readonly TableNode[] {
  const plan = planNamed(name)
  return tableNodes(plan, tablesLookedUp(ruleRows(plan)))
}

const linesIn = (name: string, title: string): readonly string[] =>
  (tablesIn(name).find((each) => each.title === title)?.lines ?? []).map(({ text, exits, choice, metric }) =>
    [
      ...(choice === undefined ? [] : [`${choice}.`]),
      text,
      ...exits.map(
        ({ link, uplink, weight }) => `${uplink ?? link}${weight === undefined ? '' : `*${weight}`}`,
      ),
      ...(metric === undefined ? [] : [`metric ${metric}`]),
    ].join(' '),
  )

describe('the tables of the drawing', () => {
  test('have local at the top and main at the bottom', () => {
    expect(tablesIn('two-providers').map(({ title, number }) => [title, number])).toEqual([
      ['local', undefined],
      ['fiber', '101'],
      ['cable', '102'],
      ['main', undefined],
    ])
  })

  test('have connected networks, then defaults, then reject fallbacks, with both families in one line', () => {
    expect(linesIn('two-providers', 'cable')).toEqual([
      'network of wan1 wan1',
      'network of lan0 lan0',
      'default u cable',
      'unreachable default metric 2000000000',
    ])
  })

  test('number several defaults by metric', () => {
    expect(linesIn('two-providers', 'main').slice(-2)).toEqual([
      '1. default u fiber metric 100',
      '2. default u cable metric 200',
    ])
    expect(linesIn('pppoe-weighted', 'main').slice(-3)).toEqual([
      '1. default u fast*2 u slow*1 metric 100',
      '2. default u fast metric 200',
      '3. default u slow metric 300',
    ])
  })

  test('have dynamic lines for the routes of a lease', () => {
    const lines = tablesIn('static-and-leased-provider').find(({ title }) => title === 'cable')?.lines
    expect(lines?.filter(({ isDynamic }) => isDynamic)).toMatchObject([
      { text: 'default', exits: [{ link: 'wan1', uplink: 'u cable' }] },
    ])
  })

  /** Keys of the routes that answer drawn packets and have no line. */
  function missingLines(plan: KernelPlan): readonly string[] {
    const fib = createFib(plan)
    const keys = new Set(
      tableNodes(plan, tablesLookedUp(ruleRows(plan))).flatMap(({ lines }) => lines.map(({ key }) => key)),
    )
    return drawPackets(plan, 200, 3).flatMap((packet) => {
      const read = parsePacketQuery(packet.split(' '), plan)
      if (!read.ok) return []
      const { answer } = explainPacket(fib, read.value).trace
      const route = 'route' in answer ? answer.route : undefined
      return route === undefined || keys.has(lineKey(plan, route))
        ? []
        : [`${packet}: ${lineKey(plan, route)}`]
    })
  }

  test.each(goodFixtures.filter((_, index) => index % 6 === 0))(
    '$name: have a line for every route that answers',
    (fixture) => {
      expect(missingLines(planOf(fixture))).toEqual([])
    },
  )

  test.each([
    'static-and-leased-provider',
    'leases-balanced',
    'two-leases-failover',
    'cloud-google-second-card',
  ])('%s with leases: have a line for every route that answers', (name) => {
    const plan = planNamed(name)
    expect(missingLines(applyLeases(plan, placeholderLeases(plan).leases))).toEqual([])
  })
})
