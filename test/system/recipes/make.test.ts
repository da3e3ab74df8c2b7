// examples/make: make renders exactly the hosts whose inputs have changed.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { commandFolder, description, needs, repositoryFrom, type Ended } from './tools.js'

const bin = commandFolder()

/** Hosts that a run of make renders, in the order of their names. */
const rendered = ({ stdout }: Ended): readonly string[] =>
  [...stdout.matchAll(/ --out 'rendered\/(.*?)'/g)].map(([, host = '']) => host).sort()

test(
  'make renders the hosts whose description or extended file has changed',
  { timeout: 120_000 },
  (context) => {
    needs(context, 'make')
    const { folder, run } = repositoryFrom('make', bin)
    const write = (path: string, text: string): void => writeFileSync(join(folder, path), text)
    const make = (...words: readonly string[]) => run('make', [...words, 'MULTIHOME=multihome'])
    const expectRendered = (hosts: readonly string[], ...words: readonly string[]): void => {
      const result = make(...words)
      expect(result.status, result.stdout + result.stderr).toBe(0)
      expect(rendered(result)).toEqual(hosts)
    }
    const extended = `extends: ../site.yaml\n${description()}`
    mkdirSync(join(folder, 'hosts'))
    write('site.yaml', 'sysctls: { net.ipv4.ip_forward: 1 }\n')
    write('hosts/a.yaml', extended)
    write('hosts/b.yaml', extended)
    write('hosts/c.yaml', description())
    write('hosts/d$e#f.yaml', extended)

    expectRendered(['a', 'b', 'c', 'd$e#f'], '-j4')
    expectRendered([])
    // A file that is only written again changes no tree, and is settled by one run.
    write('site.yaml', 'sysctls: { net.ipv4.ip_forward: 1 }\n')
    expectRendered(['a', 'b', 'd$e#f'])
    expectRendered([])
    write('site.yaml', 'sysctls: { net.ipv4.ip_forward: 0 }\n')
    expectRendered(['a', 'b', 'd$e#f'], '-j4')
    expect(make('check').status).toBe(0)
    write('hosts/c.yaml', description('203.0.113.2'))
    expect(make('check').status).not.toBe(0)
    expectRendered(['c'])

    write('hosts/c.yaml', description('192.0.2.1'))
    expect(make()).toMatchObject({ status: 2 })
    expect(rendered(make())).toEqual(['c'])
    write('hosts/c.yaml', description())
    expectRendered(['c'])

    // The extended file is deleted together with its last uses.
    rmSync(join(folder, 'site.yaml'))
    for (const host of ['a', 'b', 'd$e#f']) write(`hosts/${host}.yaml`, description())
    expectRendered(['a', 'b', 'd$e#f'])
    expectRendered([])

    renameSync(join(folder, 'hosts/a.yaml'), join(folder, 'hosts/a b.yaml'))
    expect(make()).toMatchObject({ status: 2 })
    expect(make().stderr).toContain('a name below hosts/ contains a space')
  },
)
