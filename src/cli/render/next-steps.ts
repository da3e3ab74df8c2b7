// What a person does with the files that were written: run the tree's apply.sh, or, where they are in place, the steps.
import { join, resolve } from 'node:path'
import { CONTROL_FOLDER } from '../../targets/control.js'
import { stepsAfterFiles, stepsBeforeFiles } from '../../targets/steps.js'
import type { Output, Step } from '../../targets/target.js'

/** Lines, without an end of line. */
export function nextSteps(root: string, { first, change }: Output): readonly string[] {
  if (resolve(root) !== '/')
    return [`Put the tree on the host and run, as root: ${join(root, CONTROL_FOLDER, 'apply.sh')}`]
  // Most stacks take a change as they take the first files; then it is said once.
  if (commandsOf(first) === commandsOf(change))
    return numbered('As root, the first time and after each change:', first)
  return [
    ...numbered('As root, the first time:', first),
    ...numbered('From the previous files to these:', change),
  ]
}

const commandsOf = (steps: readonly Step[]): string => steps.map(({ command }) => command).join('\n')

function numbered(title: string, steps: readonly Step[]): readonly string[] {
  const inOrder = [...stepsBeforeFiles(steps), ...stepsAfterFiles(steps)]
  if (inOrder.length === 0) return []
  return [
    title,
    ...inOrder.map(
      ({ command, why }, index) => `  ${index + 1}. ${command}${why === '' ? '' : `    # ${why}`}`,
    ),
  ]
}
