// Fixtures for the documents, each compiled once for all targets.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compile, type Compilation } from '../../src/compile.js'
import type { Output, RenderedFile } from '../../src/targets/target.js'

export interface Host {
  readonly text: string
  readonly compilation: Compilation
}

export interface Hosts {
  /** `two-providers`, `invalid/host-bits`. */
  readonly named: (name: string) => Host
  readonly output: (name: string, target: string) => Output
  readonly file: (name: string, target: string, path: string) => RenderedFile
  /** Names below `invalid/`. */
  readonly invalid: readonly string[]
}

export function readHosts(fixtures: string): Hosts {
  const known = new Map<string, Host>()
  const named = (name: string): Host => {
    const found = known.get(name)
    if (found !== undefined) return found
    const text = readFileSync(join(fixtures, name, 'description.yaml'), 'utf8')
    const host = { text, compilation: compile(text) }
    known.set(name, host)
    return host
  }
  const output = (name: string, target: string): Output => {
    const found = named(name).compilation.outputs.get(target)
    if (found === undefined) throw new Error(`${name} has no output for ${target}`)
    return found
  }
  const file = (name: string, target: string, path: string): RenderedFile => {
    const { files } = output(name, target)
    const found = files.find((each) => each.path === path)
    if (found !== undefined) return found
    throw new Error(`${target} of ${name} has no ${path}, but ${files.map((each) => each.path).join(', ')}`)
  }
  const invalid = readdirSync(join(fixtures, 'invalid'))
    .filter((name) => existsSync(join(fixtures, 'invalid', name, 'description.yaml')))
    .sort()
  return { named, output, file, invalid }
}
