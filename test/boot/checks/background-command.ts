// A program that runs beside all that happens, in the host's network or a peer's, until it is told to end and tells what it saw.
import type { Result } from '../lab/process/shell.js'

export type BackgroundCommand = {
  /** What it has said, with the last words that an interrupt makes it say. */
  readonly end: () => Promise<string>
}

type Exec = (command: string) => Promise<Result>

async function outputOf(exec: Exec, command: string): Promise<string> {
  const { code, stdout, stderr } = await exec(command)
  if (code !== 0) throw new Error(`${command}: ${stderr}`)
  return stdout.trim()
}

/** One command of the shell, without pipes; with the lab it ends too. */
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
