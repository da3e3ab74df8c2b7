// Rendered trees for the tests of formats.
import type { HostTree } from '../../src/formats/format.js'
import type { Output, RenderedFile, Steps } from '../../src/targets/target.js'
import { compileFixture, fixtureNamed } from '../helpers/fixtures.js'

export function fixtureTree(fixture: string, target: string, folder = ''): HostTree {
  const output = compileFixture(fixtureNamed(fixture)).outputs.get(target)
  if (output === undefined) throw new Error(`${fixture} has no output for ${target}`)
  return { host: fixture, target, output, folder }
}

/** A tree of these files, which no target rendered. */
export function treeOf(
  files: readonly RenderedFile[],
  { first = [], change = [] }: Partial<Steps> = {},
  folder = '',
): HostTree {
  const output: Output = { files, first, change, control: [], diagnostics: [] }
  return { host: 'gw1', target: 'networkd', output, folder }
}

/** Strings that a careless format would evaluate, split or cut. */
export const hostileTexts: readonly string[] = [
  `'"\\ \`id\` $(id) \${HOME} $HOME %{id} %n !id # ; | & < > * ?\n`,
  '{{ 7 * 7 }} {% raw %} {# comment #} {{ lookup("pipe", "id") }}\n',
  '#jinja2: variable_start_string: "["\n[7*7]\n',
  '## template: jinja\n{{ v1 }}\n',
  '#!/bin/sh\nid\n',
  '--- !!python/object/apply:os.system [id]\n...\n- &a *a\n',
  '  leading spaces\n\ttab\n trailing \n',
  '\n\nblank lines around\n\n\n',
  'no line end',
  '',
  '\n',
  'é ü 漢字 🐧 \u0085 \u2028 \u2029 \ufeff \u007f\n',
  'carriage\r\nreturn\r\n',
  'yes\n',
  '0644\n',
  '12:34:56\n',
  `${'a long line '.repeat(500)}\n`,
]
