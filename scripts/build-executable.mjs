// Single executable of the command, for hosts without Node: `npm run executable` writes multihome-VERSION-linux-ARCH,
// or the file that is named, and beside it the licences of its parts. It contains the Node that runs this script.
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const cli = join(root, 'dist/cli')
const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const out = resolve(process.argv[2] ?? `${name}-${version}-${process.platform}-${process.arch}`)
/** What postject looks for in the executable of Node. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2'

if (!readFileSync(process.execPath).includes(FUSE)) {
  console.error(
    `${process.execPath} cannot become another executable: it loads Node from a library.\n` +
      `fix: run this script with a Node from nodejs.org: npx --package node@24 node scripts/build-executable.mjs`,
  )
  process.exit(1)
}

const work = mkdtempSync(join(tmpdir(), 'multihome-executable-'))
try {
  const program = join(root, 'scripts/executable/main.cjs')
  const versionFile = join(work, 'version')
  writeFileSync(versionFile, version)
  const bundle = readdirSync(cli).filter((file) => file.endsWith('.cjs') && file !== 'main.cjs')
  const config = {
    main: program,
    output: join(work, 'blob'),
    disableExperimentalSEAWarning: true,
    assets: {
      ...Object.fromEntries(bundle.map((file) => [file, join(cli, file)])),
      program,
      version: versionFile,
      cache: codeCache(),
    },
  }
  const configFile = join(work, 'config.json')
  writeFileSync(configFile, JSON.stringify(config))
  execFileSync(process.execPath, ['--experimental-sea-config', configFile], { stdio: 'pipe' })
  copyFileSync(process.execPath, out)
  const postject = fileURLToPath(import.meta.resolve('postject/dist/cli.js'))
  // It warns of sections that it does not know.
  execFileSync(process.execPath, [postject, out, 'NODE_SEA_BLOB', config.output, '--sentinel-fuse', FUSE], {
    stdio: 'pipe',
  })
  writeFileSync(`${out}.licences`, licences())
  console.log(out)
} finally {
  rmSync(work, { recursive: true, force: true })
}

/** The first render writes it beside the bundle; src/cli/runtime/launch.ts names it. */
function codeCache() {
  const description = join(root, 'fixtures/two-providers/description.yaml')
  execFileSync(process.execPath, [join(cli, 'main.cjs'), 'render', description, '--out', join(work, 'tree')])
  const uid = process.geteuid?.() ?? 0
  const end = `-${process.version}-${process.arch}-${uid}.cache`
  const cache = readdirSync(cli).find((file) => file.endsWith(end))
  if (cache === undefined) throw new Error(`${cli} has no app-*${end}`)
  return join(cli, cache)
}

function licences() {
  const own = readFileSync(join(root, 'LICENSE'), 'utf8')
  const node = `Node.js ${process.version}\n\nhttps://github.com/nodejs/node/blob/${process.version}/LICENSE\n`
  return [own, node, readFileSync(join(cli, 'THIRD-PARTY.txt'), 'utf8')].join('\n----\n\n')
}
