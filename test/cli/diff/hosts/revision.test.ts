// `multihome diff REV` over a repository of hosts, with real Git repositories.
import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { run } from '../../../../src/cli/cli.js'
import { jsonSchemaOf } from '../../../../src/cli/json/schemas.js'
import type { Host } from '../../../../src/cli/runtime/host.js'
import { createNodeIo } from '../../../../src/cli/runtime/node-host.js'
import { repository, type Repository } from '../../../node/repository.js'
import { GOOD, WRONG } from '../../fake-io.js'

interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** In one thread. */
async function runHere(...words: readonly string[]): Promise<Outcome> {
  let [stdout, stderr] = ['', '']
  const printed: Partial<Host> = {
    stdout: (text) => (stdout += text),
    stderr: (text) => (stderr += text),
    color: false,
    stdoutColor: false,
  }
  const { loadWorkers: _, ...io } = createNodeIo()
  const code = await run(words, { ...io, ...printed })
  return { code, stdout, stderr }
}

/** A small host with networks of its own. */
const hostOf = (number: number): string =>
  GOOD.replaceAll('192.0.2.', `10.${number >> 8}.${number & 255}.`).replaceAll(
    '198.51.100.',
    `100.64.${number & 255}.`,
  )

const byAdmin = (text: string): string => text.replace('default: production', 'default: admin')
const withRule = (text: string): string => `${text}rules:\n  - { from: 203.0.113.0/24, gateway: admin }\n`

function hosts(count: number): Repository {
  const repo = repository()
  for (let index = 0; index < count; index++) repo.write(`hosts/gw${index}.yaml`, hostOf(index))
  repo.commit()
  return repo
}

const diffIn = async ({ folder }: Repository, rev: string, ...words: readonly string[]): Promise<Outcome> => {
  const { code, stdout, stderr } = await runHere('diff', rev, join(folder, 'hosts'), ...words)
  const short = (text: string): string => text.replaceAll(`${folder}/`, '')
  return { code, stdout: short(stdout), stderr: short(stderr) }
}

/** One of everything. */
function changed(): Repository {
  const repo = hosts(12)
  for (const number of [0, 1, 2, 3]) repo.write(`hosts/gw${number}.yaml`, byAdmin(hostOf(number)))
  repo.write('hosts/gw4.yaml', withRule(hostOf(4)))
  repo.write('hosts/gw5.yaml', `# a comment\n${hostOf(5)}`)
  repo.write('hosts/gw6.yaml', WRONG)
  rmSync(join(repo.folder, 'hosts/gw7.yaml'))
  repo.write('hosts/new.yaml', hostOf(20))
  mkdirSync(join(repo.folder, 'hosts/site'))
  renameSync(join(repo.folder, 'hosts/gw8.yaml'), join(repo.folder, 'hosts/site/gw8.yaml'))
  return repo
}

