// What does a command in the host have to complain of?
import type { Lab } from '../../lab/lab.js'

/** Empty where it went well. */
export async function runCommand(lab: Lab, command: string): Promise<readonly string[]> {
  const { code, stdout, stderr } = await lab.exec(command)
  return code === 0 ? [] : [`! exit ${code}: ${stdout}${stderr}`]
}
