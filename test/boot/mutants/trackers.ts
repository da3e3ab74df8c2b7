// Mutants of the address tracker that do too little or too much.
import type { Output, RenderedFile } from '../../../src/targets/target.js'

export type TrackerMutant = {
  readonly name: string
  /** The lease event that detects the mutant, and the text of its problem. */
  readonly noticedBy: string
  readonly as: RegExp
  readonly mutate: (output: Output) => Output
}

/** Throws if no line matches. */
const replaced =
  (end: string, line: RegExp, by: string) =>
  (output: Output): Output => {
    const files = output.files.map((file): RenderedFile =>
      'content' in file && file.path.endsWith(end)
        ? { ...file, content: file.content.replace(line, by) }
        : file,
    )
    if (JSON.stringify(files) === JSON.stringify(output.files))
      throw new Error(`no ${String(line)} in ${end}`)
    return { ...output, files }
  }

const script = 'multihome/multihome-tracker'
const kernel = 'multihome/kernel.awk'

export const trackerMutants: readonly TrackerMutant[] = [
  {
    name: 'which installs all anew',
    noticedBy: 'renewed',
    as: /^renewed: ! \[RULE\]/,
    mutate: replaced(script, /^\t\trefresh$/m, "\t\tcase ${event-} in *' inet '*) forget ;; esac\n$&"),
  },
  {
    name: 'which sweeps nothing',
    noticedBy: 'another address',
    as: /^another address: \+ rule 4 /,
    mutate: replaced(kernel, /^.*print "run", command\("(?:rule|route) del", id, .*$/gm, '\t\t;'),
  },
  {
    name: 'which follows no further route',
    noticedBy: 'option 121',
    as: /in 101$/,
    mutate: replaced('multihome/tracker.awk', /further\[\+\+furthers\] = .*$/m, 'continue'),
  },
  {
    name: 'which does not come back',
    noticedBy: 'the follower killed',
    as: /it does not come back$/,
    mutate: replaced('multihome-tracker.service', /^Restart=.*$/m, 'Restart=no'),
  },
]

/** networkd's own client without its table. */
export const intoMain = replaced('eth1.network', /^RouteTable=.*$/m, 'RouteMetric=300')
