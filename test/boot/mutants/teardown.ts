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
const dispatcher = [
  // Either step makes the script install everything.
  step('connection up and apply', ({ command }) => /connection up|all apply/.test(command)),
  lines('change', 'the sweep of rules and routes', /^\t+sweep_(rules|routes)$/gm, '\t:'),
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
  'netplan-nm': dispatcher,
  'nm-dispatcher': dispatcher,
  // A script installs multipath routes here too.
  'nm-keyfile': [profiles, { ...stepOf('route flush'), from: 'balance: { fiber: 3, cable: 1 }' }],
  ifupdown,
  ifupdown2: ifupdown,
  'ifupdown-ng': ifupdown,
  netifrc: [step('stop of the services', (one) => one.when === 'before-files')],
  iproute2: [
    lines('stop', 'down', /^down\) down ;;$/m, 'down) ;;'),
    lines('change', 'the sweep of up', /then drop "\$1" "\$protocol"; else/, 'then :; else'),
    stepOf('multihome.sh up'),
  ],
}
