// examples/image: mmdebstrap builds an image with the files of a host. Packages are unpacked and not configured, which
// takes seconds.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compileFixture, fixtureNamed } from '../../helpers/fixtures.js'
import { commandFolder, needs, repositoryFrom, skipOrFail } from './tools.js'

const bin = commandFolder()

interface Entry {
  /** As `ls -l` prints it. */
  readonly mode: string
  readonly owner: string
  readonly symlink: string | undefined
}

/** Every path of an archive; folders end with a slash. */
function readArchive(archive: string): ReadonlyMap<string, Entry> {
  const { stdout } = spawnSync('tar', ['--numeric-owner', '-tvf', archive], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  return new Map(
    stdout.split('\n').flatMap((line): readonly (readonly [string, Entry])[] => {
      const [, mode, owner, path, symlink] =
        /^(\S+) (\S+) +\S+ \S+ \S+ \.(\/.*?)(?: -> (.*))?$/.exec(line) ?? []
      return mode === undefined || owner === undefined || path === undefined
        ? []
        : [[path, { mode, owner, symlink }]]
    }),
  )
}

const permissions = (mode: number): string =>
  [6, 3, 0]
    .map((shift) => mode >> shift)
    .map((bits) => `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${bits & 1 ? 'x' : '-'}`)
    .join('')

const images = [
  // Connection marks have a unit, and symbolic links that enable it.
  { fixture: 'port-forward-by-two-providers', target: 'networkd', packages: 'systemd' },
  // Keyfiles are 0600.
  { fixture: 'two-providers', target: 'nm-keyfile', packages: 'base-files' },
] as const

test.for(images)(
  'mmdebstrap puts the files of $fixture for $target into an image',
  { timeout: 120_000 },
  ({ fixture, target, packages }, context) => {
    needs(context, 'mmdebstrap', 'systemctl')
    const { folder, run } = repositoryFrom('image', bin)
    const host = fixtureNamed(fixture)
    mkdirSync(join(folder, 'hosts'))
    writeFileSync(join(folder, 'hosts/gate.yaml'), host.text)
    const options = ['--quiet', '--variant=extract', `--include=${packages}`]
    const hook = `--extract-hook=./multihome.sh hosts/gate.yaml ${target} "$1"`
    // A restrictive umask of the builder must not reach the image.
    const words = ['mmdebstrap', ...options, hook, 'trixie', 'image.tar']
    const { status, stdout, stderr } = run('sh', ['-c', 'umask 077; "$@"', 'sh', ...words])
    if (/Temporary failure|Could not (resolve|connect)|Unable to connect/.test(stderr))
      skipOrFail(context, 'the mirror of Debian packages does not answer')
    expect(status, stdout + stderr).toBe(0)

    const entries = readArchive(join(folder, 'image.tar'))
    const files = compileFixture(host).outputs.get(target)?.files ?? []
    expect(files.length).toBeGreaterThan(0)
    for (const file of files) {
      const entry = entries.get(file.path)
      const extracted = spawnSync('tar', ['-xOf', join(folder, 'image.tar'), `.${file.path}`], {
        encoding: 'utf8',
      })
      if ('symlink' in file) expect(entry, file.path).toMatchObject({ owner: '0/0', symlink: file.symlink })
      else {
        expect(entry, file.path).toMatchObject({ mode: `-${permissions(file.mode)}`, owner: '0/0' })
        expect(extracted.stdout.split('\n').slice(1)).toEqual(file.content.split('\n').slice(1))
      }
      const folders = file.path.split('/').slice(1, -1)
      for (const end of folders.keys())
        expect(entries.get(`/${folders.slice(0, end + 1).join('/')}/`)).toMatchObject({
          mode: 'drwxr-xr-x',
          owner: '0/0',
        })
    }
    expect([...entries.keys()].filter((path) => path.startsWith('/.multihome'))).toEqual([])
    const unit = '/etc/systemd/system/multi-user.target.wants/systemd-networkd.service'
    expect(entries.has(unit)).toBe(target === 'networkd')
  },
)
