// All readers, in the order in which they read: names of tables first, since the others use them.
import type { Reader } from '../found/reader.js'

export const readers: readonly Reader[] = []
