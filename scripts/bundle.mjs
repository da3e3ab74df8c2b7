// Bundles the command into dist/cli, so that it starts without looking for a single package: main.cjs answers
// --version and loads app.cjs; embedded.cjs and browser.cjs hold what only few commands want.
// CommonJS, because Node starts its loader for modules only when one is asked for (4 ms); the parts of the
// bundle that are imported by `import()` stay functions until they are called.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { ascii } from './ascii.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
/** Tests bundle into a folder of their own. */
const outdir = process.argv[2] ?? join(root, 'dist/cli')

/** Hundreds of kilobytes of text: a file of its own, loaded when asked for. */
const embedded = {
  name: 'embedded',
  setup({ onResolve }) {
    onResolve({ filter: /\/embedded\.generated\.js$/ }, () => ({ path: './embedded.cjs', external: true }))
    onResolve({ filter: /\/browser\.generated\.js$/ }, () => ({ path: './browser.cjs', external: true }))
  },
}

/**
 * ip-address makes seventy addresses of well-known networks when it is loaded, of which we ask for one (1.5 ms of
 * each start). Here each is made when it is asked for.
 */
const lazyNetworks = {
  name: 'lazy-networks',
  setup({ onLoad }) {
    onLoad({ filter: /\/ip-address\/dist\/ipv[46]\.js$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8')
      const names = [...source.matchAll(/^const ([A-Z][A-Z0-9_]*) = (?=[^;]*new Address[46]\()/gm)]
      if (names.length < 10) throw new Error(`${path} has changed: see scripts/bundle.mjs, lazyNetworks`)
      const contents = names.reduce(
        (text, [, name]) =>
          text
            .replaceAll(new RegExp(`\\b${name}\\b`, 'g'), `${name}()`)
            .replace(
              new RegExp(`^const ${name}\\(\\) = ([^;]*);`, 'm'),
              (_, made) => `let made${name}; function ${name}() { return (made${name} ??= ${made}); }`,
            ),
        source,
      )
      return { contents }
    })
  },
}

/** Of yargs we call the parser; what it loads for its own help and translations is dropped. */
const parserOnly = {
  name: 'parser-only',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /platform-shims\/esm\.mjs$|\/build\/lib\/utils\/.*\.js$/ }, async (found) => {
      if (found.pluginData === 'resolved' || !/node_modules\/yargs\//.test(found.importer)) return undefined
      const { kind, resolveDir, importer, path } = found
      const resolved = await resolve(path, { kind, resolveDir, importer, pluginData: 'resolved' })
      return { ...resolved, sideEffects: false }
    })
  },
}

async function bundle(entryPoints, define = {}) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints,
    outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    // A real `import()` needs a callback that vm.Script has none of.
    supported: { 'dynamic-import': false },
    minify: true,
    legalComments: 'none',
    // The parser for Node loads node:module, for a feature that is not used here (0.4 ms).
    alias: { 'yargs-parser': 'yargs-parser/browser' },
    define: { 'import.meta.dirname': '__dirname', ...define },
    plugins: [embedded, lazyNetworks, parserOnly],
    metafile: true,
    write: false,
  })
  // As ASCII src/cli/runtime/launch.ts reads it.
  for (const { path, text } of outputFiles) writeFileSync(path, ascii(text))
  return metafile
}

rmSync(outdir, { recursive: true, force: true })
mkdirSync(outdir, { recursive: true })
const metafile = await bundle({
  app: 'src/cli/app.ts',
  embedded: 'src/cli/embedded.generated.ts',
  browser: 'src/page/browser.generated.ts',
})
const hash = createHash('sha256')
  .update(readFileSync(join(outdir, 'app.cjs')))
  .digest('hex')
await bundle({ main: 'src/cli/main.ts' }, { BUNDLE_HASH: JSON.stringify(hash.slice(0, 16)) })
chmodSync(join(outdir, 'main.cjs'), 0o755)
writeFileSync(join(outdir, 'THIRD-PARTY.txt'), notices(bundledFiles(metafile)))
warmUp()

/** Without the modules of which nothing is left. */
function bundledFiles({ outputs }) {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([input, { bytesInOutput }]) => (bytesInOutput > 0 ? [input] : [])),
  )
}

/** The licences of what is bundled ask to go with it. */
function notices(inputs) {
  const folders = new Set(
    inputs.map((input) => /node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0]).filter((found) => found),
  )
  const parts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
    const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e(\.|$)/i.test(entry))
    const text = file === undefined ? '' : readFileSync(join(root, folder, file), 'utf8').trim()
    return `${name} ${version} (${license})\n\n${text}\n`
  })
  return `app.cjs holds code of these packages.\n\n${parts.join('\n----\n\n')}`
}

/** The first `render` leaves the code cache that later ones start from. */
function warmUp() {
  const folder = mkdtempSync(join(tmpdir(), 'multihome-'))
  const description = join(root, 'fixtures/two-providers/description.yaml')
  spawnSync(process.execPath, [join(outdir, 'main.cjs'), 'render', description, '--out', folder])
  rmSync(folder, { recursive: true, force: true })
}
