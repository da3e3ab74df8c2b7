// A Git repository for one test, independent of the configuration of this machine’s user.
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { temporaryFolder } from './folder.js'

export interface Repository {
  readonly folder: string
  readonly git: (...words: readonly string[]) => string
  /** Writes a file below the folder, and creates its parents. */
  readonly write: (path: string, content: string | Uint8Array) => void
  /** All files of the folder. */
  readonly commit: () => void
}

export function repository(folder: string = temporaryFolder()): Repository {
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: '1',
    ...Object.fromEntries(
      ['AUTHOR', 'COMMITTER'].flatMap((who) => [
        [`GIT_${who}_NAME`, 'A Writer'],
        [`GIT_${who}_EMAIL`, 'writer@example.net'],
      ]),
    ),
  }
  const git = (...words: readonly string[]): string =>
    execFileSync('git', words, { cwd: folder, env, encoding: 'utf8' })
  git('init', '--quiet', '--initial-branch', 'main')
  return {
    folder,
    git,
    write: (path, content) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), content)
    },
    commit: () => {
      git('add', '--all')
      git('commit', '--quiet', '--message', 'state')
    },
  }
}
