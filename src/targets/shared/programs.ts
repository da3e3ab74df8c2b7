// Programs that root runs on the host: the same bytes in every output, in one folder.
import type { Intent } from '../../plan/plan.js'
import { programs } from '../../render/templates.generated.js'
import type { RenderedFile, TextFile } from '../target.js'

export type ProgramName = Exclude<keyof typeof programs, 'apply.sh'>

/** `/usr/local/lib/multihome`, unless the description names another. */
type Folder = Intent['programs']

const contents: ReadonlySet<string> = new Set(Object.values(programs))
/** Few other files have one of these lengths, so few are hashed. */
const lengths: ReadonlySet<number> = new Set(Object.values(programs).map(({ length }) => length))

export const programPath = (folder: Folder, name: ProgramName): `/${string}` => `${folder}/${name}`

/** Whether a rendered file is one of them. */
export const isProgram = (file: RenderedFile): boolean =>
  'content' in file && lengths.has(file.content.length) && contents.has(file.content)

/** Libraries are read and not run. */
export const programFile = (folder: Folder, name: ProgramName): TextFile => ({
  path: programPath(folder, name),
  mode: name.includes('.') ? 0o644 : 0o755,
  owner: 'root:root',
  content: programs[name],
})

/** With the libraries that all of them read. */
export const programFiles = (folder: Folder, ...names: readonly ProgramName[]): readonly TextFile[] =>
  (['library.sh', 'kernel.awk', ...names] as const).map((name) => programFile(folder, name))
