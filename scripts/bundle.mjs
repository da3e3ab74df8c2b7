// Bundle of the command in dist/cli: main.cjs answers --version and loads app.cjs; a few commands load further files.
// CommonJS, because Node loads its ES module loader only for an ES module (4 ms); a part that is imported with
// `import()` is compiled when it is called.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { ascii } from './ascii.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
/** The tests pass a folder of their own. */
const outdir = process.argv[2] ?? join(root, 'dist/cli')

/** What few commands load, in files of their own: V8 reads all of a file, however little of it is called. */
const parts = [
  { name: 'embedded', entry: 'src/cli/embedded.generated.ts', imported: /\/embedded\.generated\.js$/ },
  { name: 'page', entry: 'src/page/page.ts', imported: /\/page\/page\.js$/ },
  { name: 'patch', entry: 'diff', imported: /^diff$/ },
  { name: 'progress', entry: 'cli-progress', imported: /^cli-progress$/ },
]

const separateParts = {
  name: 'separate-parts',
  setup({ onResolve }) {
    for (const { name, imported } of parts)
      onResolve({ filter: imported }, ({ kind }) =>
        kind === 'entry-point' ? undefined : { path: `./${name}.cjs`, external: true },
      )
  },
}

/** yargs/helpers also loads help and translations; only its parser is bundled, in the build without node:module. */
const parserOnly = {
  name: 'parser-only',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^yargs\/helpers$/ }, () => ({ path: 'parser', namespace: 'parser-only' }))
    onLoad({ filter: /.*/, namespace: 'parser-only' }, () => ({
      contents: "export { default as Parser } from 'yargs-parser/browser'",
      resolveDir: root,
    }))
  },
}

/** Of package.json only what src/cli/runtime/version.ts reads: all of it would be most of main.cjs. */
const versionOnly = {
  name: 'version-only',
  setup({ onLoad }) {
    onLoad({ filter: /package\.json$/ }, ({ path }) => {
      if (path !== join(root, 'package.json')) return undefined
      const { version } = JSON.parse(readFileSync(path, 'utf8'))
      return { loader: 'json', contents: JSON.stringify({ version }) }
    })
  },
}

/** Wraps app.cjs as Node wraps a CommonJS module, so that src/cli/runtime/launch.ts need not copy it to do that. */
const wrapper = {
  banner: { js: '(function (exports, require, module, __filename, __dirname) {' },
  footer: { js: '})' },
}

/** Stands for the hash of the file that it is in. */
const BUILD = '-hash-of-this-file-'

const hashOf = (text) => createHash('sha256').update(text).digest('hex').slice(0, 16)

async function bundle(entryPoints, options = {}) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints,
    outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    // vm.Script has no callback for a real `import()`.
    supported: { 'dynamic-import': false },
    minify: true,
    legalComments: 'none',
    plugins: [separateParts, parserOnly, versionOnly],
    metafile: true,
    write: false,
    ...options,
    define: { 'import.meta.dirname': '__dirname', ...options.define },
  })
  // src/cli/runtime/launch.ts reads ASCII.
  for (const { path, text } of outputFiles) {
    const code = ascii(text)
    writeFileSync(path, code.replaceAll(BUILD, hashOf(code)))
  }
  return metafile
}

rmSync(outdir, { recursive: true, force: true })
mkdirSync(outdir, { recursive: true })
const metafiles = [
  await bundle({ app: 'src/cli/app.ts' }, { ...wrapper, define: { BUILD: JSON.stringify(BUILD) } }),
  await bundle(Object.fromEntries(parts.map(({ name, entry }) => [name, entry]))),
]
const hash = hashOf(readFileSync(join(outdir, 'app.cjs'), 'latin1'))
await bundle(
  { main: 'src/cli/main.ts', worker: 'src/cli/worker.ts' },
  { define: { BUNDLE_HASH: JSON.stringify(hash) } },
)
chmodSync(join(outdir, 'main.cjs'), 0o755)
writeFileSync(join(outdir, 'THIRD-PARTY.txt'), notices(metafiles.flatMap(bundledFiles)))
warmUp()

/** Modules that contribute to the output. */
function bundledFiles({ outputs }) {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([input, { bytesInOutput }]) => (bytesInOutput > 0 ? [input] : [])),
  )
}

/** The licences of the bundled packages require this. */
function notices(inputs) {
  const folders = new Set(
    inputs.map((input) => /node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0]).filter((found) => found),
  )
  const texts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
    const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e(\.|$)/i.test(entry))
    const text = file === undefined ? '' : readFileSync(join(root, folder, file), 'utf8').trim()
    return `${name} ${version} (${license})\n\n${text}\n`
  })
  return `These files contain code of these packages.\n\n${texts.join('\n----\n\n')}`
}

/** The first `render` writes the code cache. */
function warmUp() {
  const folder = mkdtempSync(join(tmpdir(), 'multihome-'))
  const description = join(root, 'fixtures/two-providers/description.yaml')
  spawnSync(process.execPath, [join(outdir, 'main.cjs'), 'render', description, '--out', folder])
  rmSync(folder, { recursive: true, force: true })
}
