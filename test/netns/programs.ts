// Rendered programs in a folder of their own, with the data of one host: they can run without an installation.
import { mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { isProgram } from '../../src/targets/shared/programs.js'
import type { RenderedFile } from '../../src/targets/target.js'

/** Writes the programs, their data and the scripts that call them, and returns the path of `main`. */
export function writePrograms(folder: string, files: readonly RenderedFile[], main: string): string {
  mkdirSync(folder, { recursive: true })
  for (const file of files) {
    if (!('content' in file)) continue
    if (!isProgram(file) && !file.path.startsWith('/etc/multihome/') && file.path !== main) continue
    const content = file.content
      .replaceAll('/usr/local/lib/multihome/', `${folder}/`)
      .replaceAll('/etc/multihome/', `${folder}/`)
    writeFileSync(join(folder, basename(file.path)), content, { mode: file.mode })
  }
  return join(folder, basename(main))
}
