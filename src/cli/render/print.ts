// `render` without `--out`: prints the files.
import { formatMode } from '../../node/tree/file-owner.js'
import type { RenderedFile } from '../../targets/target.js'
import type { Host } from '../runtime/host.js'
import type { TargetOutput } from './output-roots.js'

/** All files, each after a line that is a comment in every syntax that is used. */
export function printOutputs(outputs: readonly TargetOutput[], withFile: boolean, io: Host): void {
  const withTarget = withFile || outputs.length > 1
  const blocks = outputs.flatMap(({ file, target, output }) => {
    const words = [...(withFile ? [file] : []), ...(withTarget ? [target] : [])]
    return output.files.map((each) => `# ==> ${[...words, titleOf(each)].join(' ')}\n${bodyOf(each)}`)
  })
  if (blocks.length > 0) io.stdout(blocks.join('\n'))
}

const titleOf = (file: RenderedFile): string =>
  'symlink' in file
    ? `${file.path} -> ${file.symlink}`
    : `${file.path} ${formatMode(file.mode)} ${file.owner}`

const bodyOf = (file: RenderedFile): string => ('symlink' in file ? '' : file.content)
