import fc from 'fast-check'
import { dump } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import { compile } from '../../src/compile.js'
import type { TargetId } from '../../src/targets/index.js'
import type { TextFile } from '../../src/targets/target.js'
import { describedHost } from '../generators/random-description.js'
import { netplanGenerate } from './netplan-generate.js'
import { describeWith, findProgram, findUnpacked, writeTree, run, runApart } from './tools.js'

const RUNS = Number(process.env['MULTIHOME_NATIVE_RUNS'] ?? 40)

// The same hosts in every run, so that a failure can be reproduced; MULTIHOME_SEED selects others.
const hosts = fc
  .sample(describedHost, { seed: Number(process.env['MULTIHOME_SEED'] ?? 20), numRuns: RUNS })
  .map((host, index) => {
    const text = dump(host)
    return { name: `host ${index + 1}`, text, outputs: compile(text).outputs }
  })

interface Case {
  readonly name: string
  readonly text: string
  readonly files: readonly TextFile[]
}

const casesOf = (id: TargetId): readonly Case[] =>
  hosts.flatMap(({ name, text, outputs }) => {
    const files = (outputs.get(id)?.files ?? []).filter((file): file is TextFile => 'content' in file)
    return files.length === 0 ? [] : [{ name, text, files }]
  })

const contentAt = (files: readonly TextFile[], start: string): string =>
  files.find(({ path }) => path.startsWith(start))?.content ?? ''

describe('random hosts', () => {
  it('are rendered often enough for every target', () => {
    for (const id of [
      'netifrc',
      'ifupdown',
      'nm-dispatcher',
      'nm-keyfile',
      'networkd',
      'netplan',
      'iproute2',
    ] as const)
      expect(casesOf(id).length, id).toBeGreaterThan(RUNS / 4)
  })
})

describeWith('netplan generate, random hosts', findProgram('netplan'), 'netplan.io', (netplan) => {
  it.each(casesOf('netplan'))('accepts $name', ({ files, text }) => {
    expect(netplanGenerate(netplan, writeTree(files)), text).toMatchObject({
      status: 0,
      stderr: '',
    })
  })
})

describeWith('nmcli --offline, random hosts', findProgram('nmcli'), 'network-manager', (nmcli) => {
  it.each([...casesOf('nm-keyfile'), ...casesOf('nm-dispatcher')])('accepts $name', ({ files, text }) => {
    for (const { path, content } of files.filter((file) => file.path.endsWith('.nmconnection'))) {
      const args = ['--offline', 'connection', 'modify', 'connection.autoconnect', 'yes']
      expect(run(nmcli, args, { input: content }), `${path}\n${text}`).toMatchObject({
        status: 0,
        stderr: '',
      })
    }
  })
})

describeWith(
  'ifup --no-act, random hosts',
  findUnpacked('ifupdown/usr/sbin/ifup'),
  'ifupdown, unpacked under MULTIHOME_NATIVE,',
  (ifup) => {
    it.each(casesOf('ifupdown'))('accepts $name', ({ files, text }) => {
      const root = writeTree(files)
      const result = run(ifup, [
        '--no-act',
        '--force',
        '-i',
        `${root}/etc/network/interfaces`,
        '--state-dir',
        root,
        '-a',
      ])
      expect(result.status, `${result.stderr}\n${text}`).toBe(0)
    })
  },
)

describeWith('dash -n, random hosts', findProgram('dash'), 'dash', (dash) => {
  const scripts = (['netifrc', 'nm-dispatcher', 'iproute2'] as const).flatMap((id) =>
    casesOf(id).map((one) => ({ ...one, name: `${id} ${one.name}` })),
  )
  it.each(scripts)('accepts $name', ({ files, text }) => {
    const shell = files.filter(
      ({ path, content }) => content.startsWith('#!/bin/sh') || path.startsWith('/etc/conf.d/'),
    )
    expect(shell.length).toBeGreaterThan(0)
    for (const { content } of shell)
      expect(run(dash, ['-n'], { input: content }), text).toMatchObject({ status: 0, stderr: '' })
  })
})

describeWith('nft --check, random hosts', findProgram('nft'), 'nftables', (nft) => {
  const rulesets = casesOf('iproute2').flatMap(({ name, text, files }) => {
    const ruleset = contentAt(files, '/etc/nftables.d/')
    return ruleset === '' ? [] : [{ name, text, ruleset }]
  })

  it('include enough rulesets', () => {
    expect(rulesets.length).toBeGreaterThan(RUNS / 20)
  })

  it.each(rulesets)('accepts $name', ({ ruleset, text }) => {
    const root = writeTree([{ path: '/ruleset', mode: 0o644, owner: 'root:root', content: ruleset }])
    expect(runApart(`${nft} -c -f ${root}/ruleset`), text).toMatchObject({ status: 0, stderr: '' })
  })
})

describe('random hosts for networkd', () => {
  // networkd.test.ts checks keys and values with the fixtures; this test checks that sections are complete.
  it.each(casesOf('networkd'))('have a table or a next hop in every section of $name', ({ files }) => {
    const text = files.map(({ content }) => content).join('\n')
    for (const section of text.split(/^(?=\[)/m).filter((part) => part.startsWith('[RoutingPolicyRule]')))
      expect(section).toMatch(/^(Table=\d+|Type=\w+|GoTo=\d+)$/m)
    expect(contentAt(files, '/etc/systemd/networkd.conf.d/')).toContain('ManageForeignRoutingPolicyRules=no')
  })
})
