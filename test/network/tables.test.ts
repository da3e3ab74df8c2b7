import { describe, expect, it } from 'vitest'
import { planOf } from '../helpers/plan-of.js'

const host = (a: string, b: string, c: string, more = '') =>
  planOf(`
links:
  eth0: { addresses: [192.0.2.10/24] }
  eth1: { addresses: [198.51.100.10/24] }
  eth2: { addresses: [203.0.113.10/24] }
gateways:
  a: { link: eth0, via: 192.0.2.1${a} }
  b: { link: eth1, via: 198.51.100.1${b} }
  c: { link: eth2, via: 203.0.113.1${c} }
default: a
${more}`)

const tables = (...parts: Parameters<typeof host>) =>
  (host(...parts).plan?.intent.tables ?? []).map(({ id, name }) => `${id} ${name}`)

describe('table numbers', () => {
  it('are allocated in file order from 101', () => {
    expect(tables('', '', '')).toEqual(['101 a', '102 b', '103 c'])
  })

  it('skip numbers that gateways and tables fix', () => {
    const lab = 'tables: { lab: { id: 103, routes: [{ to: 10.0.0.0/8, via: 192.0.2.2 }] } }'
    expect(tables('', ', table: 101', '', lab)).toEqual(['102 a', '101 b', '104 c', '103 lab'])
  })

  it('skip numbers of the kernel and of other software', () => {
    expect(tables('', '', '', 'allocate: { tables: 252 }')).toEqual(['252 a', '256 b', '257 c'])
    expect(tables('', '', '', 'allocate: { tables: 51 }\ncoexist: [tailscale]')).toEqual([
      '51 a',
      '53 b',
      '54 c',
    ])
  })

  it('belong to one gateway each, and are not reserved', () => {
    expect(host(', table: 7', ', table: 7', '').reported).toEqual(['table-taken at gateways.b.table'])
    expect(host(', table: 254', '', '').reported).toEqual(['table-reserved at gateways.a.table'])
    expect(host(', table: 52', '', '', 'coexist: [tailscale]').reported).toEqual([
      'coexist-collision at gateways.a.table',
    ])
    expect(host('', '', '', 'tables: { a: { id: 7 } }').reported).toEqual(['table-taken at tables.a'])
  })

  it('end at the maximum of the kernel', () => {
    expect(host('', '', '', 'allocate: { tables: 2147483646 }').reported).toEqual([
      'table-reserved at allocate.tables',
    ])
  })
})
