// Scripts that scripts run: read where they run, with their arguments, and never without end.
import { describe, expect, it } from 'vitest'
import { createCollector } from '../../../src/found/collector.js'
import { readScript } from '../../../src/found/shell/script.js'

/** Priorities of rules, problems, and the files that are asked for. */
function run(script: string, files: Readonly<Record<string, string>> = {}) {
  const collector = createCollector()
  readScript(script, '/main', collector, { files: new Map(Object.entries(files)) })
  const { rules, problems } = collector.found()
  return {
    rules: rules.map(({ pref, place }) => `${place.file}:${place.line}: ${pref ?? ''}`),
    problems: problems.map(({ place, why }) => `${place.file}:${place.line}: ${why}`),
    wanted: [...collector.wanted],
  }
}

const add = 'ip rule add from 10.0.0.0/8 table $1 priority $2\n'

describe('a script that another one runs', () => {
  it.each(['/opt/add 7 100', 'sh /opt/add 7 100', '/bin/bash -e /opt/add 7 100'])(
    'has the arguments of the command: %s',
    (command) => {
      expect(run(`${command}\n`, { '/opt/add': `#!/bin/sh\n${add}` }).rules).toEqual(['/opt/add:2: 100'])
    },
  )

  it('runs once with the same arguments, and has no variables that only the shell has', () => {
    const files = { '/opt/add': add, '/opt/own': 'ip rule add from $NET table 7 priority 9\n' }
    expect(run('NET=10.0.0.0/8\n/opt/add 7 1\n/opt/add 7 1\n/opt/add 7 2\n/opt/own\n', files)).toMatchObject({
      rules: ['/opt/add:1: 1', '/opt/add:1: 2'],
      problems: [expect.stringMatching(/^\/opt\/own:1: /)],
    })
  })

  it('is asked for where it is missing, and reported', () => {
    expect(run('/opt/missing\n')).toEqual({
      rules: [],
      problems: ['/main:1: the command `/opt/missing` is not known'],
      wanted: ['/opt/missing'],
    })
    expect(run('/sbin/missing\n').wanted).toEqual([])
  })

  it('is one of a folder that run-parts runs, in the order of their names', () => {
    const one = (pref: number) => `ip rule add from 10.0.0.0/8 table 7 priority ${pref}\n`
    const files = { '/etc/net.d/b': one(2), '/etc/net.d/a': one(1), '/etc/net.d/c.bak': one(3) }
    expect(run('run-parts /etc/net.d\n', files)).toMatchObject({
      rules: ['/etc/net.d/a:1: 1', '/etc/net.d/b:1: 2'],
      wanted: ['/etc/net.d/*'],
    })
  })

  it('may depend on what is not known', () => {
    expect(run('if ping -c1 192.0.2.1; then /opt/add 7 1; fi\n', { '/opt/add': add })).toMatchObject({
      rules: [],
      problems: expect.arrayContaining(['/main:1: it depends on `ping -c1 192.0.2.1`']) as unknown,
    })
  })

  it('may run itself, or many others', () => {
    const cycle = { '/a': '/b\n', '/b': '/a\n' }
    expect(run('/a\n', cycle).problems).toEqual(['/b:1: the script runs itself'])
    const many = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`/s${index}`, `/s${index + 1}\n`]),
    )
    expect(run('/s0\n', many).problems.join('\n')).toMatch(/more than 100 scripts run each other/)
    const wide = { '/wide': `# ${'x'.repeat(900_000)}\n` }
    const started = performance.now()
    const calls = Array.from({ length: 90 }, (_, index) => `/wide ${index}\n`).join('')
    expect(run(calls, wide).problems.join('\n')).toMatch(/scripts run too often to be read each time/)
    expect(performance.now() - started).toBeLessThan(5000)
  })
})
