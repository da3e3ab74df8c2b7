// Setup of every boot test outside of the matrix: skips it or records its result.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, inject } from 'vitest'
import type { RunnerTask } from 'vitest'
import { goodFixtures } from '../../helpers/fixtures.js'
import { platforms } from '../host/platforms.js'
import { isRefusal, renderFor } from '../host/rendering.js'
import type { Platform } from '../host/rendering.js'
import { debians } from '../lab/rootfs/rootfs.js'
import { stackIds } from '../lab/stacks.js'
import { withoutComments } from './boot-record.js'
import { testCodeOf } from './test-codes.js'
import { addResult } from './results.js'
import { isSelectedTest } from './selection.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** `life goes on > two-providers on networkd, Debian 13`. */
function nameOf(task: RunnerTask): string {
  const outer = task.suite === undefined ? '' : nameOf(task.suite)
  return `${outer === '' ? '' : `${outer} > `}${task.name.replaceAll("'", '')}`
}

const isNamed = (word: string, name: string): boolean => new RegExp(`(?<![\\w-])${word}(?![\\w-])`).test(name)

/** Debian 13 if the test names no Debian; all stacks if it names no stack. */
function platformsIn(name: string): readonly Platform[] {
  const stacks = stackIds.filter((stack) => isNamed(stack, name))
  const named = debians.filter((debian) => isNamed(`Debian ${debian}`, name))
  return platforms.filter(
    ({ stack, debian }) =>
      (stacks.length === 0 || stacks.includes(stack)) && (named.length === 0 ? [13] : named).includes(debian),
  )
}

/** A test with a fixture in its name renders only that one; others render every description in their code. */
function descriptionsOf(file: string, name: string): readonly string[] {
  const [fixture] = goodFixtures.filter((one) => isNamed(one.name, name))
  return fixture === undefined ? testCodeOf(file).descriptions : [`fixtures/${fixture.name}/description.yaml`]
}

const rendered = new Map<string, string>()

/** The files of a target, and its steps; for the test of apply.sh also apply.sh and its data. */
function renderedBytes(description: string, platform: Platform, withControl: boolean): string {
  const key = `${description} ${platform.stack} ${platform.debian} ${withControl}`
  const known = rendered.get(key)
  if (known !== undefined) return known
  const rendering = renderFor(readFileSync(join(root, description), 'utf8'), platform)
  const bytes = isRefusal(rendering)
    ? rendering.refused
    : JSON.stringify([
        withoutComments(rendering.output.files),
        [...rendering.output.first, ...rendering.output.change].map((step) => step.command),
        ...(withControl ? withoutComments(rendering.output.control) : []),
      ])
  rendered.set(key, bytes)
  return bytes
}

function inputsOf(file: string, name: string): string {
  const hash = createHash('sha256')
  for (const description of descriptionsOf(file, name)) {
    const leases = join(root, dirname(description), 'leases.yaml')
    if (existsSync(leases)) hash.update(readFileSync(leases))
    for (const platform of platformsIn(name))
      hash.update(`${renderedBytes(description, platform, file === 'apply')}\0`)
  }
  return `${hash.digest('hex').slice(0, 10)}/${testCodeOf(file).hash}`
}

beforeEach(({ task, skip, onTestFinished }) => {
  const file = basename(task.file.filepath, '.test.ts')
  if (file === 'matrix' || file === 'kernels') return
  const test = nameOf(task)
  const inputs = inputsOf(file, test)
  if (!isSelectedTest({ file, test, inputs }))
    skip('passed before with the same files and code (docs/booted.json)')
  onTestFinished(({ task: { result } }) => {
    const state = result?.state
    if (state === 'pass' || state === 'fail')
      addResult(inject('bootResults'), { file, test, inputs, passed: state === 'pass' })
  })
})
