// `multihome/node`: reads descriptions from the file system and writes trees to it.
export { readText, readStream, readKernelConfig, MAX_DESCRIPTION_BYTES, type ReadFailure } from './read.js'
export { loadBelow, loadFile } from './load.js'
export { writeTree, type WriteReport } from './tree/write.js'
export { compareTree, type Difference } from './tree/compare.js'
export type { Refusal, TreeRemark } from './tree/tree-validation.js'
