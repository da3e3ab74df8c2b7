// Registry of the formats.
import { ansible } from './ansible.js'
import { concatBytes } from './bytes.js'
import { cloudInit } from './cloud-init.js'
import type { Format, HostTree } from './format.js'
import { ignition } from './ignition.js'
import { json } from './json.js'
import { tar } from './tar.js'

export const formats = [tar, json, cloudInit, ignition, ansible] as const satisfies readonly Format[]

export type FormatId = (typeof formats)[number]['id']

export const getFormat = (id: string): Format<FormatId> | undefined =>
  formats.find((format) => format.id === id)

/**
 * One file of all trees, as `render --as` writes it.
 *
 * @throws RangeError if there is no such format, if it is for one tree and there are several, or if it refuses a tree.
 */
export function formatTrees(chosen: Format | FormatId, trees: readonly HostTree[]): Uint8Array {
  const format = typeof chosen === 'string' ? getFormat(chosen) : chosen
  if (format === undefined) throw new RangeError(`there is no format ${JSON.stringify(chosen)}`)
  if (!format.isMany && trees.length !== 1)
    throw new RangeError(`a file of the format ${format.id} has one tree, not ${trees.length}`)
  for (const tree of trees) {
    const refusal = format.refusal(tree)
    if (refusal !== undefined) throw new RangeError(`${tree.host}: ${refusal}`)
  }
  const chunks = [
    format.header(),
    ...trees.flatMap((tree, index) => [...(index === 0 ? [] : [format.separator()]), format.entry(tree)]),
    format.footer(),
  ]
  return concatBytes(chunks)
}
