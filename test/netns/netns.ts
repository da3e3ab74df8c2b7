// `test` in a network namespace, skipped with a reason if namespaces are unavailable.
import { test } from 'vitest'
import { whyNoNetns } from './namespace.js'

export { inNetns, type Netns, type Result } from './namespace.js'

export const netnsTest = test.skipIf(whyNoNetns !== undefined)
