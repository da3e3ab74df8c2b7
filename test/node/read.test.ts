import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { buildSync } from 'esbuild'
import { describe, expect, test } from 'vitest'
import { expandGlob } from '../../src/node/glob.js'
import { readKernelConfig, readStream, readText } from '../../src/node/read.js'
import { temporaryFolder } from './folder.js'

const reasonOf = (outcome: object): unknown => ('reason' in outcome ? outcome.reason : outcome)

describe('readText', () => {
  const file = (name: string, content: string | Buffer): string => {
    const path = join(temporaryFolder(), name)
    writeFileSync(path, content)
    return path
  }

  test('a file', () => {
    expect(readText(file('a', 'ü\n'))).toEqual({ ok: true, value: 'ü\n' })
    expect(readText(file('a', ''))).toEqual({ ok: true, value: '' })
    expect(readText(file('a', '\ufeffversion: 1'))).toEqual({ ok: true, value: 'version: 1' })
  })

  test('reports a missing file, a directory, a cycle, a file within the path', () => {
    const folder = temporaryFolder()
    symlinkSync('circle', join(folder, 'circle'))
    writeFileSync(join(folder, 'file'), '')
    expect(reasonOf(readText(join(folder, 'no')))).toBe('there is no such file')
    expect(reasonOf(readText(folder))).toBe('it is a directory')
    expect(reasonOf(readText(join(folder, 'circle')))).toBe('too many symbolic links, or a cycle of them')
    expect(reasonOf(readText(join(folder, 'file/x')))).toBe('a part of its path is not a directory')
    expect(reasonOf(readText(join(folder, 'x'.repeat(300))))).toBe('the name is too long')
  })

  test('accepts the limit, and rejects more', () => {
    expect(readText(file('a', 'x'.repeat(10)), 10)).toMatchObject({ ok: true })
    expect(readText(file('a', 'x'.repeat(11)), 10)).toEqual({ ok: false, bytes: 11, limit: 10 })
  })

  test('does not read 50 MB', () => {
    const path = file('a', '')
    writeFileSync(path, Buffer.alloc(50_000_000, 'x'))
    const start = performance.now()
    expect(readText(path)).toEqual({ ok: false, bytes: 50_000_000, limit: 1048576 })
    expect(performance.now() - start).toBeLessThan(100)
  })

  test('reads files of unknown size', () => {
    expect(readText('/proc/self/status')).toMatchObject({ ok: true })
  })

  test('refuses FIFOs, devices and sockets at once, also behind a symbolic link', () => {
    const folder = temporaryFolder()
    execFileSync('mkfifo', [join(folder, 'fifo')])
    symlinkSync('fifo', join(folder, 'link'))
    for (const path of [join(folder, 'fifo'), join(folder, 'link')])
      expect(reasonOf(readText(path))).toBe('it is a FIFO, not a file')
    for (const path of ['/dev/zero', '/dev/null'])
      expect(reasonOf(readText(path))).toBe('it is a device, not a file')
  })

  test('reads a pipe that the caller has opened, as far as the limit', () => {
    const script = `import { readText } from ${JSON.stringify(join(import.meta.dirname, '../../src/node/read.ts'))}
      console.log(JSON.stringify([readText('/dev/fd/3'), readText('/dev/fd/4', 1000)]))`
    const bundle = join(temporaryFolder(), 'read.mjs')
    buildSync({
      stdin: { contents: script, resolveDir: import.meta.dirname },
      bundle: true,
      format: 'esm',
      platform: 'node',
      outfile: bundle,
    })
    const line = `${process.execPath} ${bundle} 3< <(echo a) 4< <(yes)`
    expect(JSON.parse(execFileSync('bash', ['-c', line], { encoding: 'utf8' }))).toEqual([
      { ok: true, value: 'a\n' },
      { ok: false, bytes: 1001, limit: 1000 },
    ])
  })

  test('rejects invalid UTF-8', () => {
    expect(reasonOf(readText(file('a', Buffer.from([0x61, 0xe9, 0x0a]))))).toBe('it is not UTF-8 text')
  })
})

describe('readStream', () => {
  test('joins parts that split a character', async () => {
    const bytes = Buffer.from('aü\n')
    const stream = Readable.from([bytes.subarray(0, 2), bytes.subarray(2)])
    expect(await readStream(stream)).toEqual({ ok: true, value: 'aü\n' })
  })

  test('stops in an endless stream', async () => {
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(1000)
      })(),
    )
    expect(await readStream(endless, 2500)).toEqual({ ok: false, bytes: 3000, limit: 2500 })
  })
})

describe('readKernelConfig', () => {
  test('reads plain and compressed files, and reports broken and missing ones', async () => {
    const folder = temporaryFolder()
    const write = (name: string, content: string | Buffer): string => {
      writeFileSync(join(folder, name), content)
      return join(folder, name)
    }
    const packed = gzipSync('CONFIG_IPV6=y\n')
    expect(await readKernelConfig(write('a', 'CONFIG_IPV6=y\n'))).toEqual({
      ok: true,
      value: 'CONFIG_IPV6=y\n',
    })
    expect(await readKernelConfig(write('b', packed))).toEqual({ ok: true, value: 'CONFIG_IPV6=y\n' })
    for (const bad of [packed.subarray(0, 12), gzipSync(Buffer.alloc(17 * 1024 * 1024))])
      expect(reasonOf(await readKernelConfig(write('c', bad)))).toBe('it is not a valid gzip file')
    expect(reasonOf(await readKernelConfig(join(folder, 'no')))).toBe('there is no such file')
    expect(reasonOf(await readKernelConfig(folder))).toBe('it is a directory')
    expect(reasonOf(await readKernelConfig('/dev/zero'))).toBe('it is a device, not a file')
  })
})

describe('expandGlob', () => {
  test('expands patterns like a shell', () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'hosts/deep/er'), { recursive: true })
    for (const name of [
      'b.yaml',
      'a.yaml',
      'a.yml',
      '.hidden.yaml',
      '[x].yaml',
      'deep/c.yaml',
      'deep/er/d.yaml',
    ])
      writeFileSync(join(folder, 'hosts', name), '')
    mkdirSync(join(folder, 'hosts/folder.yaml'))
    symlinkSync('..', join(folder, 'hosts/deep/circle'))
    const names = (pattern: string) =>
      expandGlob(join(folder, pattern)).map((path) => path.slice(folder.length + 1))
    expect(names('hosts/*.yaml')).toEqual(['hosts/[x].yaml', 'hosts/a.yaml', 'hosts/b.yaml'])
    expect(names('hosts/?.y*ml')).toEqual(['hosts/a.yaml', 'hosts/a.yml', 'hosts/b.yaml'])
    expect(names('hosts/[!a].yaml')).toEqual(['hosts/b.yaml'])
    expect(names('hosts/[a-b].yaml')).toEqual(['hosts/a.yaml', 'hosts/b.yaml'])
    expect(names('hosts/.h*')).toEqual(['hosts/.hidden.yaml'])
    expect(names('*/**/[cd].yaml')).toEqual(['hosts/deep/c.yaml', 'hosts/deep/er/d.yaml'])
    expect(names('hosts/[x].yaml')).toEqual(['hosts/[x].yaml'])
    expect(names('hosts/[z-a].yaml')).toEqual([])
    expect(names('hosts/no*')).toEqual([])
    expect(names('no/*')).toEqual([])
    expect(names('plain')).toEqual(['plain'])
  })
})
