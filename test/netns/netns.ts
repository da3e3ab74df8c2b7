// The namespaces, for tests: `test`, or where none is to be had a skip whose reason is told.
import { test } from 'vitest'
import { whyNoNetns } from './namespace.js'

export { inNetns, type Netns, type Result } from './namespace.js'

export const netnsTest = test.skipIf(whyNoNetns !== undefined)
