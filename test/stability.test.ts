import { describe, expect, it } from 'vitest'
import {
  changesBetween,
  commentsAdded,
  gatewayAppended,
  keysReordered,
  linkAppended,
  nexthopChanged,
  nexthopsOf,
  ruleAppended,
  treeAfter,
  treeOf,
  type Edit,
  type FileChange,
  type Tree,
} from './helpers/edits.js'
import { goodFixtures, type Fixture } from './helpers/fixtures.js'

// Files are committed and reviewed, so an edit may change only the lines that have to say something else.

const trees = new Map<string, Tree>()

function treeOfFixture({ name, text }: Fixture): Tree {
  const tree = trees.get(name) ?? treeOf(text)
  if (tree === undefined) throw new Error(`${name} has an error`)
  trees.set(name, tree)
  return tree
}

/** undefined where the edit gives no description without errors. */
function changesBy(edit: Edit, fixture: Fixture): readonly FileChange[] | undefined {
  const after = treeAfter(edit, fixture.text)
  return after === undefined ? undefined : changesBetween(treeOfFixture(fixture), after)
}

interface Exception {
  readonly path: RegExp
  readonly line: RegExp
  readonly reason: string
}

/** Existing lines that an appended link, gateway or rule changes. */
const exceptions: readonly Exception[] = [
  {
    path: /\/\.multihome\/apply\.conf$/,
    line: /^(?:first|change|remove|boot)(?:-before)? (?:for (?:link|service) in |ifup )/,
    reason: 'a step for all links names each of them',
  },
  {
    path: /\/\.multihome\/apply\.conf$/,
    line: /^version /,
    reason: 'what is appended may need a newer version',
  },
  {
    path: /\/if-up\.d\/multihome$/,
    line: /^ +for name in /,
    reason: 'the loop over all links names each of them',
  },
  {
    path: /\/(?:50-multihome|multihome|multihome\.sh)$/,
    line: /^\s*(?:# no(?:ne| [a-z ]+)|:|always)$/,
    reason: 'a function that has been empty, which a shell does not allow, is empty no more',
  },
]

const met = new Set<string>()

function isExcepted(path: string, line: string): boolean {
  const found = exceptions.find((exception) => exception.path.test(path) && exception.line.test(line))
  if (found !== undefined) met.add(found.reason)
  return found !== undefined
}

describe.each(goodFixtures)('$name', (fixture) => {
  it.each([commentsAdded, keysReordered])('$name change no byte', (edit) => {
    expect(changesBy(edit, fixture)).toEqual([])
  })

  it('another next hop changes only lines that contain it', ({ skip }) => {
    const [address] = nexthopsOf(fixture.text)
    if (address === undefined) return skip('no gateway has an address as its next hop')
    const changes = changesBy(nexthopChanged(address), fixture)
    if (changes === undefined) return skip('no other address of the link can be the next hop')
    expect(changes.length).toBeGreaterThan(0)
    for (const { path, removed, added } of changes) {
      expect(
        removed.filter((line) => !line.includes(address)),
        path,
      ).toEqual([])
      expect(added.length, path).toBe(removed.length)
    }
  })

  it.each([linkAppended, gatewayAppended, ruleAppended])('$name changes no existing line', (edit) => {
    const changes = changesBy(edit, fixture) ?? []
    expect(changes.length).toBeGreaterThan(0)
    const changed = changes.flatMap(({ path, removed }) =>
      removed.filter((line) => !isExcepted(path, line)).map((line) => `${path}: ${line}`),
    )
    expect(changed).toEqual([])
  })
})

it('each exception is met', () => {
  expect(exceptions.filter(({ reason }) => !met.has(reason))).toEqual([])
})
