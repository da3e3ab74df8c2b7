// `multihome/node`: reads descriptions from the file system and writes trees to it.
export { readText, readStream, readKernelConfig, MAX_DESCRIPTION_BYTES, type ReadOutcome } from './read.js'
export { writeTree, type WriteOutcome, type WriteReport } from './write.js'
export { compareTree, type CompareOutcome, type Difference } from './compare.js'
export type { Refused, TreeRemark } from './tree-validation.js'
