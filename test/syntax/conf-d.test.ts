import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import {
  assignment,
  extension,
  fallback,
  listAssignment,
  valueProblem,
  variablePart,
} from '../../src/syntax/conf-d.js'

/** What a POSIX shell, which calls nothing unset empty, has in a variable after it has read the lines. */
const sourced = (lines: readonly string[], name: string): string =>
  execFileSync('sh', ['-uc', `${lines.join('\n')}\nprintf '%s' "$${name}"`], { encoding: 'utf8' })

describe('variablePart', () => {
  it.each([
    ['eth0', 'eth0'],
    ['eth0.10', 'eth0_10'],
    ['br-lan', 'br_lan'],
  ])('of %s is %s', (name, part) => {
    expect(variablePart(name)).toBe(part)
  })
})

describe('assignment', () => {
  it('is one string of lines', () => {
    const lines = assignment('routes_eth0', ['-4 default via 192.0.2.1 metric 0', '-6 default metric 1024'])
    expect(lines).toEqual(['routes_eth0="-4 default via 192.0.2.1 metric 0', '-6 default metric 1024"'])
    expect(sourced(lines, 'routes_eth0')).toBe('-4 default via 192.0.2.1 metric 0\n-6 default metric 1024')
  })

  it.each(['$(reboot)', '`reboot`', 'a"b', 'a\\b', "a'b", 'a\nb', 'a;b', '#', ''])('rejects %j', (value) => {
    expect(valueProblem(value)).toBeDefined()
    expect(() => assignment('x', [value])).toThrow()
  })

  it('rejects an invalid variable name', () => {
    expect(() => assignment('config_eth0.1', ['null'])).toThrow()
  })
})

describe('extension', () => {
  it('appends to the value, or sets an empty one', () => {
    const lines = extension('rules_lo', ['pref 1 lookup main'])
    expect(sourced(lines, 'rules_lo').trim()).toBe('pref 1 lookup main')
    expect(sourced([...listAssignment('rules_lo', ['pref 9 lookup 9']), ...lines], 'rules_lo')).toBe(
      '\npref 9 lookup 9\n\npref 1 lookup main\n',
    )
  })
})

describe('fallback', () => {
  it('keeps an existing value', () => {
    expect(sourced(fallback('config_lo', 'null'), 'config_lo')).toBe('null')
    expect(
      sourced([...assignment('config_lo', ['127.0.0.1/8']), ...fallback('config_lo', 'null')], 'config_lo'),
    ).toBe('127.0.0.1/8')
  })
})
