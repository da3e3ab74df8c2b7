// How the commands of an output are told: in each file's header and by the command line.
import type { Step, Steps } from './target.js'

const chain = (steps: readonly Step[]): string => steps.map((step) => step.command).join(' && ')

/** Two lines for a header: from nothing to these files, and from the previous files to these. */
export const stepNotes = ({ first, change }: Steps): readonly string[] => [
  `First time, as root: ${chain(first)}`,
  `After a change: ${chain(change)}`,
]
