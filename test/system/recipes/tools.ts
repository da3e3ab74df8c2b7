// Programs of the recipes below examples/. A test without its program is skipped with a reason, or fails with
// MULTIHOME_REQUIRE_RECIPES=1.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, type TestContext } from 'vitest'
import { bundleCommand } from '../../cli/bundle.js'
import { temporaryFolder } from '../../node/folder.js'

export const root = join(import.meta.dirname, '../../..')

export function skipOrFail(context: TestContext, reason: string): void {
  if (process.env['MULTIHOME_REQUIRE_RECIPES'] === '1') throw new Error(reason)
  context.skip(reason)
}

export function needs(context: TestContext, ...programs: readonly string[]): void {
  const missing = programs.filter((program) => spawnSync(program, ['--version']).error !== undefined)
  if (missing.length > 0) skipOrFail(context, `${missing.join(' and ')} not installed`)
}

/** A folder with the program `multihome`, for PATH. */
export function commandFolder(): string {
  const main = bundleCommand()
  const folder = join(dirname(main), 'bin')
  mkdirSync(folder)
  symlinkSync(main, join(folder, 'multihome'))
  return folder
}

export interface Ended {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

type Environment = Readonly<Record<string, string | undefined>>

export interface Repository {
  readonly folder: string
  run(program: string, words: readonly string[], env?: Environment): Ended
  /** As `run`, but fails the test if the program fails; its standard output. */
  must(program: string, words: readonly string[], env?: Environment): string
  /** Stages and commits everything; the new commit. */
  commit(): string
}

const author = { GIT_AUTHOR_NAME: 'test', GIT_AUTHOR_EMAIL: 'test@example.org' }
const committer = { GIT_COMMITTER_NAME: 'test', GIT_COMMITTER_EMAIL: 'test@example.org' }

/** A Git repository, with a copy of a folder of examples/ if one is named, whose programs find `multihome` in `bin`. */
export function repositoryFrom(example: string | undefined, bin: string): Repository {
  const folder = temporaryFolder()
  if (example !== undefined) cpSync(join(root, 'examples', example), folder, { recursive: true })
  const run: Repository['run'] = (program, words, env = {}) => {
    const { status, stdout, stderr, error } = spawnSync(program, words, {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, ...author, ...committer, PATH: `${bin}:${process.env['PATH'] ?? ''}`, ...env },
    })
    if (error !== undefined) throw error
    return { status, stdout, stderr }
  }
  const must: Repository['must'] = (program, words, env) => {
    const { status, stdout, stderr } = run(program, words, env)
    expect(status, `${program} ${words.join(' ')}\n${stdout}${stderr}`).toBe(0)
    return stdout
  }
  must('git', ['init', '--quiet', '--initial-branch', 'main'])
  const commit = (): string => {
    must('git', ['add', '--all'])
    must('git', ['commit', '--quiet', '--message', 'change'])
    return must('git', ['rev-parse', 'HEAD']).trim()
  }
  return { folder, run, must, commit }
}

/** A host with two providers. */
export const description = (via = '203.0.113.1'): string => `version: 1
targets: [networkd]
links:
  wan0: { addresses: [203.0.113.10/24] }
  wan1: { addresses: [198.51.100.10/24] }
gateways:
  fiber: { link: wan0, via: ${via} }
  cable: { link: wan1, via: 198.51.100.1 }
default: { failover: [fiber, cable] }
`
