// Readers of trees that people wrote: packets go where a person says, or the import says what is missing.
import { describe, expect, it } from 'vitest'
import { readers } from '../../src/import/readers.js'
import { answersOf, problemsOf, stateDifferences } from './read-tree.js'
import { readTree, treeNames } from './trees.js'

const readable = treeNames
  .map(readTree)
  .filter(({ files }) => [...files.keys()].every((path) => readers.some((reader) => reader.reads(path))))

/** Trees for which one of the checks below is not true, and why. */
const exceptions: Readonly<Record<string, string>> = {
  'gateways-in-both-network-sections':
    'networkd gives rules without a priority their numbers as links come up, which is a race',
  'made-by-nmcli': 'defect: the second card has metric 101, also without a default route',
  'leased-card-never-default': 'defect: a next hop in the network of the lease needs no route of its own',
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
