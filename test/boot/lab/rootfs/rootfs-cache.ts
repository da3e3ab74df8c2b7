// How is a root file system built once, whoever asks for it, and when is an older one of its kind deleted?
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { ignoreErrors } from '../process/cgroup.js'
import { onExit } from '../process/cleanup.js'
import { takeLock } from '../process/lock.js'

/**
 * Whoever comes second waits for the first. The rename is under the lock too: a root that is there is whole. A folder
 * of another recipe, `root-13-systemd-HASH`, is deleted then; under the lock of its own, which everyone shares who
 * uses it, and so not while it is in use.
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

/** The command makes the folder whose name is put behind it. */
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

/** Nobody deletes it from now on, for as long as this process lives; false where it is not there (any more). */
export async function keepRoot(root: string): Promise<boolean> {
  return existsSync(root) && (await takeLock(`${root}.lock`, ['-s'], root)) !== undefined
}
