// Table of the import rules that test/architecture.test.ts enforces.
import { permissions } from '../../test/import-rules.js'
import { code, table } from './markdown.js'

const all = 'every folder'

/** `targets/*` stands for the files directly in the folder. */
const folderText = (name: string): string => (name === '.' ? all : code(name))

export const importTable = (): string =>
  table(
    ['in `src/`', 'may import, beside its own folder', 'packages'],
    Object.entries(permissions).map(([name, { own, packages }]) => [
      code(name),
      own
        .filter((each) => each !== name)
        .map(folderText)
        .join(', ') || '–',
      packages.map(code).join(', ') || '–',
    ]),
  )
