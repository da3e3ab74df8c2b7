// One file of a program and its imports, which Node starts without a transformation of its sources.
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import type { Plugin } from 'esbuild'

/** The project's modules find their files from their own folder. */
const withPaths: Plugin = {
  name: 'with paths',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      loader: 'ts',
      contents: readFileSync(path, 'utf8')
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(path))),
    }))
  },
}

export async function bundle(entry: string, outfile: string): Promise<void> {
  const options = { bundle: true, format: 'esm', platform: 'node', logLevel: 'error' } as const
  // CommonJS packages call require().
  const js = `import { createRequire } from 'node:module'; const require = createRequire(${JSON.stringify(pathToFileURL(entry).href)});`
  await build({ ...options, entryPoints: [entry], outfile, banner: { js }, plugins: [withPaths] })
}
