// Problems of a command in the host.
import type { Lab } from '../../lab/lab.js'

/** Empty if the command succeeds. */
export async function runCommand(lab: Lab, command: string): Promise<readonly string[]> {
  const { code, stdout, stderr } = await lab.exec(command)
  return code === 0 ? [] : [`! exit ${code}: ${stdout}${stderr}`]
}
