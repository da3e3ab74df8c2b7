// `multihome completion`: prints the completion script of a shell.
import { completionScripts } from '../embedded.generated.js'
import type { ExitCode, Host } from '../runtime/host.js'
import type { Usage, ValuesOf } from '../usage/usage.js'

export const shells = ['bash', 'zsh', 'fish'] as const

export const usage = {
  positionals: { shell: { required: true, choices: shells, describe: 'The shell to complete in' } },
  examples: [
    ['source <($0 completion bash)', 'in ~/.bashrc'],
    ['source <($0 completion zsh)', 'in ~/.zshrc, after compinit'],
    ['$0 completion fish > ~/.config/fish/completions/multihome.fish', 'once'],
  ],
  notes: 'Commands, options, targets, formats, diagnostic codes, scenarios and files are completed.',
} as const satisfies Usage

export async function run({ shell }: ValuesOf<typeof usage>, io: Host): Promise<ExitCode> {
  io.stdout(completionScripts[shell])
  return 0
}
