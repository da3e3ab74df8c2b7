import { describe, expect, it } from 'vitest'
import { formatTrees } from '../../src/formats/index.js'
import { tar } from '../../src/formats/tar.js'
import type { HostTree } from '../../src/formats/format.js'
import { membersOf, type Member } from './read-tar.js'
import { fixtureTree, hostileTexts, treeOf } from './trees.js'

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
