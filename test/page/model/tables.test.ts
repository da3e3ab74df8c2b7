import { describe, expect, test } from 'vitest'
import { createFib } from '../../../src/lookup/fib.js'
import { explainPacket } from '../../../src/lookup/explain.js'
import { tableCards, lineKey, type TableCard } from '../../../src/page/model/tables.js'
import { ruleRows, tablesAsked } from '../../../src/page/model/rule-rows.js'
import { parsePacketQuery } from '../../../src/syntax/packet-query.js'
import { goodFixtures } from '../../helpers/fixtures.js'
import { drawPackets } from '../../netns/packets.js'
import { planNamed, planOf } from '../pages.js'

function cardsIn(name: string): readonly TableCard[] {
  const plan = planNamed(name)
  return tableCards(plan, tablesAsked(ruleRows(plan)))
}

const card = (name: string, title: string): readonly string[] =>
  (cardsIn(name).find((each) => each.title === title)?.lines ?? []).map(({ text, exits, choice, metric }) =>
    [
      ...(choice === undefined ? [] : [`${choice}.`]),
      text,
      ...exits.map(({ link, way, weight }) => `${way ?? link}${weight === undefined ? '' : `*${weight}`}`),
      ...(metric === undefined ? [] : [`metric ${metric}`]),
    ].join(' '),
  )

describe('the cards of tables', () => {
  test('stand with local above and main below', () => {
    expect(cardsIn('two-providers').map(({ title, number }) => [title, number])).toEqual([
      ['local', undefined],
      ['fiber', '101'],
      ['cable', '102'],
      ['main', undefined],
    ])
  })

  test('have networks first, then defaults, then what closes, both families in one line', () => {
    expect(card('two-providers', 'cable')).toEqual([
      'network of wan1 wan1',
      'network of lan0 lan0',
      'default w cable',
      'unreachable default metric 2000000000',
    ])
  })

  test('number the defaults that stand in for each other', () => {
    expect(card('two-providers', 'main').slice(-2)).toEqual([
      '1. default w fiber metric 100',
      '2. default w cable metric 200',
    ])
    expect(card('pppoe-weighted', 'main').slice(-3)).toEqual([
      '1. default w fast*2 w slow*1 metric 100',
      '2. default w fast metric 200',
      '3. default w slow metric 300',
    ])
  })

  test('tell what follows a lease', () => {
    const lines = cardsIn('static-and-leased-provider').find(({ title }) => title === 'cable')?.lines
    expect(lines?.filter(({ isFollowed }) => isFollowed)).toMatchObject([
      { text: 'default', exits: [{ link: 'wan1', way: 'w cable' }] },
    ])
  })

  test.each(goodFixtures.filter((_, index) => index % 6 === 0))(
    '$name: whatever route answers has a line',
    (fixture) => {
      const plan = planOf(fixture)
      const fib = createFib(plan)
      const keys = new Set(
        tableCards(plan, tablesAsked(ruleRows(plan))).flatMap(({ lines }) => lines.map(({ key }) => key)),
      )
      const missing = drawPackets(plan, 200, 3).flatMap((words) => {
        const read = parsePacketQuery(words.split(' '), plan)
        if (!read.ok) return []
        const { answer } = explainPacket(fib, read.query).trace
        const route = 'route' in answer ? answer.route : undefined
        return route === undefined || keys.has(lineKey(plan, route))
          ? []
          : [`${words}: ${lineKey(plan, route)}`]
      })
      expect(missing).toEqual([])
    },
  )
})
