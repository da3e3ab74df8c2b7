// Tables and picture of the booted cells, from the record that `npm run record` writes.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { groupPairs } from '../../src/stdlib/group-by.js'
import { isAtLeast } from '../../src/targets/version.js'
import { platforms } from '../../test/boot/host/platforms.js'
import type { Platform } from '../../test/boot/host/rendering.js'
import { debians } from '../../test/boot/lab/rootfs/rootfs.js'
import { stackIds } from '../../test/boot/lab/stacks.js'
import { kernelsOf, readRecord, signsOf, type BootRecord } from '../../test/boot/run/boot-record.js'
import { pictureOf } from '../../test/boot/run/picture.js'
import { formatTable, tableLines, type Sign } from '../../test/boot/run/table.js'
import type { Hosts } from './hosts.js'
import { fence, table } from './markdown.js'

const isSame = (sign: Sign): boolean => sign === '=' || sign === 'o' || sign === '≡'

const meanings: Readonly<Record<Exclude<Sign, '=' | 'o' | '≡'>, string>> = {
  '≠': 'different',
  r: 'refused',
  '~': 'rendered otherwise since',
  '·': 'not booted',
  '-': 'cannot run',
}

export interface Booted {
  /** A line for each stack: its versions, and the number of hosts with the planned state. */
  readonly summary: () => string
  /** A line for each host. */
  readonly whole: () => string
  /** The same table as a picture of a terminal. */
  readonly picture: () => string
}

export function bootedTables(root: string, hosts: Hosts): Booted {
  const record = readRecord(join(root, 'docs/booted.json'))
  const names = readdirSync(join(root, 'fixtures'))
    .filter((name) => existsSync(join(root, 'fixtures', name, 'description.yaml')))
    .sort()
  const signAt = signsOf(
    record,
    names.map((name) => ({ name, text: hosts.named(name).text })),
  )
  return {
    summary: () =>
      table(
        ['stack', ...debians.map((debian) => `Debian ${debian}`)],
        stackIds.map((stack) => [
          stack,
          ...debians.map((debian) =>
            platforms.some((platform) => platform.stack === stack && platform.debian === debian)
              ? summaryCell(
                  record,
                  { stack, debian },
                  names.map((name) => ({ name, sign: signAt(name, stack, debian) })),
                )
              : '–',
          ),
        ]),
      ),
    picture: () => pictureOf(`$ npm run test:boot\n${formatTable(names, signAt)}\n`),
    whole: () => fence('text', tableLines(names, signAt).join('\n')),
  }
}

/** `systemd 257.13: 62 same (57 on Linux 6.18, 8 on 6.12), 1 refused`. */
function summaryCell(
  record: BootRecord,
  platform: Platform,
  signs: readonly { readonly name: string; readonly sign: Sign }[],
): string {
  const same = signs.filter(({ sign }) => isSame(sign))
  const byKernel = groupPairs(
    same.flatMap(({ name }) => kernelsOf(record, name, platform).map((kernel) => [kernel, name] as const)),
  )
  const kernels = [...byKernel]
    .sort(([a], [b]) => (isAtLeast(a, b) ? -1 : 1))
    .map(([kernel, names], n) => `${names.length} on ${n === 0 ? 'Linux ' : ''}${kernel}`)
  const counts = (Object.keys(meanings) as (keyof typeof meanings)[]).flatMap((sign) => {
    const count = signs.filter((one) => one.sign === sign).length
    return count === 0 ? [] : [`${count} ${meanings[sign]}`]
  })
  const version = record.versions[platform.stack]?.[String(platform.debian)]
  const text = [
    ...(same.length === 0 ? [] : [`${same.length} same (${kernels.join(', ')})`]),
    ...counts,
  ].join(', ')
  return `${version === undefined ? '' : `${version}: `}${text}`
}
