// Format `cloud-init`: user data that installs a tree at the first boot of an instance.
//
// cloud-init writes `write_files` early (stage init) and runs `runcmd` at the end (stage final), each once for an
// instance: cc_write_files.py, cc_runcmd.py. write_files writes no symbolic links, so runcmd creates them.
import { dump } from 'js-yaml'
import { formatMode } from '../targets/file-mode.js'
import { stepsAfterFiles, stepsBeforeFiles } from '../targets/steps.js'
import type { Output, RenderedFile, Step, Symlink, TextFile } from '../targets/target.js'
import { commentText } from '../syntax/comments.js'
import { commandLine } from '../syntax/shell.js'
import type { Format } from './format.js'
import { byPath } from './output-document.js'
import { encodeUtf8, noBytes } from './bytes.js'

/** Where files wait for the steps that need the previous ones. */
const STAGING = '/var/lib/multihome/cloud-init'

/** Without it the lists of this part would replace those of the parts before it: cloudinit/handlers/cloud_config.py. */
const APPEND = 'dict(recurse_list)+list(append)'

function cloudConfig({ files, first }: Output): object {
  const before = stepsBeforeFiles(first)
  const isStaged = before.length > 0
  const texts = files.filter((file) => 'content' in file).sort(byPath)
  const links = files.filter((file) => 'symlink' in file).sort(byPath)
  const lines = [
    ...before.flatMap(stepLines),
    ...(isStaged ? moveLines(texts) : []),
    ...linkLines(links),
    ...stepsAfterFiles(first).flatMap(stepLines),
  ]
  return {
    merge_how: APPEND,
    write_files: texts.map((file) => fileEntry(file, isStaged ? STAGING : '')),
    // A shell of its own, so that a failed step ends these lines only, not those of others in `runcmd`.
    ...(lines.length === 0 ? {} : { runcmd: [['sh', '-c', `${lines.join('\n')}\n`]] }),
  }
}

const fileEntry = ({ path, mode, owner, content }: TextFile, root: string) => ({
  path: root + path,
  permissions: formatMode(mode),
  owner,
  content,
})

const stepLines = ({ command, why }: Step): readonly string[] => [
  ...(why === '' ? [] : [`# ${commentText(why)}`]),
  `${command} || exit`,
]

const commands = (...list: readonly (readonly string[])[]): readonly string[] =>
  list.map((words) => `${commandLine(words)} || exit`)

const moveLines = (files: readonly TextFile[]): readonly string[] => [
  '# the previous files were needed until here',
  ...commands(
    ['mkdir', '-p', ...foldersOf(files)],
    ...files.map(({ path }) => ['mv', '-f', STAGING + path, path]),
    ['rm', '-r', STAGING],
  ),
]

const linkLines = (links: readonly Symlink[]): readonly string[] =>
  links.length === 0
    ? []
    : commands(
        ['mkdir', '-p', ...foldersOf(links)],
        ...links.map(({ path, symlink }) => ['ln', '-sfn', symlink, path]),
      )

const foldersOf = (files: readonly RenderedFile[]): readonly string[] => [
  ...new Set(files.map(({ path }) => path.slice(0, path.lastIndexOf('/')) || '/')),
]

export const cloudInit: Format<'cloud-init'> = {
  id: 'cloud-init',
  extension: 'yaml',
  isMany: false,
  header: () => encodeUtf8('#cloud-config\n'),
  entry: ({ output }) => encodeUtf8(dump(cloudConfig(output), { lineWidth: -1, noRefs: true })),
  separator: noBytes,
  footer: noBytes,
  refusal: () => undefined,
}
