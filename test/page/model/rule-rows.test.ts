import { describe, expect, test } from 'vitest'
import { ruleRows, tablesLookedUp, type RuleRow } from '../../../src/page/model/rule-rows.js'
import { planNamed } from '../pages.js'

const rowsOf = (name: string): readonly RuleRow[] => ruleRows(planNamed(name))

const lineOf = ({ pref, families, selector, action }: RuleRow): string =>
  [pref, families.join('+'), selector, action].join(' ')

describe('the rows of rules', () => {
  test('include the kernel’s rules, and join both families where their rules are equal', () => {
    expect(rowsOf('two-providers').map(lineOf)).toEqual([
      '0 inet+inet6 all lookup local',
      '15000 inet to 172.17.0.0/16 lookup main',
      '17000 inet+inet6 fwmark 0x100/0xff00 lookup 101',
      '17001 inet+inet6 fwmark 0x200/0xff00 lookup 102',
      '18000 inet from 203.0.113.10 lookup 101',
      '18001 inet6 from 2001:db8:a::10 lookup 101',
      '18002 inet from 198.51.100.10 lookup 102',
      '18003 inet6 from 2001:db8:b::10 lookup 102',
      '20000 inet from 10.0.0.128/25 lookup 102',
      '20010 inet+inet6 ipproto tcp dport 25 lookup 101',
      '20011 inet+inet6 ipproto tcp dport 587 lookup 101',
      '20012 inet+inet6 ipproto tcp dport 25 unreachable',
      '20013 inet+inet6 ipproto tcp dport 587 unreachable',
      '32766 inet+inet6 all lookup main',
      '32767 inet all lookup default',
    ])
  })

  test('have each rule of the plan once', () => {
    const {
      state: { rules },
    } = planNamed('two-providers')
    const shown = rowsOf('two-providers').flatMap((row) => (row.isKernels ? [] : row.rules))
    expect(new Set(shown)).toEqual(new Set(rules))
    expect(shown).toHaveLength(rules.length)
  })

  test('have the target of a goto, and keys in order', () => {
    const rows = rowsOf('goto-over-a-section')
    expect(rows.find(({ pref }) => pref === 25000)).toMatchObject({ goto: 30000, action: 'goto 30000' })
    expect(rows.map(({ key }) => key)).toEqual(rows.map((_, index) => `r${index}`))
  })

  test('have a dynamic row without a rule for the addresses of a lease', () => {
    const dynamic = rowsOf('static-and-leased-provider').filter((row) => row.isDynamic)
    expect(dynamic.map(({ selector, rules, table }) => ({ selector, rules, table }))).toEqual([
      { selector: 'from each address of wan1', rules: [], table: 102 },
    ])
  })

  test('lead to tables in order of priority, without the empty table default', () => {
    expect(tablesLookedUp(rowsOf('two-providers'))).toEqual([255, 254, 101, 102])
  })
})
