// Format `json`: all trees as one document, a tree a line.
import type { Format } from './format.js'
import { outputDocument } from './output-document.js'
import { encodeUtf8 } from './bytes.js'

export const json: Format<'json'> = {
  id: 'json',
  extension: 'json',
  isMany: true,
  header: () => encodeUtf8('{"version":1,"trees":['),
  entry: ({ host, target, output }) =>
    encodeUtf8(`\n${JSON.stringify({ host, target, ...outputDocument(output) })}`),
  separator: () => encodeUtf8(','),
  footer: () => encodeUtf8('\n]}\n'),
  refusal: () => undefined,
}
