// Runner for TypeScript modules of this project: bundles one into a temporary folder and imports it.
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { build } from 'esbuild'

/** Calls `use` with the exports of the module at `entry`, and removes the bundle when it ends. */
export async function withModule(root, entry, use) {
  // Inside the project, so that Node finds the external packages.
  const folder = mkdtempSync(join(root, 'node_modules', '.bundle-'))
  try {
    const outfile = join(folder, 'module.cjs')
    await build({
      absWorkingDir: root,
      entryPoints: [entry],
      outfile,
      bundle: true,
      format: 'cjs',
      platform: 'node',
      external: ['esbuild', 'prettier'],
      logLevel: 'error',
    })
    return await use(createRequire(import.meta.url)(outfile))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
