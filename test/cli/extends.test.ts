// Commands on a description that extends another file: texts and JSON name the file of each line.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { GOOD, runIn } from './fake-io.js'

const gathered = readFileSync(join(import.meta.dirname, '../verify/gathered/debian-12.txt'), 'utf8')

/** GOOD: the links are the host's, the gateways those of the site. */
const site = `gateways:
  admin: { link: eth0, via: 192.0.2.1, table: 1 }
  production: { link: eth1, via: 198.51.100.1 }
rules:
  - { to: 203.0.113.9, gateway: admin }
`
const host = `version: 1
extends: ../site.yaml
links:
  eth0: { addresses: [192.0.2.10/24] }
  eth1: { addresses: [198.51.100.10/24] }
default: production
targets: { networkd: {} }
`
const files = {
  'hosts/a.yaml': host,
  'site.yaml': site,
  'before.yaml': GOOD,
  'state.txt': gathered,
}
const run = async (...words: readonly string[]): Promise<string> => {
  const { stdout, stderr } = await runIn({ files }, ...words)
  expect(stderr).not.toContain('error[')
  return stdout
}

describe('a line of a file that the description extends has the name of the file', () => {
  test.each([
    ['plan', ['plan', 'hosts/a.yaml'], /^ {2}101 +production +site\.yaml:3 /m],
    ['plan, of the description itself', ['plan', 'hosts/a.yaml'], /^ {2}eth0 +192\.0\.2\.10\/24 +4 /m],
    ['plan --format ip', ['plan', 'hosts/a.yaml', '--format', 'ip'], /gateway production.* \(site\.yaml:3\)/],
    ['trace', ['trace', 'hosts/a.yaml', '203.0.113.9'], /^ {2}rule .* site\.yaml:5 /m],
    ['trace, each rule', ['trace', 'hosts/a.yaml', '203.0.113.9'], /^ {2}> .* site\.yaml:5$/m],
    ['trace --brief', ['trace', 'hosts/a.yaml', '203.0.113.9', '--brief'], /site\.yaml:5: rule 1/],
    ['requires', ['requires', 'hosts/a.yaml'], /^ {2}CONFIG_\S+ +site\.yaml:\d /m],
    ['verify', ['verify', 'hosts/a.yaml', '--state', 'state.txt'], /^ {4}site\.yaml:5 {2}rule 1/m],
    ['diff, its state', ['diff', 'before.yaml', 'hosts/a.yaml'], /^.*\+ .* site\.yaml:5: rule 1/m],
    ['diff, its packets', ['diff', 'before.yaml', 'hosts/a.yaml'], /\(site\.yaml:5\)/],
    ['compare', ['compare', 'hosts/a.yaml'], /\(IPv4, site\.yaml:5\)/],
    ['compare --format markdown', ['compare', 'hosts/a.yaml', '--format', 'markdown'], /site\\?\.yaml:5/],
  ])('%s', async (_, words, expected) => {
    expect(await run(...words)).toMatch(expected)
  })
})

describe('JSON has the file of a line where it is not the description', () => {
  const documentOf = async (...words: readonly string[]): Promise<Record<string, unknown>> =>
    JSON.parse(await run(...words, '--format', 'json')) as Record<string, unknown>

  test('plan', async () => {
    const { links, rules } = await documentOf('plan', 'hosts/a.yaml')
    expect(links).toContainEqual(expect.objectContaining({ link: 'eth0', line: 4 }))
    expect(JSON.stringify(links)).not.toContain('"file"')
    expect(rules).toContainEqual(expect.objectContaining({ origin: 'rules[0]', line: 5, file: 'site.yaml' }))
  })

  test('requires', async () => {
    const { kernel } = await documentOf('requires', 'hosts/a.yaml')
    expect(kernel).toMatchObject({
      options: expect.arrayContaining([expect.objectContaining({ file: 'site.yaml' })]),
    })
  })

  test('verify', async () => {
    const { findings } = await documentOf('verify', 'hosts/a.yaml', '--state', 'state.txt')
    expect(findings).toContainEqual(expect.objectContaining({ path: 'rules[0]', line: 5, file: 'site.yaml' }))
  })

  test('compare, which has the lines of all files', async () => {
    const { description, extended, items } = await documentOf('compare', 'hosts/a.yaml')
    expect(description).toEqual(host.trimEnd().split('\n'))
    expect(extended).toEqual([{ file: 'site.yaml', lines: site.trimEnd().split('\n') }])
    expect(items).toContainEqual(expect.objectContaining({ kind: 'rule', line: 5, file: 'site.yaml' }))
  })

  test('check, with the description', async () => {
    const wrong = { ...files, 'site.yaml': site.replace('via: 192.0.2.1,', 'vai: 192.0.2.1,') }
    const json = await runIn({ files: wrong }, 'check', 'hosts/a.yaml', '--format', 'json')
    expect(JSON.parse(json.stdout)).toMatchObject({
      files: ['hosts/a.yaml'],
      diagnostics: [
        { code: 'key-unknown', file: 'site.yaml', description: 'hosts/a.yaml', start: { line: 2 } },
      ],
    })
    const sarif = await runIn({ files: wrong }, 'check', 'hosts/a.yaml', '--format', 'sarif')
    expect(sarif.stdout).toContain('"uri": "site.yaml"')
    expect(sarif.stdout).not.toContain('"uri": "hosts/a.yaml"')
  })
})

