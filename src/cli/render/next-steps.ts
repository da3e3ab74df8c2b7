// Next steps after `render`: run apply.sh of the tree, or the steps if the files are in place.
import { join, resolve } from 'node:path'
import { CONTROL_FOLDER } from '../../targets/control.js'
import { stepsAfterFiles, stepsBeforeFiles } from '../../targets/steps.js'
import type { Output, Step } from '../../targets/target.js'

/** Lines without line ends. */
export function nextSteps(root: string, { first, change }: Output): readonly string[] {
  if (resolve(root) !== '/')
    return [`Copy the tree to the host and run, as root: ${join(root, CONTROL_FOLDER, 'apply.sh')}`]
  // Most stacks have the same steps for a change as for the first time.
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
