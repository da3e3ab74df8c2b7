// Commands on a description that extends another file: texts and JSON name the file of each line.
import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { temporaryFolder } from '../node/folder.js'
import { repository } from '../node/repository.js'
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

describe('diff with a Git revision', () => {
  /** The site has changed since the commit, the host has not. */
  function history(changed = site.replace('203.0.113.9', '203.0.113.77')) {
    const repo = repository()
    repo.write('hosts/a.yaml', host)
    repo.write('site.yaml', site)
    repo.commit()
    repo.write('site.yaml', changed)
    const path = join(repo.folder, 'hosts/a.yaml')
    return { ...repo, path, world: { files: { [path]: host, [join(repo.folder, 'site.yaml')]: changed } } }
  }

  test('extends the files of that revision', async () => {
    const { folder, path, world } = history()
    const { code, stdout, stderr } = await runIn(world, 'diff', `git:HEAD:${path}`, path)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain(`git:HEAD:${folder}/site.yaml:5: rule 1`)
    expect(stdout).toContain(`  ${folder}/site.yaml:5: rule 1`)
    expect(stdout).toMatch(/to 203\.0\.113\.9 .*\n.*to 203\.0\.113\.77 /)
  })

  test('extends what is staged', async () => {
    const { git, path, world } = history()
    const same = await runIn(world, 'diff', '--exit-code', 'git:HEAD:', `git::${path}`)
    expect(same).toMatchObject({ code: 0, stderr: '' })
    git('add', '--all')
    expect((await runIn(world, 'diff', '--exit-code', 'git:HEAD:', `git::${path}`)).code).toBe(1)
    expect((await runIn(world, 'diff', '--exit-code', 'git::', path)).code).toBe(0)
  })

  test('says that a comment of the site alone has changed', async () => {
    const { path, world } = history(`# A comment\n${site}`)
    const { stdout } = await runIn(world, 'diff', 'git:HEAD:', path)
    expect(stdout).toContain('Only comments, names, order or settings of targets changed.')
    expect((await runIn(world, 'diff', 'git:HEAD:', `git:main:${path}`)).stdout).toContain('byte for byte')
  })

  test('names a file that the revision does not have', async () => {
    const { folder, git, path, world } = history()
    git('rm', '--quiet', '--cached', 'site.yaml')
    git('commit', '--quiet', '--message', 'without')
    const { code, stdout, stderr } = await runIn(world, 'diff', 'git:HEAD:', path)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain('error[extends-unreadable]: cannot read ../site.yaml: `HEAD` has no such file')
    expect(stderr).toContain(`--> git:HEAD:${folder}/hosts/a.yaml:2:10`)
  })

  test('compares a host that did not extend anything then', async () => {
    const { git, write, path, world } = history()
    git('rm', '--quiet', '--force', '-r', '.')
    write('hosts/a.yaml', GOOD)
    git('add', 'hosts')
    git('commit', '--quiet', '--message', 'alone')
    const { code, stdout } = await runIn(world, 'diff', 'git:HEAD:', path)
    expect(code).toBe(0)
    expect(stdout).toContain('1 rule added')
  })

  test('follows symbolic links of the commit, and none out of it', async () => {
    const { folder, git, write, path, commit } = history()
    write('common/site.yaml', site)
    git('rm', '--quiet', '--force', 'site.yaml')
    symlinkSync('common/site.yaml', join(folder, 'site.yaml'))
    commit()
    expect(await runIn({}, 'diff', `git:HEAD~1:${path}`, 'git:HEAD:')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('No difference'),
    })
    const outside = join(temporaryFolder(), 'site.yaml')
    writeFileSync(outside, site)
    for (const target of [outside, '../outside.yaml']) {
      git('rm', '--quiet', '--force', 'site.yaml')
      symlinkSync(target, join(folder, 'site.yaml'))
      commit()
      const { code, stderr } = await runIn({}, 'diff', `git:HEAD~1:${path}`, 'git:HEAD:')
      expect({ target, code }).toEqual({ target, code: 1 })
      expect(stderr).toContain('cannot read ../site.yaml: `HEAD` has no such file')
    }
  })

  test('reads nothing outside of the repository', async () => {
    const { folder, write, commit, path } = history()
    writeFileSync(join(folder, '../outside.yaml'), site)
    onTestFinished(() => rmSync(join(folder, '../outside.yaml')))
    write('hosts/a.yaml', host.replace('../site.yaml', '../../outside.yaml'))
    commit()
    const { code, stderr } = await runIn({}, 'diff', `git:HEAD:${path}`, 'git:HEAD~1:')
    expect(code).toBe(1)
    expect(stderr).toContain('error[extends-unreadable]: cannot read ../../outside.yaml: ')
  })
})

test('the page shows the text of all files, with the items of each line', async () => {
  const html = await run('compare', 'hosts/a.yaml', '--html', '-')
  expect(html).toContain('<h4>site.yaml</h4>')
  expect(html).toMatch(/<li data-i="[\d ]+">  - \{ to: 203\.0\.113\.9, gateway: admin \}/)
  expect(html).toContain(' · site.yaml:5<')
})
