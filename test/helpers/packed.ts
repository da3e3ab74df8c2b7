// The npm package of this work tree, made by `npm pack`.
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '../..')
export const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  name: string
  version: string
  man: readonly string[]
  dependencies: Readonly<Record<string, string>>
}

/** A copy of what a build reads, since a build deletes `dist`, which other tests may be reading. */
export function copyProject(folder: string): string {
  const copy = join(folder, 'copy')
  mkdirSync(copy)
  const tracked = ['src', 'scripts', 'templates', 'fixtures', 'docs', 'README.md', 'LICENSE', 'CHANGELOG.md']
  const settings = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', '.gitignore']
  for (const name of [...tracked, ...settings])
    // Golden files are most of the project, and not part of the package.
    cpSync(join(root, name), join(copy, name), {
      recursive: true,
      filter: (source) => !source.endsWith('/expected'),
    })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  return copy
}

/** The path of the tarball. */
export function packInto(folder: string): string {
  const packed = spawnSync('npm', ['pack', '--silent', '--pack-destination', folder], {
    cwd: copyProject(folder),
    encoding: 'utf8',
  })
  if (packed.status !== 0) throw new Error(`npm pack failed:\n${packed.stdout}\n${packed.stderr}`)
  return join(folder, `${manifest.name}-${manifest.version}.tgz`)
}

/** The layout of `npm install`, with the run-time packages of this work tree instead of a registry's. */
export function unpackInto(folder: string, tarball: string): string {
  const home = join(folder, 'node_modules', manifest.name)
  mkdirSync(home, { recursive: true })
  execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', home])
  for (const name of Object.keys(manifest.dependencies))
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name))
  return home
}
