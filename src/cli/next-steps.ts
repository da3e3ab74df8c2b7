// What is a person to do with the files now? Each target's steps, with the copy of the files in its place.
import { join, resolve } from 'node:path'
import { stepsAfterFiles, stepsBeforeFiles } from '../targets/steps.js'
import type { Output, Step } from '../targets/target.js'
import { quote } from '../syntax/shell.js'

export interface Placed {
  readonly root: string
  readonly output: Output
  /** Paths that the last run had and this one has not. */
  readonly removed: readonly string[]
}

/** Lines, without an end of line. */
export function nextSteps(placed: Placed): readonly string[] {
  const first = withCopy(placed.output.first, placed, false)
  const change = withCopy(placed.output.change, placed, true)
  // Most stacks take a change as they take the first files; then it is said once.
  if (commandsOf(first) === commandsOf(change))
    return numbered('As root on the host, the first time and after each change:', first)
  return [
    ...numbered('As root on the host, the first time:', first),
    ...numbered('From the previous files to these:', change),
  ]
}

const commandsOf = (steps: readonly Step[]): string => steps.map(({ command }) => command).join('\n')

function withCopy(steps: readonly Step[], placed: Placed, isChange: boolean): readonly Step[] {
  const copy = copySteps(placed)
  // With `--out /` the files are in place already.
  if (resolve(placed.root) === '/') return steps
  const remove = isChange && placed.removed.length > 0 ? [removal(placed.removed)] : []
  return [...stepsBeforeFiles(steps), ...remove, ...copy, ...stepsAfterFiles(steps)]
}

const removal = (paths: readonly string[]): Step => ({
  command: `rm -f ${paths.map(quote).join(' ')}`,
  why: 'no longer part of the configuration',
})

/** -P: symbolic links stay links. Without -p the copies belong to root and keep their modes under root's umask. */
function copySteps({ root, output }: Placed): readonly Step[] {
  const tops = [...new Set(output.files.map(({ path }) => path.split('/')[1] ?? ''))]
  const folders = tops.map((top) => quote(join(root, top)))
  return [{ command: `cp -RPf ${folders.join(' ')} /`, why: 'the files, modes kept' }, ...ownerSteps(output)]
}

function ownerSteps(output: Output): readonly Step[] {
  const byOwner = new Map<string, string[]>()
  for (const file of output.files) {
    if ('symlink' in file || file.owner === 'root:root') continue
    byOwner.set(file.owner, [...(byOwner.get(file.owner) ?? []), file.path])
  }
  return [...byOwner].map(([owner, paths]) => ({
    command: `chown ${quote(owner)} ${paths.map(quote).join(' ')}`,
    why: 'who may read them',
  }))
}

function numbered(title: string, steps: readonly Step[]): readonly string[] {
  if (steps.length === 0) return []
  return [
    title,
    ...steps.map(
      ({ command, why }, index) => `  ${index + 1}. ${command}${why === '' ? '' : `    # ${why}`}`,
    ),
  ]
}
