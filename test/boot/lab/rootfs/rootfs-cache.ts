// Cache of root file systems: each is built once by any process, and outdated ones are deleted.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { ignoreErrors } from '../process/cgroup.js'
import { onExit } from '../process/cleanup.js'
import { takeLock } from '../process/lock.js'

/**
 * A second process waits for the first. The rename is under the lock too, so an existing folder is complete. Then
 * folders of other recipes, `root-13-systemd-HASH`, are deleted, unless a process uses them and so holds their lock.
 */
const script = `
root=$1 new=$2; shift 2
test ! -d "$root" || exit 0
rm -rf "$new"
"$@" && mv "$new" "$root" || exit
for old in "\${root%-*}"-????????; do
  test "$old" = "$root" || flock -n "$old.lock" mv "$old" "$old.gone"
done
rm -rf --one-file-system "\${root%-*}"-????????.gone
`

/** The command gets the name of the folder that it must create as its last argument. */
export async function buildRoot(root: string, command: readonly string[]): Promise<void> {
  mkdirSync(dirname(root), { recursive: true })
  const building = `${root}.building`
  const args = [`${root}.lock`, 'sh', '-c', script, 'sh', root, building, ...command, building]
  const child = spawn('flock', args, { stdio: ['ignore', 'ignore', 'pipe'], detached: true })
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => void (errors += chunk.toString()))
  const { pid } = child
  const disarm = onExit(() => {
    if (pid !== undefined && child.exitCode === null) ignoreErrors(() => process.kill(-pid, 'SIGKILL'))
  })
  const code = await new Promise((resolve) => child.once('close', resolve))
  disarm()
  if (code !== 0) throw new Error(`${command.join(' ')}: exit ${String(code)}\n${errors}`)
}

/** Protects the folder from deletion while this process lives; false if it does not exist. */
export async function keepRoot(root: string): Promise<boolean> {
  return existsSync(root) && (await takeLock(`${root}.lock`, ['-s'], root)) !== undefined
}
