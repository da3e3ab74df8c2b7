// The role of examples/ansible on four booted hosts of different stacks: over SSH, by Ansible.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compile } from '../../src/compile.js'
import { readText } from '../../src/node/read.js'
import type { KernelPlan } from '../../src/plan/plan.js'
import { differencesFrom, snapshot } from '../boot/host/actions/apply-program.js'
import type { Snapshot } from '../boot/host/actions/apply-program.js'
import { compareWithPlan } from '../boot/host/host.js'
import { whyNoLab } from '../boot/lab/lab.js'
import type { Lab } from '../boot/lab/lab.js'
import { bundleCommand, runCommand } from '../cli/bundle.js'
import { loadIn } from '../helpers/fixture-load.js'
import { copyExample, whyNoAnsible } from './ansible-run.js'
import { bootFleet, connectionOf, createKey } from './fleet.js'
import type { FleetHost } from './fleet.js'
import { useFleetRoot } from './rootfs.js'

const why = whyNoAnsible(['ansible-playbook', 'ansible-lint', 'ssh']) ?? whyNoLab()
if (why !== undefined && process.env['MULTIHOME_REQUIRE_BOOT'] === '1') throw new Error(why)

const main = bundleCommand()
const example = copyExample(main)
const { folder } = example
/** For a second change at the same time. */
const other = copyExample(main)

const stacks = { berlin: 'networkd', cologne: 'ifupdown', hamburg: 'nm-keyfile', munich: 'netplan' } as const
type Name = keyof typeof stacks
const names: readonly Name[] = ['berlin', 'cologne', 'hamburg', 'munich']

/** SSH reaches a host through the network behind lan0. */
const hostNamed = (name: Name, at: number): FleetHost => ({
  name,
  stack: stacks[name],
  tree: join(folder, 'before', name),
  peers: [
    { links: ['wan0'], addresses: ['192.0.2.1/24'] },
    { links: ['wan1'], addresses: ['198.51.100.1/24'] },
    { links: ['lan0'], addresses: [`10.${at + 1}.0.254/24`] },
  ],
})

function planOf(name: Name): KernelPlan {
  const text = readText(join(folder, `hosts/${name}.yaml`))
  if (!text.ok) throw new Error(`no hosts/${name}.yaml`)
  const { plan } = compile(text.value, { file: `hosts/${name}.yaml`, load: loadIn(folder) })
  if (plan === undefined) throw new Error(`${name} has no plan`)
  return plan
}

const brokenSubnet = ['10.2.0.1/24', '10.20.0.1/24'] as const

