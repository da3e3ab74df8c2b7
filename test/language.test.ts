// Vocabulary check: no identifier, file name or text uses a word that has a standard term.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What to write instead. A key is a pattern of whole words; a space also matches a hyphen. */
const replacements: Readonly<Record<string, string>> = {
  'told|untold': 'static, dynamic; set, unset; reported',
  'lay|lays|laying|laid': 'install, add',
  'vain|lamed?': 'ineffective, shadowed',
  'takers?': 'shadowing rule',
  shall: 'must, or the present tense',
  whoever: 'anyone who',
  lest: 'so that … not',
  'mend(?:s|ed|ing)?|cures?': 'fix',
  'stand-ins?': 'placeholder',
  'ways? out': 'next hop, uplink',
  'leap(?:s|t|ing)?': 'jump',
  'made links?|unmake|unmaking|unmade': 'virtual link, create, delete',
  'dealers?|dealt': 'allocator, allocated',
  'lessees?|lessors?': 'lease owner, DHCP server',
  'likeness(?:es)?|likest': 'key, closest match',
}

const roots = ['src', 'templates', 'scripts', 'test', 'docs', 'fixtures', 'examples']
const documents = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md']

/** Pictures, generated data, rendered files (they are made of what is checked), and the list itself. */
const UNCHECKED = /\.(svg|png|json)$|\.generated\.|^fixtures\/.*\/expected\/|^test\/language\.test\.ts$/

const paths = [
  ...documents,
  ...roots.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(root, join(entry.parentPath, entry.name))),
  ),
].filter((path) => !UNCHECKED.test(path))

/** `standIn` and `STAND_IN` as `stand-in`. */
const splitIdentifiers = (text: string): string =>
  text
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase()

const patterns = Object.entries(replacements).map(
  ([words, replacement]) =>
    [new RegExp(`(?<![a-z])(?:${words.replaceAll(' ', '[ -]')})(?![a-z])`, 'g'), replacement] as const,
)

const findWords = (text: string): readonly string[] =>
  patterns.flatMap(([pattern, replacement]) =>
    [...splitIdentifiers(text).matchAll(pattern)].map(([word]) => `"${word}" (write: ${replacement})`),
  )

const findings = paths.flatMap((path) => [
  ...findWords(path).map((finding) => `${path}: ${finding}`),
  ...readFileSync(join(root, path), 'utf8')
    .split('\n')
    .flatMap((line, index) => findWords(line).map((finding) => `${path}:${index + 1}: ${finding}`)),
])

describe('the vocabulary', () => {
  it('finds a word in an identifier and in a sentence, and not inside another word', () => {
    expect(findWords('const nextUntoldHop = 1').length).toBe(1)
    expect(findWords('TOLD_HOPS').length).toBe(1)
    expect(findWords('the way out of the host').length).toBe(1)
    expect(findWords('the layout of an overlay')).toEqual([])
  })

  it('has no word that has a standard term', () => {
    expect(findings).toEqual([])
  })
})
