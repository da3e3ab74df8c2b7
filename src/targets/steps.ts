// How the commands of an output are told: in each file's header and by the command line.
import type { Step, Steps } from './target.js'

const chain = (steps: readonly Step[]): string => steps.map((step) => step.command).join(' && ')

export const stepsBeforeFiles = (steps: readonly Step[]): readonly Step[] =>
  steps.filter((step) => step.when === 'before-files')

export const stepsAfterFiles = (steps: readonly Step[]): readonly Step[] =>
  steps.filter((step) => step.when !== 'before-files')

/** One line, or two where something is to be done before the files are copied. */
function notesOf(title: string, steps: readonly Step[]): readonly string[] {
  const before = stepsBeforeFiles(steps)
  const after = chain(stepsAfterFiles(steps))
  const behind = `${title}, with the files in place: ${after}`
  return before.length === 0 ? [behind] : [`${title}, before the files are copied: ${chain(before)}`, behind]
}

/** For a header: from nothing to these files, and from the previous files to these. */
export const stepNotes = ({ first, change }: Steps): readonly string[] => [
  ...notesOf('First time, as root', first),
  ...notesOf('After a change', change),
]
