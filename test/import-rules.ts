// Import rules: which folders of src/ may import which, and which packages. docs/architecture.md shows them as a table.
export interface Permission {
  /** Folders under src/ (or single files of it) that may be imported. */
  readonly own: readonly string[]
  readonly packages: readonly string[]
}

/** What each folder may import besides: what the standard library of JavaScript lacks. */
export const everywhere: readonly string[] = ['stdlib']

// The longest matching name of a file or folder decides.
export const permissions: Readonly<Record<string, Permission>> = {
  stdlib: { own: [], packages: [] },
  diagnostics: { own: ['diagnostics'], packages: [] },
  kernel: { own: ['kernel'], packages: [] },
  yaml: { own: ['yaml', 'diagnostics'], packages: ['js-yaml'] },
  description: { own: ['description', 'kernel', 'diagnostics', 'yaml'], packages: ['zod/mini'] },
  software: { own: ['software', 'kernel'], packages: [] },
  network: {
    own: ['network', 'description/description.ts', 'software', 'kernel', 'diagnostics'],
    packages: [],
  },
  plan: { own: ['plan', 'network/network.ts', 'software', 'lookup', 'kernel', 'diagnostics'], packages: [] },
  lookup: { own: ['lookup', 'plan', 'kernel'], packages: [] },
  packets: { own: ['packets', 'lookup', 'plan', 'kernel'], packages: [] },
  lint: { own: ['lint', 'packets', 'lookup', 'plan', 'software', 'kernel', 'diagnostics'], packages: [] },
  syntax: { own: ['syntax', 'plan', 'lookup', 'kernel', 'diagnostics'], packages: [] },
  'syntax/ini.ts': { own: ['syntax', 'plan', 'kernel'], packages: ['ini'] },
  'syntax/yaml.ts': { own: ['syntax', 'plan', 'kernel'], packages: ['js-yaml'] },
  // What is found in the files of a host; readers are in the folders of the targets, and in import for stacks without one.
  found: { own: ['found', 'plan', 'kernel', 'syntax'], packages: [] },
  'found/shell': { own: ['found', 'kernel', 'syntax'], packages: ['unbash'] },
  verify: { own: ['verify', 'packets', 'lookup', 'plan', 'software', 'kernel', 'syntax'], packages: [] },
  diff: { own: ['diff', 'packets', 'lookup', 'plan', 'kernel'], packages: [] },
  render: { own: ['render', 'plan/plan.ts'], packages: [] },
  // Apart from its own folder a target may use what all targets share, never another target.
  targets: {
    own: ['targets/*', 'targets/shared', 'found', 'plan', 'kernel', 'syntax', 'render', 'diagnostics'],
    packages: [],
  },
  // NetworkManager is one of its renderers.
  'targets/netplan/read.ts': {
    own: ['targets/nm-keyfile/read.ts', 'targets/shared', 'found', 'kernel', 'syntax'],
    packages: [],
  },
  'targets/netplan/read/yaml.ts': { own: ['found', 'syntax', 'yaml'], packages: [] },
  import: { own: ['.'], packages: ['js-yaml'] },
  'targets/index.ts': { own: ['targets'], packages: [] },
  page: { own: ['page', 'compare', 'lookup', 'plan', 'kernel', 'syntax', 'diagnostics'], packages: [] },
  'page/browser': {
    own: [
      'page',
      'compare/plan-items.ts',
      'diagnostics/source-line.ts',
      'lookup',
      'plan',
      'kernel',
      'syntax',
    ],
    packages: [],
  },
  compare: {
    own: ['compare', 'targets/*', 'targets/shared', 'render', 'plan', 'kernel', 'syntax', 'diagnostics'],
    packages: [],
  },
  formats: { own: ['formats', 'targets/*', 'targets/shared/programs.ts', 'syntax'], packages: ['js-yaml'] },
  'compile.ts': {
    own: ['yaml', 'description', 'network', 'plan', 'lint', 'targets', 'kernel', 'diagnostics'],
    packages: [],
  },
  'trace.ts': { own: ['lookup', 'plan', 'kernel', 'syntax'], packages: [] },
  'index.ts': { own: ['.'], packages: [] },
  node: {
    own: ['node', 'kernel', 'targets', 'diagnostics', 'compile.ts', 'yaml/extends.ts'],
    packages: ['node:'],
  },
  'cli/json': { own: ['.'], packages: ['zod/mini'] },
  cli: { own: ['.'], packages: ['node:', 'yargs/helpers', 'cli-progress', 'diff', 'js-yaml'] },
}
