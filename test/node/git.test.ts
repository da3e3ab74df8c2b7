import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { mergeBase, openRevision, readRevision, type Revision } from '../../src/node/git.js'
import { expandGlob, isFile } from '../../src/node/glob.js'
import { MAX_DESCRIPTION_BYTES } from '../../src/node/read.js'
import { MANIFEST } from '../../src/node/tree/tree-validation.js'
import { temporaryFolder } from './folder.js'
import { repository } from './repository.js'

afterEach(() => vi.unstubAllEnvs())

/** Two states of hosts/a.yaml; the folder has changed since. */
function history() {
  const repo = repository()
  repo.write('hosts/a.yaml', 'old: ä\n')
  repo.commit()
  repo.git('tag', 'first')
  repo.write('hosts/a.yaml', 'new\n')
  repo.commit()
  repo.write('hosts/a.yaml', 'changed\n')
  return { ...repo, path: join(repo.folder, 'hosts/a.yaml') }
}

describe('a file at a revision', () => {
  test('by any name of a commit', async () => {
    const { path } = history()
    for (const revision of ['HEAD', 'main', 'HEAD^{/state}', '@{0}', 'HEAD^{tree}'])
      expect(readRevision(revision, path), revision).toEqual({ ok: true, value: 'new\n' })
    for (const revision of ['first', 'HEAD~1', 'HEAD^'])
      expect(readRevision(revision, path), revision).toEqual({ ok: true, value: 'old: ä\n' })
  })

  test('staged, without a revision', async () => {
    const { path, git } = history()
    expect(readRevision('', path)).toEqual({ ok: true, value: 'new\n' })
    git('add', '--all')
    expect(readRevision('', path)).toEqual({ ok: true, value: 'changed\n' })
    expect(readRevision('', `${path}x`)).toEqual({ ok: false, reason: 'it is not staged', isMissing: true })
  })

  test('in a folder that was removed since', async () => {
    const { path, folder } = history()
    rmSync(join(folder, 'hosts'), { recursive: true })
    expect(readRevision('first', path)).toEqual({ ok: true, value: 'old: ä\n' })
  })

  test('follows a symbolic link of the commit, and reports a dangling one', async () => {
    const repo = history()
    symlinkSync('hosts/a.yaml', join(repo.folder, 'host.yaml'))
    symlinkSync('/etc/passwd', join(repo.folder, 'out.yaml'))
    symlinkSync('nothing', join(repo.folder, 'dangling.yaml'))
    repo.commit()
    expect(readRevision('HEAD', join(repo.folder, 'host.yaml'))).toEqual({
      ok: true,
      value: 'changed\n',
    })
    for (const name of ['out.yaml', 'dangling.yaml'])
      expect(readRevision('HEAD', join(repo.folder, name))).toEqual({
        ok: false,
        reason: '`HEAD` has no such file',
        isMissing: true,
      })
  })

  test.each([
    '-v.yaml',
    'a b.yaml',
    ':(top)x.yaml',
    'it\'s $(touch x) "`.yaml',
    'HEAD:x.yaml',
    '0:x.yaml',
    'ä.yaml',
  ])('called %s', async (name) => {
    const repo = repository()
    repo.write(name, 'mine\n')
    repo.commit()
    for (const revision of ['HEAD', ''])
      expect(readRevision(revision, join(repo.folder, name))).toEqual({ ok: true, value: 'mine\n' })
  })

  test('of a bare repository, from its top', async () => {
    const { folder } = history()
    const bare = join(temporaryFolder(), 'bare.git')
    execFileSync('git', ['clone', '--quiet', '--bare', folder, bare])
    expect(readRevision('HEAD', join(bare, 'hosts/a.yaml'))).toEqual({ ok: true, value: 'new\n' })
  })

  test('in a hook, which has GIT_DIR', async () => {
    const { folder } = history()
    vi.stubEnv('GIT_DIR', join(folder, '.git'))
    // As git runs hooks: from the top of the work tree, which is what is taken for it here.
    expect(readRevision('HEAD', 'hosts/a.yaml')).toEqual({ ok: true, value: 'new\n' })
  })
})

