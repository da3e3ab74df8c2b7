// Creates files that must not exist yet.
import { lstatSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { reasonOf } from '../errno-text.js'
import type { Result } from '../../stdlib/result.js'

/** Paths below `folder`, and their texts. Nothing is written if one of them exists. `problem` begins with the folder, or with the path of a file. */
export function createFiles(
  folder: string,
  files: Readonly<Record<string, string>>,
): Result<void, { readonly existing: readonly string[] } | { readonly problem: string }> {
  const paths = Object.keys(files).map((name) => join(folder, name))
  let at = folder
  try {
    const existing = paths.filter((path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined)
    if (existing.length > 0) return { ok: false, existing }
    for (const [name, text] of Object.entries(files)) {
      at = join(folder, name)
      mkdirSync(dirname(at), { recursive: true })
      // Fails if another process has created it meanwhile.
      writeFileSync(at, text, { flag: 'wx' })
    }
    return { ok: true, value: undefined }
  } catch (error) {
    return { ok: false, problem: `${at}: ${reasonOf(error)}` }
  }
}
