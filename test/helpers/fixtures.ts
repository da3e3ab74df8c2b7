// Fixtures of the tests: the files in fixtures/, and their current rendering.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { dump } from 'js-yaml'
import { compile, type Compilation } from '../../src/compile.js'
import { formatDiagnostic } from '../../src/diagnostics/format.js'
import { planDocument } from '../../src/syntax/plan-document.js'
import { isProgram } from '../../src/targets/shared/programs.js'
import type { Output } from '../../src/targets/target.js'
import { loadIn } from './fixture-load.js'

export const fixturesFolder = fileURLToPath(new URL('../../fixtures', import.meta.url))

export interface Fixture {
  /** `post`, `invalid/key-unknown`. */
  readonly name: string
  readonly folder: string
  readonly text: string
}

/** Every folder with a description in it, sorted. */
export const fixtures: readonly Fixture[] = readdirSync(fixturesFolder, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('description.yaml') && !path.includes('expected'))
  .map((path) => dirname(path))
  .sort()
  .map((name) => {
    const folder = join(fixturesFolder, name)
    return { name, folder, text: readFileSync(join(folder, 'description.yaml'), 'utf8') }
  })

export const goodFixtures = fixtures.filter(({ name }) => !name.startsWith('invalid/'))

export const fixtureNamed = (name: string): Fixture => {
  const found = fixtures.find((fixture) => fixture.name === name)
  if (found === undefined) throw new Error(`no fixture ${name}`)
  return found
}

const compiled = new Map<string, Compilation>()

export function compileFixture(fixture: Fixture): Compilation {
  const known = compiled.get(fixture.name)
  if (known !== undefined) return known
  const compilation = compile(fixture.text, { load: loadIn(fixture.folder) })
  compiled.set(fixture.name, compilation)
  return compilation
}

/** Path below `expected/` → content. */
export function expectedFiles(fixture: Fixture): ReadonlyMap<string, string> {
  const compilation = compileFixture(fixture)
  const files = new Map<string, string>()
  if (compilation.diagnostics.length > 0) {
    const { texts: sources } = compilation.source
    const texts = compilation.diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, sources))
    files.set('diagnostics.txt', `${texts.join('\n\n')}\n`)
  }
  // Fixtures of diagnostics have only their diagnostics.
  if (fixture.name.startsWith('invalid/')) return files
  if (compilation.plan !== undefined)
    files.set('plan.yaml', dump(planDocument(compilation.plan), { flowLevel: 2, lineWidth: -1 }))
  for (const [id, output] of compilation.outputs) {
    if (output.files.length === 0) continue
    files.set(`${id}.manifest`, manifestOf(output))
    // Programs are the same in every tree: test/targets/programs.test.ts compares them with their sources.
    for (const file of output.files)
      if ('content' in file && !isProgram(file)) files.set(`${id}${file.path}`, file.content)
    for (const file of output.control)
      if (!file.path.endsWith('.sh')) files.set(`${id}${file.path}`, file.content)
  }
  return files
}

/** git stores no owner and only part of the mode, so the manifest has a line for each file. */
function manifestOf(output: Output): string {
  const lines = output.files.map((file) =>
    'content' in file
      ? `${file.mode.toString(8).padStart(4, '0')} ${file.owner} ${file.path}`
      : `symlink ${file.path} -> ${file.symlink}`,
  )
  return `${lines.join('\n')}\n`
}

/** The current files in `expected/`. */
export function storedFiles(fixture: Fixture): readonly string[] {
  const folder = join(fixture.folder, 'expected')
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
}
