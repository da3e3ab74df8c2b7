// Outdated root file systems: deleted once the new one exists, unless a process uses them.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { buildRoot, keepRoot } from './lab/rootfs/rootfs-cache.js'
import { takeLock } from './lab/process/lock.js'
import { runOrThrow } from './lab/process/shell.js'

const old = 'root-13-systemd-aaaaaaaa'
const next = 'root-13-systemd-bbbbbbbb'
const others = ['root-13-ifupdown2-aaaaaaaa', 'root-12-systemd-aaaaaaaa', 'native']

/** A cache with an outdated root file system, whose build is a mere `mkdir`, and with others. */
function cache(): string {
  const folder = mkdtempSync(join(tmpdir(), 'multihome-roots-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const name of [old, ...others]) mkdirSync(join(folder, name, 'usr'), { recursive: true })
  return folder
}

const roots = (folder: string): readonly string[] =>
  readdirSync(folder).filter((name) => !name.endsWith('.lock'))

describe.skipIf(inject('bootObstacle') !== '')('a root of an old recipe', () => {
  test('is deleted, and no other', async () => {
    const folder = cache()
    await buildRoot(join(folder, next), ['mkdir'])
    expect(roots(folder).toSorted()).toEqual([...others, next].toSorted())
  })

  test('stays while somebody uses it, and goes with the next one', async () => {
    const folder = cache()
    const inUse = await takeLock(join(folder, `${old}.lock`), ['-s'], join(folder, old))
    await buildRoot(join(folder, next), ['mkdir'])
    expect(roots(folder)).toContain(old)
    inUse?.release()
    // The lock is free once its holder has ended.
    await runOrThrow(['flock', join(folder, `${old}.lock`), 'true'])
    await buildRoot(join(folder, 'root-13-systemd-cccccccc'), ['mkdir'])
    expect(roots(folder).toSorted()).toEqual([...others, 'root-13-systemd-cccccccc'].toSorted())
  })

  test('is kept if it exists, and built anew otherwise', async () => {
    const folder = cache()
    expect(await keepRoot(join(folder, old))).toBe(true)
    expect(await keepRoot(join(folder, next))).toBe(false)
    await buildRoot(join(folder, next), ['mkdir'])
    expect(existsSync(join(folder, old, 'usr'))).toBe(true)
  })

  test('stays where its successor could not be built', async () => {
    const folder = cache()
    await expect(buildRoot(join(folder, next), ['rmdir'])).rejects.toThrow('rmdir: exit 1')
    expect(roots(folder).toSorted()).toEqual([...others, old].toSorted())
  })
})
