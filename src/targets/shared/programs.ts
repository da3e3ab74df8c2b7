// Programs that root runs on the host: the same bytes in every output, below one folder.
import { programs } from '../../render/templates.generated.js'
import type { TextFile } from '../target.js'

const FOLDER = '/usr/local/lib/multihome'

export type ProgramName = Exclude<keyof typeof programs, 'apply.sh'>

export const programPath = (name: ProgramName): `/${string}` => `${FOLDER}/${name}`

/** Whether a rendered file is one of them. */
export const isProgram = ({ path }: Pick<TextFile, 'path'>): boolean => path.startsWith(`${FOLDER}/`)

/** Libraries are read and not run. */
export const programFile = (name: ProgramName): TextFile => ({
  path: programPath(name),
  mode: name.includes('.') ? 0o644 : 0o755,
  owner: 'root:root',
  content: programs[name],
})

/** With the libraries that all of them read. */
export const programFiles = (...names: readonly ProgramName[]): readonly TextFile[] =>
  (['library.sh', 'kernel.awk', ...names] as const).map(programFile)
