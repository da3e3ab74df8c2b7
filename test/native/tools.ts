// Parsers of the stacks. A test without its parser is skipped with a reason, or fails with MULTIHOME_REQUIRE_NATIVE.
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe } from 'vitest'
import type { TargetId } from '../../src/targets/index.js'
import type { RenderedFile, TextFile } from '../../src/targets/target.js'
import { compileFixture, goodFixtures, type Fixture } from '../helpers/fixtures.js'

/** A folder with conflicting packages, each unpacked: ifupdown, ifupdown2, ifupdown-ng. */
const unpacked = process.env['MULTIHOME_NATIVE']

export function findProgram(name: string): string | undefined {
  const found = spawnSync('sh', ['-c', `PATH=$PATH:/usr/sbin:/sbin:/usr/lib/systemd command -v ${name}`], {
    encoding: 'utf8',
  })
  return found.status === 0 ? found.stdout.trim() : undefined
}

/** A file of one of these packages. */
export function findUnpacked(path: string): string | undefined {
  const found = unpacked === undefined ? undefined : join(unpacked, path)
  return found !== undefined && existsSync(found) ? found : undefined
}

/** `describe`, or a skip that says what is missing. */
export function describeWith(
  name: string,
  program: string | undefined,
  wanted: string,
  body: (program: string) => void,
): void {
  if (program !== undefined) {
    describe(name, () => {
      body(program)
    })
  } else if (process.env['MULTIHOME_REQUIRE_NATIVE'] === '1') {
    throw new Error(`${name}: ${wanted} is not installed, and MULTIHOME_REQUIRE_NATIVE is set`)
  } else {
    console.warn(`skipped: ${name}: ${wanted} is not installed`)
    describe.skip(`${name} (${wanted} is not installed)`, () => {
      body('')
    })
  }
}

export interface Rendering {
  readonly fixture: Fixture
  readonly files: readonly RenderedFile[]
  readonly texts: readonly TextFile[]
}

/** Every fixture that the target renders. */
export const renderingsOf = (id: TargetId): readonly Rendering[] =>
  goodFixtures.flatMap((fixture) => {
    const files = compileFixture(fixture).outputs.get(id)?.files ?? []
    const texts = files.filter((file): file is TextFile => 'content' in file)
    return files.length === 0 ? [] : [{ fixture, files, texts }]
  })

const folders: string[] = []

/** A folder that is removed after the test run. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'multihome-native-'))
  folders.push(folder)
  return folder
}

afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** Writes the files to a folder, with their modes. */
export function writeTree(files: readonly RenderedFile[], root: string = temporaryFolder()): string {
  for (const file of files) {
    const path = join(root, file.path)
    mkdirSync(dirname(path), { recursive: true })
    if ('content' in file) writeFileSync(path, file.content, { mode: file.mode })
    else symlinkSync(file.symlink, path)
  }
  return root
}

export interface Said {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export function run(
  program: string,
  args: readonly string[],
  options: { readonly input?: string; readonly cwd?: string } = {},
): Said {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    timeout: 300_000,
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, LC_ALL: 'C', PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
    ...options,
  })
  if (error !== undefined) throw error
  return { status, stdout, stderr }
}

/** Runs in its own user, mount and network namespace, so it neither reads nor changes this host's network. */
export const runApart = (script: string): Said =>
  run('unshare', ['--user', '--map-root-user', '--net', '--mount', 'sh', '-euc', script])
