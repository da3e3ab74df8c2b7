// Stop of a stack, compared with what its page in docs/targets says.
import type { Lab } from '../../lab/lab.js'
import { stateLines } from '../../lab/state/state.js'
import type { Stop } from './stop-commands.js'
import { runCommand } from './run-command.js'

export type Stopped = {
  /** The lines of the state afterwards. */
  readonly left: readonly string[]
  /** `- ` documented to stay and gone, `+ ` present and not documented to stay, `! ` the command failed. */
  readonly wrong: readonly string[]
}

export async function stopHost(lab: Lab, stop: Stop): Promise<Stopped> {
  const expected = stateLines(await lab.waitStable()).filter(stop.leaves)
  const failure = await runCommand(lab, stop.command)
  const left = stateLines(
    await lab.waitStable((state) => differences(expected, stateLines(state)).length === 0),
  )
  return { left, wrong: [...failure, ...differences(expected, left)] }
}

function differences(expected: readonly string[], now: readonly string[]): readonly string[] {
  return [
    ...expected.filter((line) => !now.includes(line)).map((line) => `- ${line}`),
    ...now.filter((line) => !expected.includes(line)).map((line) => `+ ${line}`),
  ]
}
