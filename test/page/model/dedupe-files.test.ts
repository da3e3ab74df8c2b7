import { describe, expect, it } from 'vitest'
import { compare } from '../../../src/compare/compare.js'
import type { ComparedStack } from '../../../src/compare/comparison.js'
import { linesOfFile, dedupeFiles } from '../../../src/page/model/dedupe-files.js'
import { targets } from '../../../src/targets/index.js'
import { planNamed } from '../pages.js'

const stacksNamed = (name: string): readonly ComparedStack[] =>
  compare(planNamed(name), targets, { file: 'host.yaml' }).stacks

const program = Array.from({ length: 60 }, (_, index) => `step ${index}`)

/** A target whose files have plan items only in the lines `itemLines`, from 1. */
function stackOf(
  id: string,
  files: Readonly<Record<string, readonly string[]>>,
  itemLines: readonly number[] = [],
) {
  const [stack] = stacksNamed('two-providers')
  if (stack === undefined) throw new Error('no stack')
  const [path] = Object.keys(files)
  return {
    ...stack,
    id,
    files: Object.entries(files).map(([name, lines]) => ({
      path: name,
      mode: '0755',
      owner: 'root:root',
      text: `${lines.join('\n')}\n`,
    })),
    cells: {
      'rule-0': {
        mechanism: 'program',
        locations: itemLines.map((line) => ({
          path: path ?? '',
          mechanism: 'program',
          ranges: [{ from: line, to: line }],
          lines: [],
        })),
        limitations: [],
        notes: [],
      },
    },
  } satisfies ComparedStack
}

/** `id: from-to as id#file:line`. */
const endingsOf = (stacks: readonly ComparedStack[]): readonly string[] => {
  const endings = dedupeFiles(stacks)
  return stacks.flatMap(({ id, files }) =>
    files.flatMap((file) => {
      const ending = endings.get(file)
      return ending === undefined
        ? []
        : [`${id}: ${ending.from}-${ending.to} as ${ending.stack.id}#${ending.file}:${ending.line}`]
    }),
  )
}

describe('shared endings', () => {
  it('depend on the text, not on the file name or the length of the header', () => {
    const one = stackOf('one', { '/a': ['other'], '/b': ['# for one', '', ...program] })
    const two = stackOf('two', { '/c': ['# for two', '# and more', '', ...program] })
    expect(endingsOf([one, two])).toEqual(['two: 4-63 as one#1:3'])
  })

  it('are shown once: the second and third file link to the first', () => {
    const stacks = ['one', 'two', 'three'].map((id) => stackOf(id, { '/a': [`# for ${id}`, '', ...program] }))
    expect(endingsOf(stacks)).toEqual(['two: 3-62 as one#0:3', 'three: 3-62 as one#0:3'])
  })

  it('begin a paragraph after the last line of a plan item', () => {
    const lines = ['', 'list() {', '\trule', '}', '', ...program]
    const one = stackOf('one', { '/a': ['# for one', ...lines] }, [4])
    const two = stackOf('two', { '/a': ['# for two', ...lines] }, [4])
    expect(endingsOf([one, two])).toEqual(['two: 7-66 as one#0:7'])
    const last = stackOf('two', { '/a': ['# for two', ...lines] }, [66])
    expect(endingsOf([one, last])).toEqual([])
  })

  it('are not made for less than forty lines', () => {
    const short = program.slice(0, 30)
    expect(endingsOf(['one', 'two'].map((id) => stackOf(id, { '/a': [`# ${id}`, '', ...short] })))).toEqual(
      [],
    )
  })

  it.each([
    { name: 'two-providers', count: 2 },
    { name: 'static-and-leased-provider', count: 24 },
    { name: 'leased-provider-and-tunnel', count: 26 },
  ])('$name: $count, with equal lines and no plan item', ({ name, count }) => {
    const stacks = stacksNamed(name)
    const endings = dedupeFiles(stacks)
    expect(endings.size).toBe(count)
    for (const { files, cells } of stacks)
      for (const file of files) {
        const ending = endings.get(file)
        if (ending === undefined) continue
        const other = ending.stack.files[ending.file]
        if (other === undefined) throw new Error('no such file')
        expect(endings.has(other)).toBe(false)
        expect(linesOfFile(other).slice(ending.line - 1)).toEqual(linesOfFile(file).slice(ending.from - 1))
        const locations = Object.values(cells).flatMap((cell) => cell.locations)
        for (const { path, ranges } of locations)
          if (path === file.path) for (const { to } of ranges) expect(to).toBeLessThan(ending.from)
      }
  })
})
