// Tests of the documents: descriptions compile, commands and options exist, links lead somewhere, generated blocks are fresh.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { load } from 'js-yaml'
import { beforeAll, describe, expect, it } from 'vitest'
import { blockCalls } from '../scripts/docs/blocks.js'
import { documentPaths, renewDocuments } from '../scripts/docs/documents.js'
import { commands } from '../src/cli/commands.js'
import { planCommands } from '../src/cli/format/plan-commands.js'
import { compile } from '../src/compile.js'
import { isDiagnosticCode } from '../src/diagnostics/catalogue/catalogue.js'
import { targets } from '../src/targets/index.js'
import { runIn } from './cli/fake-io.js'
import { compileFixture, fixtureNamed, goodFixtures } from './helpers/fixtures.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const documents = documentPaths(root).map((path) => ({
  path,
  text: readFileSync(join(root, path), 'utf8'),
}))
const textOf = (path: string): string => documents.find((document) => document.path === path)?.text ?? ''

interface Block {
  readonly path: string
  readonly line: number
  readonly language: string
  readonly code: string
}

const blocks: readonly Block[] = documents.flatMap(({ path, text }) =>
  [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map((match) => ({
    path,
    line: text.slice(0, match.index).split('\n').length,
    language: match[1] ?? '',
    code: match[2] ?? '',
  })),
)
const descriptions = blocks.filter(
  ({ path, language, code }) =>
    language === 'yaml' &&
    /^version: 1$/m.test(code) &&
    // Those that extend files are fixtures, and what hosts share has none of their links.
    !/^(?:descriptions:|extends:|# What the hosts)/m.test(code) &&
    !(path === 'docs/guides/migrate.md' && !/^links:/m.test(code)),
)

describe('generated blocks', () => {
  let renewed: Awaited<ReturnType<typeof renewDocuments>> = []
  beforeAll(async () => {
    renewed = await renewDocuments(root)
  }, 600_000)

  it.each([...documents.map(({ path }) => path), 'docs/booted.svg'])('%s is fresh (npm run docs)', (path) => {
    const document = renewed.find((each) => each.path === path)
    expect(document?.current).toBe(document?.renewed)
  })

  it('cover every mapping, every target and every group of diagnostics', () => {
    const calls = documents.flatMap(({ text }) => blockCalls(text))
    const keys = [
      'keys',
      ...['links.NAME', 'gateways.NAME', 'rules[]', 'routes[]', 'tables.NAME'].map((path) => `keys ${path}`),
    ]
    const groups = ['reading', 'repository', 'schema', 'network', 'rules', 'warnings', 'targets']
    expect(calls).toEqual(
      expect.arrayContaining([
        ...keys,
        ...groups.map((group) => `diagnostics ${group}`),
        ...targets.map(({ id }) => `settings ${id}`),
        ...targets.flatMap(({ id }) => [`files ${id} two-providers`, `first ${id} two-providers`]),
      ]),
    )
  })
})

describe('README', () => {
  it('has at most 200 lines', () => {
    expect(textOf('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(200)
  })
})

describe('docs/README.md', () => {
  it('lists every document', () => {
    const listed = [...textOf('docs/README.md').matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) =>
      join('docs', link),
    )
    const others = documents
      .map(({ path }) => path)
      .filter((path) => path.startsWith('docs/') && !/^docs\/(README\.md$|decisions\/\d)/.test(path))
    expect(others.filter((path) => !listed.includes(path))).toEqual([])
  })
})

describe('descriptions', () => {
  it.each(descriptions)('$path:$line compiles', ({ code }) => {
    const { plan, diagnostics } = compile(code)
    const own = diagnostics.filter((each) => each.severity === 'error' && each.target === undefined)
    expect(own).toEqual([])
    expect(plan).toBeDefined()
  })

  it('of docs/guides/from-the-post.md is the fixture without its first line', () => {
    const [shown] = descriptions.filter(({ path }) => path === 'docs/guides/from-the-post.md')
    expect(load(shown?.code ?? '')).toEqual(load(fixtureNamed('post').text))
  })
})

describe('docs/guides/from-the-post.md', () => {
  const { plan, lineOf } = compileFixture(fixtureNamed('post'))
  const printed = plan === undefined ? [] : planCommands(plan, lineOf).split('\n')
  const rows = [
    ...textOf('docs/guides/from-the-post.md').matchAll(/^\| `(ip [^`]+)`\s*\| `(ip [^`]+)`\s*\|$/gm),
  ]

  it('has each command of the post beside one of the plan', () => {
    expect(rows).toHaveLength(4)
  })

  it.each(rows.map(([, post, ours]) => ({ post, ours })))('$ours is what the plan prints', ({ ours }) => {
    expect(printed).toContain(ours)
  })
})

describe('links', () => {
  const links = documents.flatMap(({ path, text }) =>
    [...text.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/\]\(([^)\s]+)\)|\bsrc(?:set)?="([^"]+)"/g)].map(
      (match) => ({
        path,
        link: match[1] ?? match[2] ?? '',
      }),
    ),
  )

  it.each(links.filter(({ link }) => !link.includes('://')))('$path: $link', ({ path, link }) => {
    const [file = '', anchor] = link.split('#')
    const target = file === '' ? path : join(dirname(path), file)
    expect(existsSync(join(root, target)), target).toBe(true)
    if (anchor !== undefined) expect(anchorsOf(textOf(target))).toContain(anchor)
  })

  it('and text name no path of a home folder', () => {
    for (const { text } of documents) expect(text).not.toMatch(/\/(?:home|root)\//)
  })
})

