// The journal of a root: the lock between runs, and what an interrupted run leaves.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { compareTree } from '../../../src/node/tree/compare.js'
import { createFolders } from '../../../src/node/tree/folders.js'
import { openJournal } from '../../../src/node/tree/journal.js'
import { JOURNAL } from '../../../src/node/tree/tree-validation.js'
import { writeTree } from '../../../src/node/tree/write.js'
import { everythingIn, temporaryFolder, textFile } from '../folder.js'

const one = textFile('/etc/one', 'a\n')
const two = textFile('/etc/two', 'b\n')

function rootWithJournal(text: string): string {
  const root = temporaryFolder()
  mkdirSync(join(root, '.multihome'))
  writeFileSync(join(root, JOURNAL), text)
  return root
}

/** The line of a process that runs until the test ends, and how to end it. */
async function otherProcess(): Promise<{ line: string; pid: number; kill: () => Promise<void> }> {
  const child = spawn('sleep', ['60'])
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child, 'spawn')
  const pid = child.pid ?? 0
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(' ')
  return {
    pid,
    line: `run ${pid}-x ${pid} ${fields[21]} ${await thisMachine()} 0`,
    kill: async () => {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** As a run of this process writes it. */
async function thisMachine(): Promise<string> {
  const root = temporaryFolder()
  const folders = createFolders(root)
  const journal = await openJournal(folders, 0, () => false)
  const [, machine = ''] = /^run \S+ \d+ \d+ (\S+)/m.exec(readFileSync(join(root, JOURNAL), 'utf8')) ?? []
  journal.close(true)
  folders.close()
  return machine
}

const IMPATIENT = { patience: 50 }

describe('while another process writes', () => {
  test('a run waits, and fails with its number', async () => {
    const other = await otherProcess()
    const root = rootWithJournal(`\n${other.line}\n`)
    expect(await writeTree(root, [one], IMPATIENT)).toEqual({
      ok: false,
      problems: [
        { path: '/', text: `process ${other.pid} is writing here. fix: render again when it has ended` },
      ],
    })
    expect(everythingIn(root)).toEqual(['.multihome/', JOURNAL.slice(1)])
    // The next one does not wait for the run that gave up.
    await other.kill()
    expect(await writeTree(root, [one], IMPATIENT)).toMatchObject({ ok: true })
    expect(existsSync(join(root, JOURNAL))).toBe(false)
  })

  test('a run goes on as soon as the process is killed', async () => {
    const other = await otherProcess()
    const root = rootWithJournal(`\n${other.line}\n`)
    const run = writeTree(root, [one])
    await other.kill()
    expect(await run).toMatchObject({ ok: true, value: { written: [one.path] } })
  })

  test('a comparison says so', async () => {
    const other = await otherProcess()
    const root = temporaryFolder()
    await writeTree(root, [one])
    writeFileSync(join(root, JOURNAL), `\n${other.line}\n`)
    expect(compareTree(root, [one])).toEqual({
      ok: true,
      value: [{ path: JOURNAL, what: 'unfinished', text: `process ${other.pid} is writing here` }],
    })
    await other.kill()
    expect(compareTree(root, [one])).toMatchObject({
      value: [{ what: 'unfinished', text: 'a run was interrupted here. fix: render again' }],
    })
  })

  test('runs of the same process take turns', async () => {
    const root = temporaryFolder()
    const trees = [[one], [two], [one, two], []]
    const outcomes = await Promise.all(trees.map((files) => writeTree(root, files)))
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, true, true, true])
    expect(existsSync(join(root, JOURNAL))).toBe(false)
    expect(trees.filter((files) => compareTree(root, files).ok && isSame(root, files))).toHaveLength(1)
  })
})

const isSame = (root: string, files: Parameters<typeof compareTree>[1]): boolean => {
  const compared = compareTree(root, files)
  return compared.ok && compared.value.length === 0
}

describe('a run counts as dead', () => {
  test('if its number belongs to a younger process', async () => {
    const other = await otherProcess()
    const root = rootWithJournal(`\n${other.line.replace(/ \d+ (\S+) 0$/, ' 1 $1 0')}\n`)
    expect(await writeTree(root, [one], IMPATIENT)).toMatchObject({ ok: true })
  })

  test('in another container or on another machine, ten seconds after its start', async () => {
    const young = rootWithJournal(`\nrun 1-x 1 1 elsewhere ${Date.now()}\n`)
    expect(await writeTree(young, [one], IMPATIENT)).toMatchObject({
      ok: false,
      problems: [{ path: '/', text: expect.stringMatching(/^another run is writing here\. fix: /) }],
    })
    const old = rootWithJournal(`\nrun 1-x 1 1 elsewhere ${Date.now() - 10_001}\n`)
    expect(await writeTree(old, [one], IMPATIENT)).toMatchObject({ ok: true })
  })

  test('and does not switch once another one has taken over', async () => {
    const root = temporaryFolder()
    const folders = createFolders(root)
    const journal = await openJournal(folders, 0, () => false)
    journal.confirm()
    // As from a container that does not see this process.
    const text = readFileSync(join(root, JOURNAL), 'utf8')
    writeFileSync(join(root, JOURNAL), text.replace(/\S+ \d+$/m, 'elsewhere 0'))
    expect(await writeTree(root, [one], IMPATIENT)).toMatchObject({ ok: true })
    expect(() => journal.confirm()).toThrow('another run writes here now')
    journal.close(true)
    folders.close()
    expect(isSame(root, [one])).toBe(true)
  })
})

test('whatever a killed run has left of its last record, the next run reads its own', async () => {
  const begin = '\nrun 1-x 1 1 elsewhere 0\n'
  for (const rest of [
    '',
    '\n',
    '\npaths',
    '\npaths\n/etc/on',
    '\npaths\n/etc/one\n',
    '\nen',
    '\nrun 2-x 1 1',
  ])
    for (const text of [begin + rest, rest.startsWith('\nrun') ? rest : '']) {
      const root = rootWithJournal(text)
      symlinkSync('nowhere', join(root, 'kept'))
      expect(await writeTree(root, [one], IMPATIENT), text).toMatchObject({ ok: true })
      expect(everythingIn(root)).toEqual(['.multihome/', '.multihome/manifest', 'etc/', 'etc/one', 'kept'])
    }
})

test('an aborted run leaves nothing behind', async () => {
  const root = temporaryFolder()
  const signal = { aborted: false }
  const run = writeTree(root, [one, two], { signal })
  signal.aborted = true
  expect(await run).toEqual({ ok: false, problems: [{ path: '/', text: 'interrupted' }] })
  expect(everythingIn(root)).toEqual([])
})

test('a journal that is a symbolic link or a pipe is refused', async () => {
  const folder = temporaryFolder()
  for (const [name, create] of [
    ['link', (path: string) => symlinkSync(join(folder, 'victim'), path)],
    ['pipe', (path: string) => execFileSync('mkfifo', [path])],
  ] as const) {
    const root = join(folder, name)
    mkdirSync(join(root, '.multihome'), { recursive: true })
    create(join(root, JOURNAL))
    expect(await writeTree(root, [one])).toMatchObject({ ok: false, problems: [{ path: JOURNAL }] })
    expect(compareTree(root, [one])).toMatchObject({ ok: false, problems: [{ path: JOURNAL }] })
  }
  expect(existsSync(join(folder, 'victim'))).toBe(false)
})
