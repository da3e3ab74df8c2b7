// Mutants whose files, or steps of a change, omit the teardown.
import type { Output, RenderedFile, Step } from '../../../src/targets/target.js'
import type { StackId } from '../lab/stacks.js'

export type TearDownMutant = {
  readonly name: string
  /** What detects it: a stop of the stack, or a change to another description. */
  readonly by: 'stop' | 'change'
  /** The host's default before the change, if it is not the fixture's. */
  readonly from?: string
  readonly mutate: (output: Output) => Output
}

const step = (name: string, isOmitted: (step: Step) => boolean): TearDownMutant => ({
  name: `the change’s ${name} forgotten`,
  by: 'change',
  mutate: (output) => ({ ...output, change: output.change.filter((one) => !isOmitted(one)) }),
})

const stepOf = (words: string): TearDownMutant => step(words, ({ command }) => command.includes(words))

const lines = (by: TearDownMutant['by'], name: string, pattern: RegExp, left = ''): TearDownMutant => ({
  name: `${name} forgotten`,
  by,
  mutate: (output) => ({
    ...output,
    files: output.files.map((file): RenderedFile =>
      'content' in file ? { ...file, content: file.content.replace(pattern, left) } : file,
    ),
  }),
})

const reload = stepOf('networkctl reload')
const profiles = stepOf('connection up')
/** In the library of the programs. */
const sweep = lines(
  'change',
  'the sweep of rules and routes',
  /^.*print "run", command\("(?:rule|route) del", id, .*$/gm,
  '\t\t;',
)
/** Any event makes the program install everything. */
const dispatcher = (steps: RegExp): readonly TearDownMutant[] => [
  step('steps of NetworkManager', ({ command }) => steps.test(command)),
  sweep,
]
const ifupdown = [
  lines('stop', 'pre-down', /^ *pre-down .*\n/gm),
  lines('change', 'pre-down, and what post-up sweeps,', /^ *(pre-down|post-up) .* flush .*\n/gm),
  step('ifdown', (one) => one.when === 'before-files'),
]

/** If the files of a stack tear nothing down, the steps of a change do. */
export const tearDownMutants: Readonly<Record<StackId, readonly TearDownMutant[]>> = {
  networkd: [reload],
  netplan: [stepOf('netplan generate'), reload],
  'netplan-nm': dispatcher(/connection up|all apply/),
  'nm-dispatcher': dispatcher(/connection (?:reload|up)|all apply/),
  // A script installs multipath routes here too.
  'nm-keyfile': [profiles, { ...stepOf('route flush'), from: 'balance: { fiber: 3, cable: 1 }' }],
  ifupdown,
  ifupdown2: ifupdown,
  'ifupdown-ng': ifupdown,
  netifrc: [step('stop of the services', (one) => one.when === 'before-files')],
  iproute2: [lines('stop', 'down', /^"\$1"$/m, '[ "$1" = down ] || "$1"'), sweep, stepOf('multihome.sh up')],
}
