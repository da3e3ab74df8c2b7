// Readers of trees that people wrote: packets go where a person says, or the import says what is missing.
import { describe, expect, it } from 'vitest'
import { readers } from '../../src/import/readers.js'
import { answersOf, problemsOf, readFiles, stateDifferences } from './read-tree.js'
import { readTree, treeNames } from './trees.js'

const readable = treeNames
  .map(readTree)
  .filter(({ files }) => [...files.keys()].every((path) => readers.some((reader) => reader.reads(path))))

/** Trees for which one of the checks below is not true, and why. */
const exceptions: Readonly<Record<string, string>> = {
  'gateways-in-both-network-sections':
    'networkd gives rules without a priority their numbers as links come up, which is a race',
}

describe.each(readable.filter(({ name }) => exceptions[name] === undefined))('$name', (tree) => {
  it('routes packets as a person says, or the import names what is missing', () => {
    const { others, isReported } = answersOf(tree)
    expect(isReported ? [] : others).toEqual([])
  })

  it('is read as what the stack itself gives to the kernel, or the import names what is missing', () => {
    const hasUnknown = problemsOf(tree).some((text) => text.includes('[unknown]'))
    expect(hasUnknown ? [] : stateDifferences(tree)).toEqual([])
  })
})

/** Mistakes of a person, and of an editor. */
const mutations: Readonly<Record<string, (lines: readonly string[], at: number) => readonly string[]>> = {
  'without a line': (lines, at) => lines.toSpliced(at, 1),
  'with a line twice': (lines, at) => lines.toSpliced(at, 0, lines[at] ?? ''),
  'with two lines swapped': (lines, at) => lines.toSpliced(at, 2, lines[at + 1] ?? '', lines[at] ?? ''),
  'with a line misspelt': (lines, at) => lines.with(at, (lines[at] ?? '').replace(/([a-z])([a-z])/, '$2$1')),
  'cut within a line': (lines, at) => [...lines.slice(0, at), (lines[at] ?? '').slice(0, 5)],
  'with NUL': (lines, at) => lines.with(at, `${lines[at] ?? ''}\0`),
  'with CR': (lines) => lines.map((line) => `${line}\r`),
  'with a bracket': (lines, at) => lines.with(at, `${lines[at] ?? ''} ({["'$(\``),
}

describe.each(Object.keys(mutations))('a file %s', (name) => {
  it('is read without an exception', () => {
    for (const tree of readable)
      for (const [path, text] of tree.files) {
        const lines = text.split('\n')
        // Every seventh line: all of them would take a minute.
        for (let at = 0; at < lines.length; at += 7) {
          const mutated = mutations[name]?.(lines, at).join('\n') ?? ''
          expect(() => readFiles(new Map(tree.files).set(path, mutated)), `${path}:${at + 1}`).not.toThrow()
        }
      }
  })
})
