// The Debian package: its bytes, lintian, and its life in a clean root of Debian 13.
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { buildRoot, keepRoot } from '../boot/lab/rootfs/rootfs-cache.js'
import { cacheFolder } from '../boot/lab/rootfs/rootfs.js'
import { fixtureNamed } from '../helpers/fixtures.js'
import { copyProject, manifest } from '../helpers/packed.js'
import { findProgram } from '../native/tools.js'
import { needPrograms, needRoot } from './needs.js'

const timeout = 300_000
const file = `${manifest.name}_${manifest.version}-1_all.deb`
let folder = ''

const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')

/** Builds in the copy; the mask and the time zone must not matter. */
function build(out: string, mask: string, zone: string): string {
  mkdirSync(join(folder, out))
  const { status, stdout, stderr } = spawnSync(
    'sh',
    ['-c', `umask ${mask}; exec npm run --silent deb -- "$1"`, 'sh', join(folder, out)],
    {
      cwd: join(folder, 'copy'),
      encoding: 'utf8',
      env: { ...process.env, SOURCE_DATE_EPOCH: '1767225600', TZ: zone, DEBEMAIL: 'builder@example.org' },
    },
  )
  if (status !== 0) throw new Error(`npm run deb failed:\n${stdout}\n${stderr}`)
  return join(folder, out, file)
}

const hasDpkg = findProgram('dpkg-deb') !== undefined

beforeAll(() => {
  if (!hasDpkg) return
  folder = mkdtempSync(join(tmpdir(), 'multihome-deb-'))
  copyProject(folder)
  build('first', '022', 'UTC')
  return () => rmSync(folder, { recursive: true, force: true })
}, timeout)

describe('the Debian package', { timeout }, () => {
  test('has the same bytes when it is built again', (context) => {
    needPrograms(context, 'dpkg-deb')
    expect(sha256(build('second', '077', 'Asia/Tokyo'))).toBe(sha256(join(folder, 'first', file)))
  })

  test('has no finding of lintian', (context) => {
    needPrograms(context, 'dpkg-deb', 'lintian')
    const words = ['--pedantic', '--display-info', '--allow-root', '--tag-display-limit', '0']
    const { stdout, stderr } = spawnSync('lintian', [...words, join(folder, 'first', file)], {
      encoding: 'utf8',
    })
    expect(`${stdout}${stderr}`).toBe('')
  })

  test('names every bundled package in its copyright file', (context) => {
    needPrograms(context, 'dpkg-deb')
    const root = join(folder, 'unpacked')
    execFileSync('dpkg-deb', ['--extract', join(folder, 'first', file), root])
    const copyright = readFileSync(join(root, 'usr/share/doc/multihome/copyright'), 'utf8')
    const notices = readFileSync(join(folder, 'copy/dist/cli/THIRD-PARTY.txt'), 'utf8')
    const names = [...notices.matchAll(/^(\S+) [\d.]+ \(\S+\)$/gm)].map(([, name = '']) => name)
    expect(names.length).toBeGreaterThan(3)
    expect([...copyright.matchAll(/^Files: node_modules\/(\S+)\/\*$/gm)].map(([, name]) => name)).toEqual(
      names,
    )
    expect(copyright).not.toMatch(/: *(undefined)?$\n(?! )/m)
  })

  test('runs in a clean root, is installed again, and leaves nothing when it is purged', async (context) => {
    needPrograms(context, 'dpkg-deb', 'mmdebstrap', 'unshare')
    needRoot(context)
    const root = await cleanRoot()
    const input = join(folder, 'input')
    mkdirSync(input)
    cpSync(join(folder, 'first', file), join(input, 'multihome.deb'))
    writeFileSync(join(input, 'host.yaml'), fixtureNamed('one-lan-by-second-provider').text)
    writeFileSync(join(input, 'inside.sh'), inside)
    const { status, stdout, stderr } = spawnSync(
      'unshare',
      ['--mount', '--propagation', 'private', '--pid', '--fork', 'sh', '-ec', outside, 'sh', root, input],
      { encoding: 'utf8' },
    )
    expect(stderr).toBe('')
    expect(stdout).toBe(`${manifest.version}\n1 caches\n0 caches\n1 caches\n`)
    expect(status).toBe(0)
  })
})

/** Debian 13 with its own Node. */
async function cleanRoot(): Promise<string> {
  const recipe = ['mmdebstrap', '--variant=minbase', '--include=nodejs', 'trixie']
  const hash = createHash('sha256').update(recipe.join('\n')).digest('hex').slice(0, 8)
  const root = join(cacheFolder(), `root-13-nodejs-${hash}`)
  while (!(await keepRoot(root))) await buildRoot(root, recipe)
  return root
}

/** An overlay of the root, whose changes are gone with the mount namespace. */
const outside = `
scratch=$(mktemp -d)
mount -t tmpfs tmpfs "$scratch"
mkdir "$scratch/upper" "$scratch/work" "$scratch/root"
mount -t overlay overlay -o "lowerdir=$1,upperdir=$scratch/upper,workdir=$scratch/work" "$scratch/root"
mount -t proc proc "$scratch/root/proc"
cp -r "$2" "$scratch/root/input"
exec chroot "$scratch/root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 sh -eu /input/inside.sh
`

const inside = `
list() { find / -xdev ! -path '/proc*' ! -path '/input*' ! -path '/var/lib/dpkg/*' ! -path '/var/log/*' | sort; }
caches() { find /usr/share/multihome -name '*.cache' | wc -l | sed 's/$/ caches/'; }
cd /input
list >before
dpkg --install multihome.deb >log
test -z "$(dpkg --audit)"
multihome --version
multihome render host.yaml --quiet --out tree
test -f tree/netplan/etc/netplan/60-multihome.yaml
caches
for file in man/man1/multihome-render.1.gz man/man5/multihome.5.gz bash-completion/completions/multihome \\
  zsh/vendor-completions/_multihome fish/vendor_completions.d/multihome.fish doc/multihome/docs/coexist.md; do
  test -s "/usr/share/$file"
done
# Installed again, as an upgrade is: the cache of the old program is gone.
dpkg --install multihome.deb >>log
caches
setpriv --reuid=65534 --regid=65534 --clear-groups multihome render host.yaml --target netplan >stdout 2>>log
multihome render host.yaml --quiet --out tree
caches
dpkg --verify multihome
dpkg --purge multihome >>log
list >after
diff before after >&2
`
