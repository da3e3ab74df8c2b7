// Files that a fixture extends.
import { join } from 'node:path'
import { loadWith } from '../../src/node/load.js'
import { readText } from '../../src/node/read.js'
import type { Load } from '../../src/yaml/extends.js'

/** Names are relative to the folder. */
export const loadIn = (folder: string): Load => loadWith((path) => readText(join(folder, path)))
