import { dump, load } from 'js-yaml'
import { expect, test } from 'vitest'
import { formatYaml, type YamlValue } from '../../src/syntax/yaml.js'

const values: readonly YamlValue[] = [
  'eth0',
  '',
  'yes',
  '12:34:56',
  '0x10',
  '# no comment',
  "it's",
  'say "no"',
  'back\\slash',
  'tab\there',
  'ümlaut',
  '~[]{}!@%&*|>`',
  ' blank ',
  0,
  -1,
  1500,
  true,
  false,
  [],
  ['192.0.2.10/24', '2001:db8::1/64'],
  ['a', ['b', 1], 'c"'],
  { to: '0.0.0.0/0', table: 101, 'on-link': true },
  [{ to: 'default' }],
  {},
  { on: 1 },
  { no: 'x', yes: 'y', y: 1, 'a b': 2, '1': 3, Null: 4, mtu: 5 },
  { to: 'c"' },
]

test.each(values)('%j is written as by js-yaml, and reads back unchanged', (value) => {
  const text = formatYaml(value)
  const whole = dump(value, {
    flowLevel: 0,
    forceQuotes: true,
    lineWidth: -1,
    noRefs: true,
    quoteStyle: 'double',
  })
  expect(text).toBe(whole.trimEnd())
  expect(text).not.toContain('\n')
  expect(load(text)).toEqual(value)
})
