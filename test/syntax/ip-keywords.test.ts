import { describe, expect, it } from 'vitest'
import { meaningOf } from '../../src/found/commands/words.js'
import { routeTypes } from '../../src/kernel/route-type.js'
import {
  linkKeywords,
  nexthopKeywords,
  routeKeywords,
  routeTypeKeywords,
  ruleActionKeywords,
  ruleKeywords,
  scopeKeywords,
  virtualLinkKeywords,
  type Keyword,
} from '../../src/syntax/ip-keywords.js'

const tables: Readonly<Record<string, readonly Keyword<string>[]>> = {
  linkKeywords,
  nexthopKeywords,
  routeKeywords,
  routeTypeKeywords,
  ruleActionKeywords,
  ruleKeywords,
  scopeKeywords,
  ...virtualLinkKeywords,
}
/** What an unwritten spelling stands for. */
const classes = ['unknown', 'value', 'tcp']

describe.each(Object.entries(tables))('%s', (_name, keywords: readonly Keyword<string>[]) => {
  it('reads each keyword that multihome writes as itself', () => {
    const written = [...new Set(keywords.map(([, keyword]) => keyword))].filter(
      (keyword) => !classes.includes(keyword),
    )
    expect(written.map((keyword) => meaningOf(keyword, keywords))).toEqual(written)
  })
})

it('has each type of a route', () => {
  expect(routeTypes.map((type) => meaningOf(type, routeTypeKeywords))).toEqual([...routeTypes])
})
