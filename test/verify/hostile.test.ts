import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/compile.js'
import { readState } from '../../src/verify/read/read-state.js'
import { verify } from '../../src/verify/verify.js'
import { GOOD, runIn } from '../cli/fake-io.js'

const recorded = readFileSync(join(import.meta.dirname, 'gathered/debian-12.txt'), 'utf8')

describe('a hostile state', () => {
  it('with 10,000 unmanaged rules is reported in seconds', { timeout: 60_000 }, () => {
    const rules = Array.from({ length: 10_000 }, (_, index) => ({
      priority: 1000 + index,
      src: `10.${(index >> 8) & 255}.${index & 255}.0`,
      srclen: 24,
      table: '5000',
    }))
    const text = recorded.replace(
      /(== multihome rules inet\n)\[/,
      `$1[${rules.map((rule) => JSON.stringify(rule)).join(',')},`,
    )
    const state = readState(text)
    const { plan } = compile(GOOD)
    if (!state.ok || plan === undefined) throw new Error('the state is readable')
    const findings = verify(plan, state.value)
    const unknown = findings.filter(({ why }) => why?.includes('only the first 500') === true)
    expect(unknown).toHaveLength(9500)
    expect(unknown.every(({ severity }) => severity === 'error')).toBe(true)
  })

  it('with NUL, controls and cut lines anywhere is no bug', async () => {
    for (let at = 0; at < recorded.length; at += 37)
      for (const sign of ['\0', '\u001b[31m', '\u202e', '"', '\n', undefined]) {
        const state = recorded.slice(0, at) + (sign === undefined ? '' : sign + recorded.slice(at))
        const { code, stdout, stderr } = await runIn(
          { files: { 'a.yaml': GOOD, state } },
          ...['verify', 'a.yaml', '--state', 'state'],
        )
        expect(stderr).not.toContain('has a bug')
        expect([0, 1, 2]).toContain(code)
        expect(stdout + stderr).not.toMatch(/[\0\u001b\u202e]/)
      }
  })
})
