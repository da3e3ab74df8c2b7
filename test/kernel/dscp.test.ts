// Values of DSCP: numbers, and names in any case.
import { expect, test } from 'vitest'
import { parseDscp } from '../../src/kernel/dscp.js'

test.each([
  ['0', 0],
  ['63', 63],
  ['0x2e', 46],
  ['ef', 46],
  ['EF', 46],
  ['cs0', 0],
  ['default', 0],
  ['CS5', 40],
  ['af11', 10],
  ['AF41', 34],
  ['af43', 38],
  ['voice-admit', 44],
  ['le', 1],
] as const)('%s is %i', (text, value) => {
  expect(parseDscp(text)).toBe(value)
})

test.each(['64', '0xb8', '', '-1', '07', 'af14', 'af51', 'cs8', 'constructor'])('%s is none', (text) => {
  expect(parseDscp(text)).toBeUndefined()
})
