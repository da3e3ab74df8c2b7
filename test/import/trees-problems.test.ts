// What the import says about trees that people wrote: each problem and each line without influence, to be read.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { answersOf, linesWithoutInfluence, problemsOf, stateDifferences } from './read-tree.js'
import { readTree, treeNames } from './trees.js'

describe.each(treeNames)('%s', (name) => {
  it('has the problems, lines without influence and other results that problems.txt has', async () => {
    const tree = readTree(name)
    const text = [
      'Problems:',
      ...problemsOf(tree),
      '',
      'Lines without which the readers find the same:',
      ...linesWithoutInfluence(tree),
      '',
      'Packets that the description answers otherwise:',
      ...answersOf(tree).others,
      '',
      'State of the kernel that the files are not read as:',
      ...stateDifferences(tree),
    ].join('\n')
    await expect(`${text}\n`).toMatchFileSnapshot(join(tree.folder, 'problems.txt'))
  })
})
