// The migrations of docs/guides/migrate.md: each is imported as it is, and what another stack gets has the same packets.
import { describe, expect, it } from 'vitest'
import { migrations, reviewed } from '../../scripts/docs/migrations.js'
import { compile } from '../../src/compile.js'
import { diff } from '../../src/diff/diff.js'
import type { InputFiles } from '../../src/found/reader.js'
import { importTree } from '../../src/import/import.js'
import type { RenderedFile } from '../../src/targets/target.js'
import { readTree } from './trees.js'

const MIGRATIONS = migrations.map((migration) => ({ ...migration, stack: readTree(migration.tree).stack }))

const filesOf = (files: readonly RenderedFile[]): InputFiles =>
  new Map(files.flatMap((file) => ('symlink' in file ? [] : [[file.path, file.content] as const])))

describe.each(MIGRATIONS)('$name, from $stack to $target', (migration) => {
  const { target } = migration
  const file = `${migration.name}.yaml`
  const imported = importTree(readTree(migration.tree).files, { file })

  /** The plan of the rendered files. */
  const renderedPlan = (description: string) => {
    const { outputs, diagnostics } = compile(description, { file, targets: [target], lint: false })
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
    const again = importTree(filesOf(outputs.get(target)?.files ?? []), { file })
    expect(again.problems.filter(({ kind }) => kind === 'unknown')).toEqual([])
    return again
  }

  it('is understood, and its description routes every packet as its files do', () => {
    const { problems, comparison } = imported
    expect(problems.filter(({ kind }) => kind === 'unknown')).toEqual([])
    expect(comparison?.difference.reroutes).toEqual([])
    expect(comparison?.difference.unanalyzed).toEqual([])
  })

  it('has the same packets on the new stack as on the old one', () => {
    const { comparison } = imported
    const { plan } = renderedPlan(imported.description)
    if (comparison === undefined || plan === undefined) throw new Error('there is no plan')
    const { reroutes, unanalyzed } = diff(comparison.before, plan)
    expect({ reroutes, unanalyzed }).toEqual({ reroutes: [], unanalyzed: [] })
  })

  it('has the reviewed description again after it was rendered', () => {
    const description = reviewed(imported.description, migration)
    expect(renderedPlan(description).description).toBe(description)
  })
})
