// Background commands in the network of the host or a peer, and their output.
import type { Result } from '../lab/process/shell.js'

export type BackgroundCommand = {
  /** Interrupts the command; the output includes what it prints then. */
  readonly end: () => Promise<string>
}

type Exec = (command: string) => Promise<Result>

async function outputOf(exec: Exec, command: string): Promise<string> {
  const { code, stdout, stderr } = await exec(command)
  if (code !== 0) throw new Error(`${command}: ${stderr}`)
  return stdout.trim()
}

/** One shell command, without pipes. It ends with the lab at the latest. */
export async function startBackground(exec: Exec, command: string): Promise<BackgroundCommand> {
  const started = await outputOf(
    exec,
    `said=$(mktemp) || exit\n${command} >"$said" 2>&1 </dev/null &\necho "$! $said"`,
  )
  const [pid, outputFile] = started.split(' ')
  return {
    end: () =>
      outputOf(
        exec,
        [
          `kill -INT ${pid}`,
          `for n in $(seq 100); do kill -0 ${pid} 2>/dev/null || break; sleep 0.1; done`,
          `cat ${outputFile}; rm ${outputFile}`,
        ].join('\n'),
      ),
  }
}