describe('plan --resolved', () => {
  test('prints the merged description with the file and line of each part', async () => {
    const text = await run('plan', 'hosts/a.yaml', '--resolved')
    expect(text.replaceAll(/ +#/g, ' #')).toBe(`gateways:
  admin: { link: eth0, via: 192.0.2.1, table: 1 } # site.yaml:2
  production: { link: eth1, via: 198.51.100.1 } # site.yaml:3
rules:
  - { to: 203.0.113.9, gateway: admin } # site.yaml:5
version: 1 # hosts/a.yaml:1
links:
  eth0: { addresses: [192.0.2.10/24] } # hosts/a.yaml:4
  eth1: { addresses: [198.51.100.10/24] } # hosts/a.yaml:5
default: production # hosts/a.yaml:6
targets:
  networkd: {} # hosts/a.yaml:7
`)
    const { stdout } = await runIn({ files: { ...files, 'r.yaml': text } }, 'diff', 'hosts/a.yaml', 'r.yaml')
    expect(stdout).toContain('No difference')
  })

  test('prints it in spite of an error, and exits with 1', async () => {
    const wrong = { ...files, 'site.yaml': site.replace('link: eth0', 'link: eht0') }
    const { code, stdout, stderr } = await runIn({ files: wrong }, 'plan', 'hosts/a.yaml', '--resolved')
    expect({ code, first: stdout.split('\n')[0] }).toEqual({ code: 1, first: 'gateways:' })
    expect(stderr).toContain('site.yaml:2:18')
  })

  test('in JSON beside the plan', async () => {
    expect(JSON.parse(await run('plan', 'hosts/a.yaml', '--resolved', '--format', 'json'))).toMatchObject({
      file: 'hosts/a.yaml',
      resolved: {
        description: { default: 'production', rules: [{ to: '203.0.113.9' }] },
        origins: expect.arrayContaining([{ path: 'rules[0]', file: 'site.yaml', line: 5 }]),
      },
    })
  })

  test('is not for commands', async () => {
    const { code, stderr } = await runIn({ files }, 'plan', 'hosts/a.yaml', '--resolved', '--format', 'ip')
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('--resolved') })
  })
})

describe('check says what to do', () => {
  test('with a file that is only extended', async () => {
    const { code, stderr } = await runIn({ files }, 'check', 'site.yaml')
    expect(code).toBe(1)
    expect(stderr).toContain(
      'error[key-missing]: the description needs the key `version`\n --> site.yaml:1:1\n',
    )
    expect(stderr).toContain(
      'A file that is only extended needs none: check the files that extend it, and keep',
    )
  })

  test('with a null that removes nothing', async () => {
    const text = host.replace('links:\n', 'links:\n  eth9: null\n')
    const { code, stderr } = await runIn(
      { files: { ...files, 'hosts/a.yaml': text } },
      'check',
      'hosts/a.yaml',
    )
    expect(code).toBe(1)
    expect(stderr).toContain(
      'fix: Remove the line: null removes what an extended file has, and none has this.',
    )
  })
})

describe('schema', () => {
  test('of a part, which needs no key', async () => {
    const schema = JSON.parse((await runIn({}, 'schema', '--partial')).stdout) as object
    expect(schema).toMatchObject({ $id: 'urn:multihome:part:1' })
    expect(schema).not.toHaveProperty('required')
  })

  test('of parts is about no command', async () => {
    expect(await runIn({}, 'schema', 'plan', '--partial')).toMatchObject({ code: 2, stdout: '' })
  })
})

test('the page shows the text of all files, with the items of each line', async () => {
  const html = await run('compare', 'hosts/a.yaml', '--html', '-')
  expect(html).toContain('<h4>site.yaml</h4>')
  expect(html).toMatch(/<li data-i="[\d ]+">  - \{ to: 203\.0\.113\.9, gateway: admin \}/)
  expect(html).toContain(' · site.yaml:5<')
})
