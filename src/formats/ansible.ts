// Format `ansible`: variables of a play, the same data as the format `json`.
import { defineScalarTag, dump, DUMP_SCHEMA } from 'js-yaml'
import type { RenderedFile } from '../targets/target.js'
import type { Format } from './format.js'
import { fileDocument, outputDocument } from './output-document.js'
import { encodeUtf8, noBytes } from './bytes.js'

/** What makes Ansible expand a string: delimiters of Jinja, and a first line that replaces these. */
const TEMPLATE = /\{[{%#]|^#jinja2:/

/** Ansible's tag of strings that it must not expand. */
const unsafeTag = defineScalarTag('!unsafe', {
  identify: (data) => typeof data === 'string' && TEMPLATE.test(data),
  resolve: (text) => text,
})

const OPTIONS = { schema: DUMP_SCHEMA.withTags(unsafeTag), lineWidth: -1, noRefs: true } as const

/** `ansible.builtin.copy` and `file` have two keys for an owner. */
function fileVariables(file: RenderedFile): object {
  if ('symlink' in file) return fileDocument(file)
  const [owner, group] = file.owner.split(':')
  return { ...fileDocument(file), owner, group }
}

const KEY = 'multihome_trees:\n'

export const ansible: Format<'ansible'> = {
  id: 'ansible',
  extension: 'yaml',
  isMany: true,
  header: () => encodeUtf8(`---\n${KEY}`),
  entry({ host, target, output }) {
    const files = output.files.map(fileVariables)
    const control = output.control.map(fileVariables)
    const tree = { host, target, ...outputDocument(output), files, control }
    return encodeUtf8(dump({ multihome_trees: [tree] }, OPTIONS).slice(KEY.length))
  },
  separator: noBytes,
  footer: noBytes,
  refusal: () => undefined,
}