describe('no answer', () => {
  const reasonFor = async (revision: string, path: string): Promise<string> => {
    const outcome = readRevision(revision, path)
    return 'reason' in outcome ? outcome.reason : JSON.stringify(outcome)
  }

  test.each(['nope', 'HEAD..main', '^HEAD', 'HEAD:hosts', 'HEAD^{blob}', 'HEAD~9', 'HEAD --all', 'HEAD;id'])(
    'of the revision %s',
    async (revision) => {
      const { path } = history()
      expect(await reasonFor(revision, path)).toContain(
        `git knows no revision \`${revision}\` there; fix: fetch `,
      )
    },
  )

  test.each(['--output=x', '-v', 'HEAD\nHEAD', 'HEAD\0'])(
    'of what is an option, or several: %j',
    async (revision) => {
      const { path } = history()
      expect(await reasonFor(revision, path)).toBe(`\`${revision}\` is no revision`)
    },
  )

  test('for a missing path, a folder, or an invalid path', async () => {
    const { path, folder } = history()
    expect(await reasonFor('HEAD', `${path}/x`)).toBe('`HEAD` has no such file')
    expect(await reasonFor('HEAD', join(folder, 'no/such.yaml'))).toBe('`HEAD` has no such file')
    expect(await reasonFor('HEAD', join(folder, 'hosts'))).toBe('it is a directory')
    expect(await reasonFor('HEAD', folder)).toBe('it is in no git repository')
    expect(await reasonFor('HEAD', `${path}\nx`)).toBe('git cannot be asked for a name with a line break')
  })

  test('outside of a repository', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'a'))
    expect(await reasonFor('HEAD', join(folder, 'a/host.yaml'))).toBe('it is in no git repository')
  })

  test('for a text that is too long, or no text', async () => {
    const repo = repository()
    repo.write('large.yaml', Buffer.alloc(MAX_DESCRIPTION_BYTES * 3, 32))
    repo.write('just.yaml', Buffer.alloc(MAX_DESCRIPTION_BYTES, 32))
    repo.write('bytes.yaml', Buffer.from([0xff, 0xfe, 0x00]))
    repo.commit()
    expect(readRevision('HEAD', join(repo.folder, 'large.yaml'))).toEqual({
      ok: false,
      bytes: MAX_DESCRIPTION_BYTES * 3,
      limit: MAX_DESCRIPTION_BYTES,
    })
    expect(readRevision('HEAD', join(repo.folder, 'just.yaml'))).toMatchObject({ ok: true })
    expect(await reasonFor('HEAD', join(repo.folder, 'bytes.yaml'))).toBe('it is not UTF-8 text')
  })

  test('for a repository of another user', async (context) => {
    if (process.geteuid?.() !== 0) context.skip('only root can give a folder away')
    const { path, folder } = history()
    execFileSync('chown', ['-R', '65534', folder])
    vi.stubEnv('HOME', folder)
    expect(await reasonFor('HEAD', path)).toContain('belongs to another user')
  })

  test('without git', async () => {
    const { path } = history()
    vi.stubEnv('PATH', temporaryFolder())
    expect(await reasonFor('HEAD', path)).toBe('git is not installed')
  })
})

