import { describe, expect, it } from 'vitest'
import { compare } from '../../../src/compare/compare.js'
import type { ComparedStack } from '../../../src/compare/comparison.js'
import { linesOfFile, dedupeFiles } from '../../../src/page/model/dedupe-files.js'
import { targets } from '../../../src/targets/index.js'
import { planNamed } from '../pages.js'

const stacksNamed = (name: string): readonly ComparedStack[] =>
  compare(planNamed(name), targets, { file: 'host.yaml' }).stacks

const program = Array.from({ length: 60 }, (_, index) => `step ${index}`)

/** A stack of files that say no idea but in the lines told, from 1. */
function stackOf(
  id: string,
  files: Readonly<Record<string, readonly string[]>>,
  said: readonly number[] = [],
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
        locations: said.map((line) => ({
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
const toldOf = (stacks: readonly ComparedStack[]): readonly string[] => {
  const tails = dedupeFiles(stacks)
  return stacks.flatMap(({ id, files }) =>
    files.flatMap((file) => {
      const tail = tails.get(file)
      return tail === undefined
        ? []
        : [`${id}: ${tail.from}-${tail.to} as ${tail.stack.id}#${tail.file}:${tail.line}`]
    }),
  )
}

describe('tails', () => {
  it('are of texts, whatever the name of the file or the length of its head', () => {
    const one = stackOf('one', { '/a': ['other'], '/b': ['# for one', '', ...program] })
    const two = stackOf('two', { '/c': ['# for two', '# and more', '', ...program] })
    expect(toldOf([one, two])).toEqual(['two: 4-63 as one#1:3'])
  })

  it('stand in full once: the third leads to the first', () => {
    const stacks = ['one', 'two', 'three'].map((id) => stackOf(id, { '/a': [`# for ${id}`, '', ...program] }))
    expect(toldOf(stacks)).toEqual(['two: 3-62 as one#0:3', 'three: 3-62 as one#0:3'])
  })

  it('begin a paragraph behind the last line that says an idea', () => {
    const lines = ['', 'list() {', '\trule', '}', '', ...program]
    const one = stackOf('one', { '/a': ['# for one', ...lines] }, [4])
    const two = stackOf('two', { '/a': ['# for two', ...lines] }, [4])
    expect(toldOf([one, two])).toEqual(['two: 7-66 as one#0:7'])
    const last = stackOf('two', { '/a': ['# for two', ...lines] }, [66])
    expect(toldOf([one, last])).toEqual([])
  })

  it('are not made of what is short, and sooner read', () => {
    const short = program.slice(0, 30)
    expect(toldOf(['one', 'two'].map((id) => stackOf(id, { '/a': [`# ${id}`, '', ...short] })))).toEqual([])
  })

  it.each([
    { name: 'two-providers', count: 0 },
    { name: 'static-and-leased-provider', count: 6 },
    { name: 'leased-provider-and-tunnel', count: 7 },
  ])('$name: $count, true to the line, and no idea is in one', ({ name, count }) => {
    const stacks = stacksNamed(name)
    const tails = dedupeFiles(stacks)
    expect(tails.size).toBe(count)
    for (const { files, cells } of stacks)
      for (const file of files) {
        const tail = tails.get(file)
        if (tail === undefined) continue
        const there = tail.stack.files[tail.file]
        if (there === undefined) throw new Error('leads nowhere')
        expect(tails.has(there)).toBe(false)
        expect(linesOfFile(there).slice(tail.line - 1)).toEqual(linesOfFile(file).slice(tail.from - 1))
        const places = Object.values(cells).flatMap((cell) => cell.locations)
        for (const { path, ranges } of places)
          if (path === file.path) for (const { to } of ranges) expect(to).toBeLessThan(tail.from)
      }
  })
})
