// Runner for TypeScript modules of this project: bundles one into a temporary file, to be imported or run as a program.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'

/** Calls `use` with the exports of the module at `entry`, and removes the bundle when it ends. */
export const withModule = (root, entry, use) =>
  withBundle(root, entry, async (path) => use(await import(pathToFileURL(path).href)))

/** Calls `use` with the path of the bundle, and removes it when that ends. */
export async function withBundle(root, entry, use) {
  // Inside the project, so that Node finds the external packages.
  const folder = mkdtempSync(join(root, 'node_modules', '.bundle-'))
  try {
    const outfile = join(folder, 'module.mjs')
    await build({
      absWorkingDir: root,
      entryPoints: [entry],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      external: ['esbuild', 'prettier'],
      // CommonJS packages call require().
      banner: {
        js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
      },
      plugins: [ownPaths],
      logLevel: 'error',
    })
    return await use(outfile)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Modules find their files from their own folder, not from that of the bundle. */
const ownPaths = {
  name: 'own-paths',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      loader: 'ts',
      contents: readFileSync(path, 'utf8')
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path))),
    }))
  },
}
