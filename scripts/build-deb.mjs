// Debian package of the command: `npm run deb` writes multihome_VERSION_all.deb into the current folder, or into the
// folder that is named. It contains what the npm package contains, without the library. The same sources give the
// same bytes: all times are those of scripts/source-date.mjs. Needs dpkg-deb. DEBFULLNAME and DEBEMAIL name the
// maintainer, as for debchange(1).
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { sourceDate } from './source-date.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const { name } = manifest
const version = `${manifest.version}-1`
const out = resolve(process.argv[2] ?? '.', `${name}_${version}_all.deb`)
const epoch = sourceDate(root)
const { DEBFULLNAME = 'The multihome authors', DEBEMAIL = 'multihome@localhost' } = process.env
const maintainer = `${DEBFULLNAME} <${DEBEMAIL}>`

const program = `usr/share/${name}`
const doc = `usr/share/doc/${name}`

/** Where a file of the npm package goes; the first pattern that matches. Files of the library go nowhere. */
const places = [
  [/^dist\/cli\/([^/]+\.cjs)$/, `${program}/$1`],
  [/^dist\/man\/(.+\.(\d))$/, 'usr/share/man/man$2/$1.gz'],
  [/^dist\/completions\/(.+)\.bash$/, 'usr/share/bash-completion/completions/$1'],
  [/^dist\/completions\/(.+)\.zsh$/, 'usr/share/zsh/vendor-completions/_$1'],
  [/^dist\/completions\/(.+\.fish)$/, 'usr/share/fish/vendor_completions.d/$1'],
  [/^CHANGELOG\.md$/, `${doc}/changelog.gz`],
  [/^(docs\/.+|README\.md)$/, `${doc}/$1`],
]

function dataFiles() {
  const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const paths = JSON.parse(packed)[0].files.map(({ path }) => path)
  const files = paths.flatMap((path) => {
    const [pattern, place] = places.find(([each]) => each.test(path)) ?? []
    return pattern === undefined ? [] : [[path.replace(pattern, place), readFileSync(join(root, path))]]
  })
  return new Map([
    ...files,
    [`${doc}/copyright`, copyright()],
    [`${doc}/changelog.Debian.gz`, changelog()],
    [`usr/share/lintian/overrides/${name}`, overrides],
  ])
}

/** Debian's Node, whatever the user's PATH says. */
const withInterpreter = (content) => String(content).replace(/^#!.*/, '#!/usr/bin/node')

const changelog = () => `${name} (${version}) unstable; urgency=medium

  * Package of ${name} ${manifest.version}, built from its sources.

 -- ${maintainer}  ${new Date(epoch * 1000).toUTCString().replace('GMT', '+0000')}
`

const overrides = `# The package is not uploaded to Debian, so no bug asks for it.
${name}: initial-upload-closes-no-bugs *
# A keyword of ip-rule(8): the interface that a packet comes in by.
${name}: typo-in-manual-page iif *
`

/** https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/ */
function copyright() {
  const own = readFileSync(join(root, 'LICENSE'), 'utf8')
  const notices = readFileSync(join(root, 'dist/cli/THIRD-PARTY.txt'), 'utf8').matchAll(
    /^(\S+) [\d.]+ \((\S+)\)\n\n([^]*?)(?:\n\n----\n|\n*$(?![^]))/gm,
  )
  const bundled = [...notices].map(([, each, licence, text]) => [`node_modules/${each}/*`, licence, text])
  const paragraphs = [['*', manifest.license, own], ...bundled].map(([files, licence, text]) => {
    const holders = text.match(/^ *copyright (?:\(c\)|©).*$/gim) ?? []
    return `Files: ${files}
Copyright: ${holders.map((line) => line.replace(/^ *copyright (?:\(c\)|©) */i, '')).join('\n           ')}
License: ${debianLicences[licence]}
${indented(text.trim())}`
  })
  return `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: ${name}
Upstream-Contact: ${maintainer}
Comment: ${program} contains code of the packages below node_modules.

${paragraphs.join('\n\n')}
`
}

const debianLicences = { MIT: 'Expat', ISC: 'ISC', 'BSD-3-Clause': 'BSD-3-clause' }

const indented = (text) =>
  text
    .split('\n')
    .map((line) => (line.trim() === '' ? ' .' : ` ${line}`))
    .join('\n')

const control = (installedSize) => `Package: ${name}
Version: ${version}
Architecture: all
Maintainer: ${maintainer}
Installed-Size: ${installedSize}
Depends: nodejs (>= ${/\d+\.\d+/.exec(manifest.engines.node)[0]})
Suggests: git
Section: net
Priority: optional
Description: persistent policy routing for hosts with several uplinks
 multihome reads one description of a Linux host's links, gateways and rules,
 and writes the persistent network configuration of seven stacks: netifrc,
 ifupdown, NetworkManager (keyfiles or dispatcher scripts), systemd-networkd,
 netplan, and a script of ip commands. Each gives the same kernel state.
 .
 It also shows where a packet goes and why, which packets a change sends
 another way, and whether a live host has the planned state.
`

/** The command writes V8's code cache beside itself when root renders (docs/decisions/0010). */
const prerm = `#!/bin/sh
set -e
rm -f /${program}/app-*.cache*
`

const stage = mkdtempSync(join(tmpdir(), 'multihome-deb-'))
try {
  const files = dataFiles()
  const main = `${program}/main.cjs`
  files.set(main, withInterpreter(files.get(main)))
  for (const [path, content] of files)
    write(path, path.endsWith('.gz') ? gzipSync(content, { level: 9 }) : content)
  mkdirSync(join(stage, 'usr/bin'))
  symlinkSync(`../share/${name}/main.cjs`, join(stage, 'usr/bin', name))

  // As dpkg-gencontrol(1) counts: in KiB, and one for each folder and symbolic link.
  const sizes = readdirSync(stage, { recursive: true }).map((path) =>
    files.has(path) ? Math.ceil(statSync(join(stage, path)).size / 1024) : 1,
  )
  const sums = [...files.keys()].sort().map((path) => `${md5(readFileSync(join(stage, path)))}  ${path}\n`)
  write('DEBIAN/md5sums', sums.join(''))
  write('DEBIAN/control', control(sizes.reduce((sum, size) => sum + size)))
  write('DEBIAN/prerm', prerm)
  const executables = [main, 'DEBIAN/prerm']
  for (const path of ['.', ...readdirSync(stage, { recursive: true })]) {
    const file = join(stage, path)
    const status = lstatSync(file)
    if (!status.isSymbolicLink())
      chmodSync(file, status.isDirectory() || executables.includes(path) ? 0o755 : 0o644)
    lutimesSync(file, epoch, epoch)
  }

  execFileSync('dpkg-deb', ['--root-owner-group', '-Zxz', '--build', stage, out], {
    env: { ...process.env, SOURCE_DATE_EPOCH: String(epoch) },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  console.log(out)
} finally {
  rmSync(stage, { recursive: true, force: true })
}

function write(path, content) {
  const file = join(stage, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}

function md5(content) {
  return createHash('md5').update(content).digest('hex')
}
