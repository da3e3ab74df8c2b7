// Diagnostics of files that `multihome import` reads.
import { error, info } from './define.js'

export const importCatalogue = {
  'import-unknown': error<{ why: string }>({
    message: ({ why }) => `not imported: ${why}`,
    fix: 'Add what it does to the description by hand; --partial keeps the line as a comment there.',
    about:
      'The line may route packets, and the description lacks what it does. Nothing of the files is executed, so only what is certain is imported: a command with unknown variables, a key of another program and a link that multihome does not create are reported instead.',
  }),
  'import-without-effect': info<{ why: string }>({
    message: ({ why }) => `not imported, without effect on packets: ${why}`,
    about:
      'The line is understood and routes no packet: a name, a timeout of a client, a value that another line replaces. A description has no word for it.',
  }),
} as const
