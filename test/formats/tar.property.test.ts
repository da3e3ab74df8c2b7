// Archives of any trees, read back by a reader of its own.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatTrees } from '../../src/formats/index.js'
import { amount } from '../helpers/amount.js'
import { membersOf } from './read-tar.js'
import { treeOf } from './trees.js'

const word = (maxLength: number): fc.Arbitrary<string> =>
  fc
    .oneof(
      fc.string({ unit: fc.constantFrom('a', '-', '.', ' ', '0'), minLength: 1, maxLength }),
      fc.string({ unit: 'binary', minLength: 1, maxLength }),
    )
    // A tree has no such names (src/node/tree/output-path.ts).
    .map((text) => text.replace(/[/\0\n]/g, '_'))

/** Lengths around the limits of ustar: 100 and 155 bytes. */
const path = fc
  .array(fc.oneof(word(20), word(160)), { minLength: 1, maxLength: 6 })
  .map((words): `/${string}` => `/${words.join('/')}`)

const owner = fc
  .tuple(word(40), word(40))
  .map((names) => names.map((name) => name.replaceAll(':', '_')).join(':'))

const file = fc.oneof(
  fc.record({
    path,
    mode: fc.integer({ min: 0, max: 0o7777 }),
    owner,
    content: fc.string({ unit: 'binary' }),
  }),
  fc.record({ path, symlink: word(160) }),
)

it('an archive has every file of any tree', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(file, { selector: ({ path }) => path, maxLength: 5 }),
      word(20),
      (files, folder) => {
        const expected = files
          .toSorted((one, other) => (one.path < other.path ? -1 : 1))
          .map((each) => ({
            name: folder + each.path,
            ...('symlink' in each
              ? { linkname: each.symlink, type: '2', content: '' }
              : { mode: each.mode, owner: each.owner, type: '0', content: each.content }),
          }))
        expect(membersOf(formatTrees('tar', [treeOf(files, {}, folder)]))).toMatchObject(expected)
      },
    ),
    { numRuns: amount(100, 3000) },
  )
})
