import { describe, expect, it } from 'vitest'
import { formatTrees } from '../../src/formats/index.js'
import { tar } from '../../src/formats/tar.js'
import type { HostTree } from '../../src/formats/format.js'
import { fixtureTree, hostileTexts, treeOf } from './trees.js'

interface Member {
  readonly name: string
  readonly type: string
  readonly mode: number
  readonly uid: number
  readonly owner: string
  readonly mtime: number
  readonly linkname: string
  readonly content: string
}

/** Reads an archive by the text of POSIX, apart from the writer. */
function membersOf(bytes: Uint8Array): readonly Member[] {
  const archive = Buffer.from(bytes)
  const members: Member[] = []
  let pax: Readonly<Record<string, string>> = {}
  for (let offset = 0; archive[offset] !== 0;) {
    const block = archive.subarray(offset, offset + 512)
    const text = (start: number, size: number): string =>
      block.toString('latin1', start, start + size).replace(/\0.*$/s, '')
    const number = (start: number, size: number): number => Number.parseInt(text(start, size), 8)
    expect(text(257, 6)).toBe('ustar')
    const blank = Buffer.from(block).fill(' ', 148, 156)
    expect(number(148, 8)).toBe(blank.reduce((sum, byte) => sum + byte, 0))
    const size = number(124, 12)
    const content = archive.toString('utf8', offset + 512, offset + 512 + size)
    offset += 512 + Math.ceil(size / 512) * 512
    if (text(156, 1) === 'x') {
      pax = recordsOf(content)
      continue
    }
    const prefix = text(345, 155)
    members.push({
      name: pax['path'] ?? (prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`),
      type: text(156, 1),
      mode: number(100, 8),
      uid: number(108, 8),
      owner: `${pax['uname'] ?? text(265, 32)}:${pax['gname'] ?? text(297, 32)}`,
      mtime: number(136, 12),
      linkname: pax['linkpath'] ?? text(157, 100),
      content,
    })
    pax = {}
  }
  return members
}

function recordsOf(text: string): Readonly<Record<string, string>> {
  const records: Record<string, string> = {}
  for (let rest = Buffer.from(text); rest.length > 0;) {
    const size = Number.parseInt(rest.toString('utf8'), 10)
    const [, key = '', value = ''] = /^\d+ ([^=]+)=(.*)\n$/s.exec(rest.toString('utf8', 0, size)) ?? []
    records[key] = value
    rest = rest.subarray(size)
  }
  return records
}

const read = (...trees: readonly HostTree[]): readonly Member[] => membersOf(formatTrees(tar, trees))

describe('tar', () => {
  it('has every file and control file, sorted, with mode, owner and content', () => {
    const tree = fixtureTree('two-isps-balanced', 'nm-keyfile', 'gw1/nm-keyfile')
    const members = read(tree)
    const files = [...tree.output.files, ...tree.output.control]
    expect(members.map(({ name }) => name)).toEqual(files.map(({ path }) => `gw1/nm-keyfile${path}`).sort())
    for (const file of files) {
      const member = members.find(({ name }) => name === `gw1/nm-keyfile${file.path}`)
      if ('content' in file)
        expect(member).toMatchObject({ type: '0', mode: file.mode, owner: file.owner, content: file.content })
    }
    expect(members.every(({ mtime, uid }) => mtime === 0 && uid === 0)).toBe(true)
  })

  it('keeps symbolic links', () => {
    expect(read(fixtureTree('two-isps-balanced', 'netifrc'))).toContainEqual(
      expect.objectContaining({ name: 'etc/init.d/net.eth0', type: '2', linkname: 'net.lo', content: '' }),
    )
  })

  it('lists no folders, so that the folders of a host keep their modes and stay symbolic links', () => {
    expect(read(fixtureTree('leases-balanced', 'ifupdown')).filter(({ type }) => type === '5')).toEqual([])
  })

  it.for([
    ['a name of 100 bytes', `/${'a'.repeat(100)}`],
    ['a name of 101 bytes without a folder', `/${'a'.repeat(101)}`],
    ['a long path that splits', `/${'a'.repeat(150)}/${'b'.repeat(100)}`],
    ['a long path that does not split', `/${'a'.repeat(100)}/${'b'.repeat(101)}`],
    ['a path of 300 bytes', `/${'a/'.repeat(149)}b`],
    ['a path that is not ASCII', '/etc/网络/ü'],
  ] as const)('keeps %s', ([, path]) => {
    expect(read(treeOf([{ path, mode: 0o644, owner: 'root:root', content: 'x' }]))).toMatchObject([
      { name: path.slice(1), content: 'x' },
    ])
  })

  it('keeps long and foreign link targets and owners', () => {
    const symlink = `/${'x'.repeat(101)}`
    const user = 'u'.repeat(33)
    const members = read(
      treeOf([
        { path: '/a', symlink },
        { path: '/b', symlink: 'ü' },
        { path: '/c', mode: 0o640, owner: `${user}:systemd-network`, content: '' },
        { path: '/d', mode: 0o600, owner: '1000:grüppe', content: '' },
      ]),
    )
    expect(members).toMatchObject([
      { linkname: symlink },
      { linkname: 'ü' },
      { owner: `${user}:systemd-network`, uid: 0 },
      { owner: '1000:grüppe', uid: 1000 },
    ])
  })

  it('keeps hostile contents', () => {
    const tree = treeOf(
      hostileTexts.map((content, index) => ({
        path: `/${String(index).padStart(2, '0')}`,
        mode: 0o644,
        owner: 'root:root',
        content,
      })),
    )
    expect(read(tree).map(({ content }) => content)).toEqual(hostileTexts)
  })
})
