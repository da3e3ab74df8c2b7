// Import rules and layout of src: docs/architecture.md.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { everywhere, permissions, type Permission } from './import-rules.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const source = join(root, 'src')

interface Import {
  readonly from: string
  readonly to: string
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
  file.endsWith('.ts'),
)

const importsOf = (file: string): readonly Import[] => {
  const text = readFileSync(join(source, file), 'utf8')
  const found = [
    ...text.matchAll(/^\s*(?:import|export)\b[^'"`;]*?from\s+'([^']+)'/gm),
    ...text.matchAll(/\bimport\(\s*'([^']+)'\s*\)/g),
  ]
  return found.map((match) => ({ from: file, to: match[1] ?? '' }))
}

const permissionOf = (file: string): readonly [string, Permission] => {
  const names = Object.keys(permissions).filter((name) => file === name || file.startsWith(`${name}/`))
  const name = names.sort((a, b) => b.length - a.length)[0]
  const permission = name === undefined ? undefined : permissions[name]
  if (name === undefined || permission === undefined) throw new Error(`no permission for src/${file}`)
  return [name, permission]
}

/** The folder of a target, with the folders in it. */
const ownFolder = (file: string): string => /^targets\/[^/]+(?=\/)/.exec(file)?.[0] ?? dirname(file)

const isAllowedFile = (from: string, to: string, { own }: Permission): boolean =>
  ownFolder(from) === ownFolder(to) ||
  [...everywhere, ...own].some((name) => {
    if (name === '.') return true
    if (name.endsWith('/*')) return dirname(to) === name.slice(0, -2)
    return to === name || to.startsWith(`${name}/`)
  })

function problemsOf({ from, to }: Import): readonly string[] {
  const [, permission] = permissionOf(from)
  if (!to.startsWith('.'))
    return permission.packages.some((name) => to === name || (name.endsWith(':') && to.startsWith(name)))
      ? []
      : [`src/${from} imports the package ${to}`]
  const target = normalize(join(dirname(from), to)).replace(/\.js$/, '.ts')
  const problems: string[] = []
  if (!/\.(js|json)$/.test(to)) problems.push(`src/${from} imports ${to} without its extension`)
  if (target.startsWith('..') && !from.startsWith('cli/'))
    problems.push(`src/${from} imports ${to} outside of src/`)
  else if (!isAllowedFile(from, target, permission)) problems.push(`src/${from} may not import src/${target}`)
  return problems
}

describe('imports', () => {
  it('obey the permissions of their folder', () => {
    expect(files.flatMap((file) => importsOf(file).flatMap(problemsOf))).toEqual([])
  })

  it('have no cycle', () => {
    const graph = new Map(
      files.map((file) => [
        file,
        importsOf(file)
          .filter(({ to }) => to.startsWith('.'))
          .map(({ to }) => normalize(join(dirname(file), to)).replace(/\.js$/, '.ts')),
      ]),
    )
    const done = new Set<string>()
    const cycles: string[] = []
    const walk = (file: string, trail: readonly string[]): void => {
      if (trail.includes(file)) {
        cycles.push([...trail.slice(trail.indexOf(file)), file].join(' > '))
        return
      }
      if (done.has(file)) return
      for (const next of graph.get(file) ?? []) walk(next, [...trail, file])
      done.add(file)
    }
    for (const file of files) walk(file, [])
    expect(cycles).toEqual([])
  })
})

describe('the files of src', () => {
  const written = files.filter((file) => !file.includes('.generated.'))
  const lines = (file: string) => readFileSync(join(source, file), 'utf8').split('\n')

  it('have no util, common or helpers folder', () => {
    expect(files.filter((file) => /(^|\/)(util|utils|common|helpers)\//.test(file))).toEqual([])
  })

  it('build no plan in a target: shared renderers take the rules and routes that they render', () => {
    const builds = /\.\.\.(?:plan|whole)(?:\.(?:state|dynamic|intent))?(?![\w.])|: KernelPlan (?:=|\{)/
    const targets = written.filter((file) => file.startsWith('targets/'))
    expect(targets.filter((file) => lines(file).some((line) => builds.test(line)))).toEqual([])
  })

  it('begin with a comment', () => {
    expect(written.filter((file) => !/^(#!|\/\/ )/.test(lines(file)[0] ?? ''))).toEqual([])
  })

  it('export by name', () => {
    const bad = files.filter(
      (file) => !file.endsWith('.d.ts') && lines(file).some((line) => /^export (default|\*)/.test(line)),
    )
    expect(bad).toEqual([])
  })

  it('read the path of an origin for positions only: its kind says what asked for the part', () => {
    const inspection = [
      /\borigin\??\.path(\[|\??\.)/,
      /\borigin: \{ path\b/,
      /\bpath: \[[^\]]*\][^=]*\}: (Origin|DiagnosticOrigin)\b/,
      /\{ path[^}]*\}: Origin\b/,
    ]
    const found = written
      .filter((file) => file !== 'plan/origin.ts')
      .flatMap((file) =>
        lines(file).flatMap((line, index) =>
          inspection.some((pattern) => pattern.test(line))
            ? [`src/${file}:${index + 1}: ${line.trim()}`]
            : [],
        ),
      )
    expect(found).toEqual([])
  })

  it('have a view for each template', () => {
    const folder = join(root, 'templates')
    const templates = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.hbs'))
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).slice(0, -4))
      .filter((name) => !name.startsWith('partials/'))
    const views = [
      ...readFileSync(join(source, 'render/views.ts'), 'utf8').matchAll(/^ {2}readonly '([^']+)':/gm),
    ]
    expect(views.map((match) => match[1]).sort()).toEqual(templates.sort())
  })
})
