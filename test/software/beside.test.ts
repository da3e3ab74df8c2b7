// Automatic priorities beside the bands of other software.
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/compile.js'
import { knownSoftware } from '../../src/software/registry.js'
import { softwareOfPref, softwareOfTable, type Software } from '../../src/software/software.js'

/** All kinds of rules, with more of each kind than the step of its priorities. */
const hostBeside = (names: readonly string[], more = ''): string => `version: 1
links:
  eth0: { addresses: [192.0.2.10/24] }
  eth1: { addresses: [198.51.100.10/24] }
  lan0: { addresses: [10.0.0.1/16] }
gateways:
  fiber: { link: eth0, via: 192.0.2.1 }
  cable: { link: eth1, via: 198.51.100.1 }
default: fiber
local: [lan0]
rules:
  - { to: [10.9.0.0/24, 10.9.1.0/24], table: main }
  - { from: 10.0.1.0/24, gateway: cable, else: prohibit }
  - { from: [10.0.2.0/24, 10.0.3.0/24], gateway: fiber }
  - { dport: [25, 587], ipproto: tcp, gateway: cable }
coexist: [${names.join(', ')}]
${more}`

function numbersBeside(all: readonly Software[], more = '') {
  const { plan, diagnostics } = compile(
    hostBeside(
      all.map(({ name }) => name),
      more,
    ),
    { targets: [] },
  )
  return {
    reported: diagnostics.map(({ code, message }) => `${code}: ${message}`),
    prefs: (plan?.state.rules ?? []).map(({ pref }) => pref),
    tables: (plan?.intent.tables ?? []).map(({ id }) => id),
  }
}

describe('automatic numbers', () => {
  it.each([
    ...knownSoftware.map((each) => ({ name: each.name, all: [each] })),
    { name: 'all of them at once', all: knownSoftware },
  ])('keep clear of $name', ({ all }) => {
    const { reported, prefs, tables } = numbersBeside(all)
    expect(reported).toEqual([])
    expect(prefs.length).toBeGreaterThan(8)
    expect(prefs.filter((pref) => softwareOfPref(all, pref) !== undefined)).toEqual([])
    expect(tables.filter((table) => softwareOfTable(all, table) !== undefined)).toEqual([])
  })

  it('skip bands of other software within them', () => {
    const named = (name: string) => knownSoftware.filter((each) => each.name === name)
    // Shorewall has rules for its own addresses at 20000.
    expect(numbersBeside(named('shorewall')).prefs).not.toContain(20000)
    expect(numbersBeside(named('docker')).prefs).toContain(20000)
    // Antrea has 101 to 120, Calico all up to 250 and the kernel 253 to 255.
    expect(numbersBeside(named('antrea')).tables).toEqual([121, 122])
    expect(numbersBeside(named('calico')).tables).toEqual([251, 252])
  })

  it('report the software whose band exhausts them', () => {
    const shorewall = knownSoftware.filter(({ name }) => name === 'shorewall')
    expect(numbersBeside(shorewall, 'allocate: { priorities: 10000 }').reported).toEqual([
      'prefs-exhausted: no priority is left for leading rules between 11000 and 11999, where shorewall has 11000 to 11999',
    ])
    // After the providers' marks, and between the other ranges.
    expect(numbersBeside(shorewall, 'allocate: { priorities: 12000 }').reported).toEqual([])
  })
})
