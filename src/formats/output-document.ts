// Files and steps of an output as plain data: the same in the format `json` and in `render --format json`.
import { formatMode } from '../targets/file-mode.js'
import type { Output, RenderedFile, Step } from '../targets/target.js'

/** Order of the formats that another program reads file by file: UTF-16 code units. */
export const byPath = (one: RenderedFile, other: RenderedFile): number => (one.path < other.path ? -1 : 1)

export const fileDocument = (file: RenderedFile) =>
  'symlink' in file
    ? { path: file.path, symlink: file.symlink }
    : { path: file.path, mode: formatMode(file.mode), owner: file.owner, content: file.content }

export const stepDocument = ({ command, programs, why, when }: Step) => ({ command, programs, why, when })

export const outputDocument = ({ files, control, first, change }: Output) => ({
  files: files.map(fileDocument),
  control: control.map(fileDocument),
  first: first.map(stepDocument),
  change: change.map(stepDocument),
})