describe('the working tree', () => {
  test('is compared host by host; those with the same effect are one group', async () => {
    const { code, stdout, stderr } = await diffIn(changed(), 'HEAD')
    expect(stdout).toMatchInlineSnapshot(`
      "HEAD → the working tree
        5 hosts change in 2 ways, 1 added, 1 removed, 1 renamed, 1 with errors, 1 without effect; 3 unchanged.

      4 hosts: 1 traffic class rerouted; 2 more of sockets bound to a link. Kernel state: 1 route changed.
        gw0, gw1, gw2, gw3
        shown: gw0; the others change in the same way, each with its own
          100.64.0.1  the IPv4 router of production
          10.0.0.1    the IPv4 router of admin

        Rerouted packets
          FAMILY  SELECTOR      BEFORE               AFTER
          IPv4    source unset  production (line 8)  admin (line 8)
              e.g. 203.0.113.7
          --all shows the exclusions and 2 more rows

        Routes
          - IPv4  main  default via 100.64.0.1 dev eth1 metric 100  line 8: gateway production: default route of main
          + IPv4  main  default via 10.0.0.1 dev eth0 metric 100    line 8: gateway admin: default route of main

      1 host: 1 traffic class rerouted; 1 more on connected networks. Kernel state: 1 rule added.
        gw4

        Rerouted packets
          FAMILY  SELECTOR                       BEFORE               AFTER
          IPv4    forwarded from 203.0.113.0/24  production (line 8)  admin (line 10)
              e.g. 203.0.113.7 from 203.0.113.7 iif eth0
          --all shows the exclusions and 1 more row

        Rules
          + IPv4  pref 20000 from 203.0.113.0/24 lookup admin  line 10: rule 1: gateway admin

      With errors: 1 host (not compared: the description has an error, before or after)
        gw6

      Added: 1 host (multihome plan shows each)
        new

      Removed: 1 host
        gw7

      Renamed: 1 host
        hosts/gw8.yaml → hosts/site/gw8.yaml

      Without effect: 1 host (only comments, names, order or settings of targets changed)
        gw5
      "
    `)
    expect(stderr).toMatch(/error\[key-unknown\].*\n *--> hosts\/gw6\.yaml:6/)
    expect(code).toBe(1)
  })

  test('--all lists the addresses of each host', async () => {
    const { stdout } = await diffIn(changed(), 'HEAD', '--all')
    expect(stdout).toContain('Addresses of each host')
    for (const number of [0, 1, 2, 3])
      expect(stdout).toMatch(new RegExp(`^ +gw${number} .*10\\.0\\.${number}\\.1\\b`, 'm'))
  })

  test('without a difference', async () => {
    const repo = hosts(3)
    const same = await diffIn(repo, 'HEAD', '--exit-code')
    expect(same).toEqual({
      code: 0,
      stdout: 'HEAD → the working tree\n  No host changes; 3 unchanged.\n',
      stderr: '',
    })
    repo.write('hosts/gw1.yaml', `${hostOf(1)}# a comment\n`)
    expect((await diffIn(repo, 'HEAD', '--exit-code')).code).toBe(0)
    repo.write('hosts/gw1.yaml', byAdmin(hostOf(1)))
    expect((await diffIn(repo, 'HEAD', '--exit-code')).code).toBe(1)
    expect((await diffIn(repo, 'HEAD')).code).toBe(0)
  })

  test('a host with the same bytes is not compiled, so an old error is none of the change', async () => {
    const repo = hosts(2)
    repo.write('hosts/bad.yaml', WRONG)
    repo.commit()
    expect(await diffIn(repo, 'HEAD')).toMatchObject({ code: 0, stderr: '' })
    repo.write('hosts/bad.yaml', GOOD)
    const fixed = await diffIn(repo, 'HEAD')
    expect(fixed.code).toBe(1)
    expect(fixed.stdout).toContain('1 with errors')
    expect(fixed.stderr).toContain('--> git:HEAD:hosts/bad.yaml:6')
  })

  test('a file that hosts extend changes all of them', async () => {
    const repo = repository()
    repo.write('site.yaml', 'default: production\n')
    repo.write('unused.yaml', 'default: production\n')
    for (const number of [0, 1, 2])
      repo.write(
        `hosts/gw${number}.yaml`,
        hostOf(number).replace(
          'default: production',
          number === 2 ? 'default: production' : 'extends: ../site.yaml',
        ),
      )
    repo.commit()
    repo.write('unused.yaml', 'default: admin\n')
    expect((await diffIn(repo, 'HEAD')).stdout).toContain('No host changes; 3 unchanged.')
    repo.write('site.yaml', 'default: admin\n')
    const { stdout } = await diffIn(repo, 'HEAD')
    expect(stdout).toContain('2 hosts change in the same way; 1 unchanged.')
    expect(stdout).toContain('gw0, gw1\n')
  })

  test('400 hosts that change in two ways are two groups', async () => {
    const repo = hosts(400)
    for (let index = 0; index < 400; index++)
      repo.write(`hosts/gw${index}.yaml`, index % 4 === 0 ? withRule(hostOf(index)) : byAdmin(hostOf(index)))
    const { stdout } = await diffIn(repo, 'HEAD')
    expect(stdout).toContain('400 hosts change in 2 ways; 0 unchanged.')
    expect(stdout).toMatch(/^300 hosts: [^]*^100 hosts: /m)
    expect(stdout).toMatch(/and 276 more \(--all lists\s+them\)/)
    const { stdout: markdown } = await diffIn(repo, 'HEAD', '--format', 'markdown')
    expect(markdown.length).toBeLessThan(65_536)
    expect(markdown).toContain('`gw399`')
  }, 120_000)
})