describe('many files at a revision', () => {
  const opened = (revision: string, path: string): Revision => {
    const outcome = openRevision(revision, path)
    if (!outcome.ok) throw new Error(outcome.reason)
    return outcome.value
  }

  /** Paths relative to the folder. */
  const expanded = (files: Revision, folder: string, pattern: string): readonly string[] => {
    const found = files.expand(join(folder, pattern))
    if (!found.ok) throw new Error(found.reason)
    return found.value.map((path) => relative(folder, path))
  }

  test('are found as on the disk: folders, patterns, links, and no trees of ours', () => {
    const repo = repository()
    for (const path of [
      'hosts/a.yaml',
      'hosts/site/b.yml',
      'hosts/site/notes.md',
      'hosts/.hidden/c.yaml',
      'hosts/.d.yaml',
      'hosts/out/e/etc/netplan/60-multihome.yaml',
      `hosts/out/e${MANIFEST}`,
      'other/f.yaml',
      'hosts/g[1].yaml',
    ])
      repo.write(path, `${path}\n`)
    symlinkSync('../other/f.yaml', join(repo.folder, 'hosts/link.yaml'))
    symlinkSync('nothing', join(repo.folder, 'hosts/dangling.yaml'))
    symlinkSync('/etc/passwd', join(repo.folder, 'hosts/outside.yaml'))
    symlinkSync('../other', join(repo.folder, 'hosts/folder'))
    symlinkSync('hosts', join(repo.folder, 'alias'))
    repo.commit()
    const files = opened('HEAD', join(repo.folder, 'hosts/x'))
    const onDisk = (pattern: string): readonly string[] =>
      expandGlob(join(repo.folder, pattern))
        .filter(isFile)
        .map((path) => relative(repo.folder, path))
    for (const pattern of [
      'hosts',
      'hosts/',
      '.',
      'hosts/*.yaml',
      '**/*.y*ml',
      'hosts/g[1].yaml',
      '*/f.yaml',
      'none',
      'alias',
    ])
      expect(expanded(files, repo.folder, pattern), pattern).toEqual(
        onDisk(pattern).filter((path) => !path.includes('outside')),
      )
    expect(expanded(files, repo.folder, 'hosts')).toEqual([
      'hosts/a.yaml',
      'hosts/g[1].yaml',
      'hosts/link.yaml',
      'hosts/site/b.yml',
    ])
  })

  test('are read with their blobs, in the order of the paths', () => {
    const repo = history()
    repo.write('hosts/b.yaml', 'b\n')
    repo.write('hosts/large.yaml', Buffer.alloc(MAX_DESCRIPTION_BYTES * 2, 32))
    symlinkSync('b.yaml', join(repo.folder, 'hosts/link.yaml'))
    repo.commit()
    const files = opened('HEAD', join(repo.folder, 'x'))
    const paths = expanded(files, repo.folder, 'hosts').map((path) => join(repo.folder, path))
    expect(files.readAll([...paths, join(repo.folder, 'none.yaml'), join(repo.folder, 'hosts')])).toEqual([
      { ok: true, value: 'changed\n' },
      { ok: true, value: 'b\n' },
      { ok: false, bytes: MAX_DESCRIPTION_BYTES * 2, limit: MAX_DESCRIPTION_BYTES },
      { ok: true, value: 'b\n' },
      { ok: false, reason: '`HEAD` has no such file', isMissing: true },
      { ok: false, reason: 'it is a directory' },
    ])
    const [, blob, , link] = paths.map((path) => files.blobAt(path))
    expect(blob).toBe(repo.git('rev-parse', 'HEAD:hosts/b.yaml').trim())
    expect(link).toBeUndefined()
  })

  test('with hostile names, and outside of the repository, stay apart', () => {
    const repo = history()
    const names = ['a\nHEAD:hosts/a.yaml', ':x', 'ä "$(id)`', '-n']
    for (const name of names) repo.write(`odd/${name}.yaml`, `${names.indexOf(name)}\n`)
    repo.commit()
    const files = opened('HEAD', join(repo.folder, 'x'))
    const paths = expanded(files, repo.folder, 'odd').map((path) => join(repo.folder, path))
    expect(paths).toHaveLength(names.length)
    const outside = files.readAll([...paths, join(repo.folder, '../hosts/a.yaml')])
    for (const [index, path] of paths.entries())
      expect(outside[index]).toEqual(
        path.includes('\n')
          ? { ok: false, reason: '`HEAD` has no such file', isMissing: true }
          : { ok: true, value: `${names.findIndex((name) => path.endsWith(`${name}.yaml`))}\n` },
      )
    expect(outside.at(-1)).toMatchObject({ ok: false })
  })

  test('of a folder that is none now, and of a subfolder of the repository', () => {
    const { folder } = history()
    rmSync(join(folder, 'hosts'), { recursive: true })
    const files = opened('first', join(folder, 'hosts/x'))
    expect(expanded(files, folder, 'hosts')).toEqual(['hosts/a.yaml'])
    expect(files.read(join(folder, 'hosts/a.yaml'))).toEqual({ ok: true, value: 'old: ä\n' })
  })

  test('the best common ancestor of two commits', () => {
    const { folder, git, write, commit } = history()
    git('branch', 'topic', 'first')
    const base = git('rev-parse', 'first').trim()
    expect(mergeBase('main', 'topic', join(folder, 'x'))).toEqual({ ok: true, value: base })
    git('checkout', '--quiet', '--force', '--orphan', 'alone')
    write('x', 'x')
    commit()
    expect(mergeBase('main', 'alone', join(folder, 'x'))).toMatchObject({
      ok: false,
      reason: expect.stringContaining('have no common ancestor') as unknown,
    })
    for (const bad of ['nope', '--all', 'HEAD\nHEAD'])
      expect(mergeBase(bad, 'main', join(folder, 'x'))).toMatchObject({
        ok: false,
        reason: expect.stringContaining('git knows no revision') as unknown,
      })
  })
})

