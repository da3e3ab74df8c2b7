// Examples of the library: each program of scripts/docs/examples, and its output in a folder with the descriptions that it reads.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { build } from 'esbuild'
import { verifiedDescription } from './verify.js'
import { fence } from './markdown.js'

/** By name: the program, then its output. */
export async function exampleBlocks(root: string): Promise<ReadonlyMap<string, string>> {
  const sources = join(root, 'scripts/docs/examples')
  const folder = mkdtempSync(join(tmpdir(), 'multihome-examples-'))
  try {
    const names = readdirSync(sources).map((file) => basename(file, '.mjs'))
    await build({
      entryPoints: names.map((name) => join(sources, `${name}.mjs`)),
      outdir: folder,
      outExtension: { '.js': '.mjs' },
      alias: { multihome: join(root, 'src/index.ts'), 'multihome/node': join(root, 'src/node/index.ts') },
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'error',
    })
    cpSync(join(root, 'fixtures/two-providers/description.yaml'), join(folder, 'host.yaml'))
    cpSync(join(root, 'fixtures/hosts-of-one-site'), join(folder, 'network'), { recursive: true })
    cpSync(join(root, 'test/verify/gathered/debian-13.txt'), join(folder, 'gathered.txt'))
    writeFileSync(join(folder, 'post.yaml'), verifiedDescription)
    return new Map(
      names.map((name) => {
        const program = readFileSync(join(sources, `${name}.mjs`), 'utf8')
        return [name, `${fence('js', program)}\n\nprints\n\n${fence('text', outputOf(folder, name))}`]
      }),
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** An example may show a mistake in a description, which gives the status 1. */
function outputOf(folder: string, name: string): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, [`${name}.mjs`], {
    cwd: folder,
    encoding: 'utf8',
  })
  if (stderr !== '' || (status !== 0 && status !== 1)) throw new Error(`${name}.mjs failed:\n${stderr}`)
  return stdout
}