describe('revisions', () => {
  test('A..B and A...B', async () => {
    const repo = hosts(3)
    repo.git('branch', 'topic')
    repo.write('hosts/gw0.yaml', byAdmin(hostOf(0)))
    repo.commit()
    repo.git('checkout', '--quiet', 'topic')
    repo.write('hosts/gw1.yaml', byAdmin(hostOf(1)))
    repo.commit()
    repo.write('hosts/gw2.yaml', byAdmin(hostOf(2)))
    expect((await diffIn(repo, 'main..topic')).stdout).toMatch(/^main → topic\n {2}2 hosts change/)
    const parted = await diffIn(repo, 'main...topic')
    expect(parted.stdout).toMatch(
      /^main \(where topic parted from it: [0-9a-f]{12}\) → topic\n {2}1 host changes; 2/,
    )
    expect(parted.stdout).toContain('\n  gw1\n')
    expect((await diffIn(repo, 'main..')).stdout).toMatch(/^main → HEAD\n {2}2 hosts change/)
    expect((await diffIn(repo, 'topic^{/st..e}')).stdout).toMatch(/→ the working tree\n {2}1 host changes/)
  })

  test('that are none, or a file as well, are misuse', async () => {
    const repo = hosts(1)
    const unknown = await diffIn(repo, 'nope')
    expect(unknown.code).toBe(2)
    expect(unknown.stderr).toContain('`nope` is no file, and as a revision: git knows no revision `nope`')
    const folder = await runHere('diff', join(repo.folder, 'hosts/'))
    expect(folder.code).toBe(2)
    const option = await diffIn(repo, '-x')
    expect(option.code).toBe(2)
    const nowhere = await diffIn(repo, 'main...nope')
    expect(nowhere).toMatchObject({ code: 2, stdout: '' })
  })

  test('a folder or pattern without a description is an error', async () => {
    const repo = hosts(1)
    const { code, stderr } = await runHere('diff', 'HEAD', join(repo.folder, 'none/'))
    expect([code, stderr]).toEqual([1, expect.stringContaining('no description is there, before or after')])
  })
})

test('the JSON is valid', async () => {
  const ajv = new Ajv2020({ allErrors: true, strict: true, strictRequired: false, allowUnionTypes: true })
  const validate = ajv.compile(jsonSchemaOf('diff-revision'))
  const { stdout } = await diffIn(changed(), 'HEAD', '--format', 'json')
  const document: unknown = JSON.parse(stdout)
  validate(document)
  expect(validate.errors ?? []).toEqual([])
  expect(document).toMatchObject({
    before: 'HEAD',
    after: 'the working tree',
    different: true,
    groups: [{ hosts: [{ name: 'gw0' }, {}, {}, {}] }, { hosts: [{ name: 'gw4' }] }],
    added: [{ name: 'new' }],
    removed: [{ name: 'gw7' }],
    renamed: [{ name: 'gw8' }],
    failed: [{ name: 'gw6' }],
    same: [{ name: 'gw5' }],
    unchanged: 3,
  })
})

test('the answer does not depend on the order of files, and is the same every time', async () => {
  const repo = changed()
  for (const format of ['text', 'markdown', 'json', 'html'])
    expect(await diffIn(repo, 'HEAD', '--format', format)).toEqual(
      await diffIn(repo, 'HEAD', '--format', format),
    )
})

describe('hostile names', () => {
  const name = 'x<img src=x onerror=alert(1)>`|@everyone[a](javascript:b)"\n::error::y\u001b[31m'

  test('of hosts are escaped in every form', async () => {
    const repo = hosts(1)
    for (const each of [`${name}1`, `${name}2`]) repo.write(`hosts/${each}.yaml`, hostOf(1))
    repo.commit()
    for (const each of [`${name}1`, `${name}2`]) repo.write(`hosts/${each}.yaml`, byAdmin(hostOf(1)))
    symlinkSync('/etc/passwd', join(repo.folder, 'hosts/out.yaml'))
    for (const format of ['text', 'markdown', 'json', 'html']) {
      const { stdout } = await diffIn(repo, 'HEAD', '--format', format)
      expect(stdout).not.toMatch(/\u001b|^::error::/m)
      if (format === 'html') expect(stdout).not.toMatch(/<img|<script/)
      if (format === 'markdown') expect(stdout.replaceAll(/``[^]*?``/g, '')).not.toMatch(/<img|@everyone/)
    }
  })
})

test('the page has no script, loads nothing, and its policy allows its own styles alone', async () => {
  const { stdout } = await diffIn(changed(), 'HEAD', '--format', 'html')
  expect(stdout).toMatch(/^<!doctype html>/)
  expect(stdout).not.toMatch(/<script|src=|url\(|https?:/)
  const { createHash } = await import('node:crypto')
  const styles = [...stdout.matchAll(/<style>([^]*?)<\/style>/g)].map(([, style = '']) => style)
  expect(styles).toHaveLength(2)
  for (const style of styles)
    expect(stdout).toContain(`'sha256-${createHash('sha256').update(style).digest('base64')}'`)
  for (const text of ['gw0', 'gw4', 'gw6', 'Added', 'Removed', 'Renamed']) expect(stdout).toContain(text)
})
