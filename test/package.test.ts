// The npm tarball, installed in an empty folder: its files, its command, its library and its types.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { beforeAll, describe, expect, test } from 'vitest'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { GOOD } from './cli/fake-io.js'
import { manifest, packInto, root, unpackInto } from './helpers/packed.js'
import { everythingIn, temporaryFolder } from './node/folder.js'

let tarball = ''

beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'multihome-pack-'))
  tarball = packInto(folder)
  return () => rmSync(folder, { recursive: true, force: true })
}, 120_000)

describe('the tarball', () => {
  test('contains only the command, the library, manual pages, completions, schemas and documents', () => {
    const names = everythingIn(unpackInto(temporaryFolder(), tarball)).filter((name) => !name.endsWith('/'))
    for (const name of [
      'dist/index.js',
      'dist/index.d.ts',
      'dist/node/index.js',
      'dist/description.schema.json',
    ])
      expect(names).toContain(name)
    const kinds = [
      /^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/,
      /^docs\/.*\.md$/,
      /^dist\/cli\/([a-z]+\.cjs|THIRD-PARTY\.txt)$/,
      /^dist\/(?!cli\/).*\.(js|d\.ts)$/,
      /^dist\/(json\/)?[a-z-]+\.schema\.json$/,
      /^dist\/man\/multihome(-[a-z]+|\.yaml)?\.[15]$/,
      /^dist\/completions\/multihome\.(bash|zsh|fish)$/,
    ]
    expect(names.filter((name) => !kinds.some((kind) => kind.test(name)))).toEqual([])
    for (const kind of kinds)
      expect(names.filter((name) => kind.test(name)).length, String(kind)).toBeGreaterThan(0)
  })

  test('has the licence of every package whose code it contains', () => {
    const home = unpackInto(temporaryFolder(), tarball)
    const notices = readFileSync(join(home, 'dist/cli/THIRD-PARTY.txt'), 'utf8').split('\n----\n')
    const names = notices.map((notice) => /^(\S+) [\d.]+ \(\S+\)$/m.exec(notice)?.[1])
    expect(names).toEqual(
      expect.arrayContaining([...Object.keys(manifest.dependencies), 'diff', 'yargs-parser']),
    )
    for (const notice of notices) expect(notice).toMatch(/copyright/i)
  })

  test('names each manual page in package.json, so that npm links it for man(1)', () => {
    const names = everythingIn(unpackInto(temporaryFolder(), tarball))
    const pages = names.filter((name) => /^dist\/man\/./.test(name)).map((name) => `./${name}`)
    expect([...manifest.man].sort()).toEqual(pages.sort())
  })

  test('has every document that the code cites', () => {
    const home = unpackInto(temporaryFolder(), tarball)
    const names = everythingIn(home)
    const programs = names.filter((name) => /\.(js|cjs)$/.test(name))
    const cited = programs.flatMap((name) => [
      ...readFileSync(join(home, name), 'utf8').matchAll(/\bdocs\/[a-z0-9/-]+\.md/g),
    ])
    const ours = cited.map(([path]) => path).filter((path) => !path.startsWith('docs/configuration/'))
    expect(ours.length).toBeGreaterThan(0)
    expect([...new Set(ours)].filter((path) => !names.includes(path))).toEqual([])
  })

  test('has every document that its documents link to, except those for contributors', () => {
    const home = unpackInto(temporaryFolder(), tarball)
    const names = everythingIn(home)
    const links = names
      .filter((name) => /^docs\/.*\.md$/.test(name))
      .flatMap((name) =>
        [...readFileSync(join(home, name), 'utf8').matchAll(/\]\(([^)#\s:]+\.md)[)#]/g)].map(
          ([, link = '']) => join(dirname(name), link),
        ),
      )
    const contributors =
      /^(CONTRIBUTING\.md|docs\/architecture\.md|docs\/decisions\/.*|fixtures\/.*|examples\/.*)$/
    expect(links.filter((link) => !names.includes(link) && !contributors.test(link))).toEqual([])
  })

  test('runs no script when npm installs it', () => {
    const { scripts } = JSON.parse(
      readFileSync(join(unpackInto(temporaryFolder(), tarball), 'package.json'), 'utf8'),
    ) as { readonly scripts: Readonly<Record<string, string>> }
    expect(Object.keys(scripts).filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual([])
  })

  test('passes publint', async () => {
    const { messages } = await publint({
      pkgDir: unpackInto(temporaryFolder(), tarball),
      pack: false,
      strict: true,
    })
    expect(messages.map((message) => formatMessage(message, manifest, { color: false }))).toEqual([])
  })

  test('passes attw: every resolution of an entry point finds its types', async () => {
    const result = await checkPackage(createPackageFromTarballData(readFileSync(tarball)))
    const problems = 'problems' in result ? result.problems : [result]
    // The profile `esm-only`. Each supported Node can `require` an ES module, and none resolves as Node 10 did.
    const supported = problems.filter(
      (problem) =>
        !('resolutionKind' in problem && ['node10', 'node16-cjs'].includes(problem.resolutionKind)),
    )
    expect(supported).toEqual([])
  })
})

describe('the installed package', () => {
  test('runs its command without any dependency', () => {
    const folder = temporaryFolder()
    const home = join(folder, 'node_modules', manifest.name)
    mkdirSync(home, { recursive: true })
    execFileSync('tar', ['-xzf', tarball, '--strip-components=1', '-C', home])
    const main = join(home, 'dist/cli/main.cjs')
    const run = (...words: string[]) => spawnSync(main, words, { cwd: folder, encoding: 'utf8' })
    expect(run('--version').stdout).toBe(`${manifest.version}\n`)
    expect(run('explain', 'host-bits').stdout).toContain('host-bits (error)')
    writeFileSync(join(folder, 'host.yaml'), run('init').stdout)
    const rendered = run('render', 'host.yaml', '--out', 'out')
    expect(rendered.stderr).toBe('')
    expect(rendered.status).toBe(0)
    expect(everythingIn(join(folder, 'out'))).toContain('netplan/etc/netplan/')
  })

  test('exports its two entry points and no other file', () => {
    const folder = temporaryFolder()
    unpackInto(folder, tarball)
    const program = `
      import { compile, targets } from '${manifest.name}'
      import { writeTree } from '${manifest.name}/node'
      import schema from '${manifest.name}/schema.json' with { type: 'json' }
      const { outputs, diagnostics } = compile(${JSON.stringify(GOOD)})
      const outcome = await writeTree('out', outputs.get('networkd').files)
      const deep = await import('${manifest.name}/dist/compile.js').then(() => 'open', (error) => error.code)
      console.log(JSON.stringify([targets.length, outputs.size, diagnostics.length, outcome.ok, schema.$id, deep]))`
    writeFileSync(join(folder, 'program.mjs'), program)
    const { stdout, stderr } = spawnSync(process.execPath, ['program.mjs'], { cwd: folder, encoding: 'utf8' })
    expect(stderr.replace(/.*(ExperimentalWarning|trace-warnings).*\n/g, '')).toBe('')
    expect(JSON.parse(stdout)).toEqual([
      7,
      7,
      0,
      true,
      'urn:multihome:description:1',
      'ERR_PACKAGE_PATH_NOT_EXPORTED',
    ])
  })

  test('has types that a strict program compiles with, in a browser and in Node', () => {
    const folder = temporaryFolder()
    unpackInto(folder, tarball)
    mkdirSync(join(folder, 'node_modules/@types'))
    symlinkSync(join(root, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'))
    const check = (text: string, types: string): string => {
      writeFileSync(join(folder, 'program.mts'), text)
      const words = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2023', '--types', types]
      const tsc = join(root, 'node_modules/.bin/tsc')
      return spawnSync(tsc, [...words, 'program.mts'], { cwd: folder, encoding: 'utf8' }).stdout
    }
    const pure = `
      import { compile, type KernelPlan, type Diagnostic } from '${manifest.name}'
      const { plan, outputs, diagnostics } = compile('version: 1')
      export const rules: KernelPlan['state']['rules'] = plan?.state.rules ?? []
      export const first: Diagnostic | undefined = diagnostics[0]
      export const paths = [...outputs.values()].flatMap(({ files }) => files.map(({ path }) => path))
      // @ts-expect-error: no such option
      compile('', { nothing: true })`
    expect(check(pure, '')).toBe('')
    const withNode = `
      import { compile } from '${manifest.name}'
      import { compareTree, readText, writeTree } from '${manifest.name}/node'
      const read = readText('host.yaml')
      if (read.ok)
        for (const { files } of compile(read.value).outputs.values()) {
          const outcome = await writeTree('out', files)
          if (outcome.ok) console.log(outcome.value.written, compareTree('out', files).ok)
        }`
    expect(check(withNode, 'node')).toBe('')
  })
})
