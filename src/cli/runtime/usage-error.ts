// Usage errors: exit status 2.
import type { ExitCode, Host } from './host.js'
import type { UsageProblem } from '../usage/usage.js'

/** The problem, what to write instead, and where help is. */
export const usageError = (io: Host, command: string, problem: string, fix?: string): ExitCode =>
  usageErrors(io, command, [{ problem, fix }])

export function usageErrors(io: Host, command: string, problems: readonly UsageProblem[]): ExitCode {
  const name = `multihome${command === '' ? '' : ` ${command}`}`
  for (const { problem, fix } of problems)
    io.stderr(`${name}: ${problem}\n${fix === undefined ? '' : `  fix: ${fix}\n`}`)
  io.stderr(`See ${name} --help.\n`)
  return 2
}
