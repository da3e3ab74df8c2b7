// `multihome diff REV` as users call it: with multihome.yaml, from a subfolder, on several threads.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repository } from '../../../node/repository.js'
import { bundleCommand, runCommand } from '../../bundle.js'
import { GOOD, WRONG } from '../../fake-io.js'

const main = bundleCommand()

const hostOf = (number: number): string =>
  GOOD.replaceAll('192.0.2.', `10.0.${number}.`).replaceAll('198.51.100.', `100.64.${number}.`)

/** Enough for threads. */
const COUNT = 130

test('threads give the answer of one thread, with what multihome.yaml names at each revision', () => {
  const repo = repository()
  repo.write('multihome.yaml', 'version: 1\ndescriptions: hosts/\n')
  for (let number = 0; number < COUNT; number++) repo.write(`hosts/gw${number}.yaml`, hostOf(number))
  repo.commit()
  for (let number = 0; number < COUNT; number++)
    repo.write(
      `hosts/gw${number}.yaml`,
      number % 50 === 7
        ? WRONG
        : hostOf(number).replace(
            'default: production',
            number % 3 === 0 ? 'default: none' : 'default: admin',
          ),
    )
  mkdirSync(join(repo.folder, 'sub'))
  const [all, sub] = [repo.folder, join(repo.folder, 'sub')].map((cwd) =>
    runCommand(main, ['diff', 'HEAD', '--all'], { cwd }),
  )
  expect(all?.stdout).toContain('127 hosts change in 2 ways, 3 with errors; 0 unchanged.')
  expect(all?.stderr.match(/--> hosts\/gw\d+\.yaml/g)).toEqual([
    '--> hosts/gw107.yaml',
    '--> hosts/gw57.yaml',
    '--> hosts/gw7.yaml',
  ])
  expect(all?.code).toBe(1)
  expect(sub?.stdout).toBe(all?.stdout)
  // Fewer than a hundred hosts are compared in one thread.
  const parts = ['hosts/gw[0-4]*.yaml', 'hosts/gw[5-9]*.yaml'].map(
    (part) => runCommand(main, ['diff', 'HEAD', part, '--all'], { cwd: repo.folder }).stdout,
  )
  // The order of columns is that of the example.
  const rowsOf = (text = ''): readonly string[] =>
    (text.match(/^ {4}gw\d+ .*$/gm) ?? []).map((row) => row.split(/ +/).toSorted().join(' '))
  expect(parts.flatMap(rowsOf).toSorted()).toEqual(rowsOf(all?.stdout).toSorted())

  // Where the descriptions were at the revision.
  repo.git('checkout', '--quiet', '.')
  repo.git('mv', 'hosts', 'fleet')
  repo.write('multihome.yaml', 'version: 1\ndescriptions: fleet/\n')
  const moved = runCommand(main, ['diff', 'HEAD'], { cwd: repo.folder })
  expect(moved.stdout).toContain(`${COUNT} renamed; 0 unchanged.`)
}, 120_000)
