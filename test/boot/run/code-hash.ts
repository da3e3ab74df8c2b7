// Hash of the code of each boot test with all its imports, without comments, formatting and local names. A renamed
// variable boots nothing again; a changed check does.
import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Plugin } from 'esbuild'
import type { TestCode, TestCodes } from './test-codes.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const folder = join(root, 'test/boot')
const suffix = '.test.ts'

/**
 * Rendered output counts by its bytes (record-tests.ts), so its sources do not count here, and neither does the
 * selection of boots.
 */
const withoutSources: Plugin = {
  name: 'without sources',
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ path, resolveDir }) => {
      const file = relative(root, join(resolveDir, path))
      return /^(src|test\/boot\/run)\//.test(file) ? { path: 'left-out', external: true } : undefined
    })
  },
}

/** Import names from there change when an export is renamed, which does not change a test. */
const withoutImports = (text: string): string => text.replace(/\bimport\{[^}]*\}from"left-out";/g, '')

export async function readTestCodes(): Promise<TestCodes> {
  const names = readdirSync(folder).filter((name) => name.endsWith(suffix))
  const { outputFiles } = await build({
    entryPoints: names.map((name) => join(folder, name)),
    outdir: folder,
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    plugins: [withoutSources],
    logLevel: 'error',
  })
  const descriptions = descriptionsByName()
  const codes = outputFiles.map(({ path, text }): [string, TestCode] => {
    const named = [...descriptions].filter(([name]) =>
      [name, `${name}.yaml`].some((one) => text.includes(`"${one}"`)),
    )
    const hash = createHash('sha256').update(withoutImports(text)).digest('hex').slice(0, 6)
    return [
      basename(path).replace(/\.test\.js$/, ''),
      { hash, descriptions: named.map(([, file]) => file).sort() },
    ]
  })
  return Object.fromEntries(codes)
}

/** The fixtures, and the descriptions of the boot tests. */
function descriptionsByName(): ReadonlyMap<string, string> {
  const beside = ['changes', 'hosts'].flatMap((part) =>
    readdirSync(join(folder, part))
      .filter((name) => name.endsWith('.yaml'))
      .map((name): [string, string] => [basename(name, '.yaml'), `test/boot/${part}/${name}`]),
  )
  const fixtures = readdirSync(join(root, 'fixtures'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'invalid')
    .map(({ name }): [string, string] => [name, `fixtures/${name}/description.yaml`])
  return new Map([...fixtures, ...beside])
}