describe('a hostile repository', () => {
  test('runs no program of its configuration', async () => {
    const { path, folder, git } = history()
    const canary = join(folder, 'canary')
    const program = join(folder, 'program')
    writeFileSync(program, `#!/bin/sh\necho "$0 $*" >> ${canary}\n`, { mode: 0o755 })
    mkdirSync(join(folder, 'hooks'))
    symlinkSync(program, join(folder, 'hooks/post-index-change'))
    for (const [key, value] of [
      ['core.fsmonitor', program],
      ['core.hooksPath', join(folder, 'hooks')],
      ['core.pager', program],
      ['pager.cat-file', 'true'],
      ['core.sshCommand', program],
      ['core.gitProxy', program],
      ['core.askPass', program],
      ['diff.external', program],
      ['diff.hostile.textconv', program],
      ['filter.hostile.smudge', program],
      ['alias.cat-file', `!${program}`],
      ['alias.rev-parse', `!${program}`],
      ['protocol.allow', 'always'],
      ['protocol.ext.allow', 'always'],
      ['core.repositoryFormatVersion', '1'],
      ['extensions.partialClone', 'origin'],
      ['remote.origin.promisor', 'true'],
      ['remote.origin.url', `ext::${program}`],
      ['remote.origin.uploadpack', program],
    ] as const)
      git('config', key, value)
    writeFileSync(join(folder, '.git/info/attributes'), '* diff=hostile filter=hostile\n')
    // A missing object is what a partial clone fetches.
    const blob = git('rev-parse', 'HEAD:hosts/a.yaml').trim()
    rmSync(join(folder, '.git/objects', blob.slice(0, 2), blob.slice(2)))
    for (const url of [`ext::${program}`, folder]) {
      git('config', 'remote.origin.url', url)
      for (const revision of ['HEAD', 'first', '', 'no-such', 'origin/main']) readRevision(revision, path)
    }
    expect(existsSync(canary)).toBe(false)
    expect(readRevision('first', path)).toEqual({ ok: true, value: 'old: ä\n' })
  })

  test('shows the content of a commit, not its replacement', async () => {
    const { path, git, write } = history()
    write('other', 'replaced\n')
    const [old, other] = [git('rev-parse', 'HEAD:hosts/a.yaml'), git('hash-object', '-w', 'other')]
    git('replace', old.trim(), other.trim())
    expect(readRevision('HEAD', path)).toEqual({ ok: true, value: 'new\n' })
  })
})
