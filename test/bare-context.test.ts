// The library in a context without Node and without a browser.
import { createContext, runInContext } from 'node:vm'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { expect, it } from 'vitest'
import { compile } from '../src/compile.js'
import { fixtureNamed } from './helpers/fixtures.js'

// As in a browser with a strict content security policy: no process, no require, no fetch, no eval. The parser of shell
// scripts needs TextDecoder, which each browser and each worker has.
it('the library compiles a description with only the globals of the language and TextDecoder', () => {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL('../src/index.ts', import.meta.url))],
    bundle: true,
    format: 'iife',
    globalName: 'multihome',
    platform: 'browser',
    write: false,
    logLevel: 'silent',
  })
  const { text } = fixtureNamed('two-providers')
  const context = createContext({ text, TextDecoder }, { codeGeneration: { strings: false, wasm: false } })
  runInContext(outputFiles[0]?.text ?? '', context)
  expect(runInContext('[typeof process, typeof require, typeof fetch].join()', context)).toBe(
    'undefined,undefined,undefined',
  )
  const compiled: unknown = runInContext('JSON.stringify([...multihome.compile(text).outputs])', context)
  expect(compiled).toBe(JSON.stringify([...compile(text).outputs]))
})