/** Anchors that GitHub and GitLab generate from headings. */
const anchorsOf = (text: string): readonly string[] =>
  [...text.matchAll(/^#+ (.*)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )

describe('files of the project', () => {
  /** `src/{a,b}.ts` is two files. */
  const expand = (path: string): readonly string[] => {
    const [whole = '', list = ''] = /\{([^}]*)\}/.exec(path) ?? []
    return whole === '' ? [path] : list.split(',').flatMap((each) => expand(path.replace(whole, () => each)))
  }
  // Upper case is a placeholder, as in `src/targets/ID/index.ts`.
  const named = documents.flatMap(({ path, text }) =>
    [...text.matchAll(/`((?:src|test|scripts|templates|fixtures)\/[^`\s]*)`/g)]
      .flatMap((match) => expand(match[1] ?? ''))
      .filter((file) => !/[A-Z*…<]/.test(file))
      .map((file) => ({ path, file })),
  )

  it.each(named)('$path: $file exists', ({ file }) => {
    expect(existsSync(join(root, file))).toBe(true)
  })
})

describe('commands', () => {
  // `multihome WORDS` in inline code, and in blocks of shell or YAML.
  const inline = documents.flatMap(({ path, text }) =>
    [...text.matchAll(/`(?:npx )?multihome ([a-z]+)\b([^`\n]*)`/g)].map((match) => ({ path, match })),
  )
  const inBlocks = blocks
    .filter(({ language }) => ['sh', 'yaml'].includes(language))
    .flatMap(({ path, code }) =>
      [
        ...code
          .replace(/#.*$/gm, '')
          .matchAll(/(?:^ *|npx |[|(] ?|&& |(?:command|cmd): )multihome ([a-z]+)\b([^|\n]*)/gm),
      ].map((match) => ({ path, match })),
    )
  const written = [...inline, ...inBlocks].map(({ path, match }) => ({
    path,
    command: match[1] ?? '',
    words: match[2]?.trim() ?? '',
  }))
  const help = async (...words: readonly string[]): Promise<string> =>
    (await runIn({}, ...words, '--help')).stdout

  it('appear in the documents', () => {
    expect(written.length).toBeGreaterThan(20)
  })

  it.each(written)('$path: multihome $command $words', async ({ command, words }) => {
    expect(await help()).toMatch(new RegExp(`^  ${command} `, 'm'))
    const options = await help(command)
    for (const [flag] of words.matchAll(/--[a-z-]+/g)) expect(options).toContain(flag)
  })

  it('are all named in README', async () => {
    for (const { name } of commands)
      expect(textOf('README.md')).toMatch(new RegExp(`(multihome |\`)${name}\\b`))
  })
})

describe('the documents', () => {
  it('have each automatic sysctl in docs/description.md', () => {
    const keys = goodFixtures.flatMap((fixture) =>
      (compileFixture(fixture).plan?.state.sysctls ?? [])
        .filter(({ origin }) => origin.kind === 'auto-sysctl')
        .map(({ key }) => key.at(-1) ?? ''),
    )
    for (const key of new Set(keys)) expect(textOf('docs/description.md')).toContain(key)
  })

  it('have exactly the settings that each target reads', () => {
    const table = textOf('docs/targets.md')
    for (const { id, settings } of targets) {
      const part = table.split(`### ${id}\n`)[1]?.split('<!-- end -->')[0] ?? ''
      const shown = [...part.matchAll(/^\| `([a-z0-9-]+)`/gm)].map((match) => match[1])
      expect(shown).toEqual(['version', ...Object.keys(settings)])
    }
  })

  it('link only to existing diagnostics', () => {
    for (const { text } of documents)
      for (const [, code = ''] of text.matchAll(/diagnostics\.md#([a-z0-9-]+)/g))
        expect(isDiagnosticCode(code), code).toBe(true)
  })
})