describe.skipIf(why !== undefined)('the role on four stacks', { timeout: 300_000 }, () => {
  let labs: ReadonlyMap<string, Lab> = new Map()
  const lab = (name: Name): Lab => {
    const found = labs.get(name)
    if (found === undefined) throw new Error(`${name} did not boot`)
    return found
  }
  const differences = async (name: Name): Promise<readonly string[]> =>
    (await compareWithPlan(lab(name), planOf(name))).map((line) => `${name}: ${line}`)

  const loginsOf = async (name: Name): Promise<number> =>
    Number((await lab(name).exec("journalctl -b --no-pager | grep -c 'Accepted publickey'")).stdout)

  beforeAll(async () => {
    await useFleetRoot()
    createKey(folder)
    const rendered = runCommand(main, ['render', 'hosts/', '--out', 'before/{host}'], { cwd: folder })
    if (rendered.code !== 0) throw new Error(rendered.stderr)
    labs = await bootFleet(folder, names.map(hostNamed))
    const connections = names.map(
      async (name) => [name, await connectionOf(lab(name), 'lan0', folder)] as const,
    )
    const vars = {
      multihome_confirm_within: 30,
      multihome_confirm_after: 0,
      multihome_check_command: 'ping -c 1 -W 2 198.51.100.1',
    }
    const inventory = { all: { hosts: Object.fromEntries(await Promise.all(connections)), vars } }
    for (const { setInventory, edit } of [example, other]) {
      setInventory(inventory)
      // What each run below installs.
      edit('common.yaml', (text) => `${text}  - { ipproto: tcp, dport: 465, gateway: fiber }\n`)
    }
  }, 200_000)

  afterAll(async () => {
    for (const { disconnect } of [example, other]) disconnect()
    await Promise.all([...labs.values()].map((one) => one.close()))
    for (const one of [example, other]) rmSync(one.folder, { recursive: true, force: true })
  })

  test('check mode shows the lines that would change, and changes nothing', async () => {
    const before = await snapshot(lab('berlin'))
    const { code, output, recap } = await example.play('site.yml', '--check', '--diff', '--limit', 'berlin')
    expect(output).toContain('+DestinationPort=465')
    expect(output).toContain('- change  /etc/systemd/network/10-multihome-lo.network')
    expect({ code, recap }).toMatchObject({ code: 0, recap: { berlin: { failed: 0 } } })
    expect(await differencesFrom(lab('berlin'), before)).toEqual([])
  })

  test.concurrent('a host that is cut off reverts by itself, and the play stops there', async () => {
    const [good, wrong] = brokenSubnet
    const untouched = ['cologne', 'hamburg'] as const
    const before = await Promise.all(
      untouched.map(async (name): Promise<[Name, Snapshot]> => [name, await snapshot(lab(name))]),
    )
    example.edit('hosts/cologne.yaml', (text) => text.replace(good, wrong))
    const { code, output, recap } = await example.play('site.yml')
    expect(output).toContain('UNREACHABLE')
    expect(output).toMatch(/Not confirmed[^]*reverted: nobody confirmed in time/)
    expect({ code, recap }).toMatchObject({
      code: 2,
      recap: { berlin: { failed: 0 }, cologne: { failed: 1 }, hamburg: { ok: 1 }, munich: { ok: 1 } },
    })
    expect(await differences('berlin')).toEqual([])
    const changes = await Promise.all(before.map(([name, was]) => differencesFrom(lab(name), was)))
    expect(changes.flat()).toEqual([])
  })

  test.concurrent('a change after which a gateway does not answer is never confirmed', async () => {
    const before = await snapshot(lab('munich'))
    other.edit('hosts/munich.yaml', (text) => text.replace('via: 192.0.2.1 ', 'via: 192.0.2.99 '))
    const words = ['--limit', 'munich', '-e', 'multihome_confirm_after=15']
    const { code, output } = await other.play('site.yml', ...words)
    expect(output).toMatch(/Not confirmed[^]*reverted: the network is gone: the IPv4 default gateway/)
    expect(code).toBe(2)
    expect(await differencesFrom(lab('munich'), before)).toEqual([])
  })

  test('the fixed change reaches the other hosts', async () => {
    const [good, wrong] = brokenSubnet
    example.edit('hosts/cologne.yaml', (text) => text.replace(wrong, good))
    // One host first, as the guide recommends for many.
    example.edit('site.yml', (text) => text.replace('serial: 1', 'serial: [1, 100%]'))
    example.disconnect()
    const logins = await loginsOf('munich')
    const { code, output, recap } = await example.play('site.yml')
    expect(code, output).toBe(0)
    expect(recap).toMatchObject({ berlin: { changed: 0 } })
    // The one that starts apply.sh, and the one that confirms.
    expect((await loginsOf('munich')) - logins).toBeGreaterThanOrEqual(2)
    expect(names.filter((name) => (recap[name]?.changed ?? 0) > 0)).toEqual(['cologne', 'hamburg', 'munich'])
    const found = await Promise.all(names.map(differences))
    expect(found.flat()).toEqual([])
  })

  test('a second run changes nothing', async () => {
    const { code, output, recap } = await example.play('roles/multihome/tests/test.yml')
    expect(code, output).toBe(0)
    expect(names.map((name) => recap[name]?.changed)).toEqual([0, 0, 0, 0])
  })

  test('verify.yml fails on a host that differs, and names the difference', async () => {
    expect((await example.play('verify.yml')).code).toBe(0)
    await lab('munich').exec('ip rule add pref 100 to 203.0.113.0/24 lookup 102')
    const { code, output, recap } = await example.play('verify.yml')
    expect(output).toContain('pref 100 to 203.0.113.0/24 lookup 102')
    expect({ code, recap }).toMatchObject({
      code: 2,
      recap: { munich: { failed: 1 }, berlin: { failed: 0 } },
    })
  })

  test('ansible-lint has no complaint at its profile for production', async () => {
    const { code, output } = await example.lint()
    expect(code, output).toBe(0)
  })
})
