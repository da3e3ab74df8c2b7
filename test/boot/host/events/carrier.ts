// Loss of a carrier, until the stack has removed the link's addresses, if it does so.
import type { Lab } from '../../lab/lab.js'
import { sleep } from '../../lab/process/shell.js'

const withinSeconds = 20

export async function loseCarrier(lab: Lab, link: string, withdraws: boolean): Promise<void> {
  const hasAddress = async (): Promise<boolean> =>
    (await lab.state()).links.some((line) => line.startsWith(`${link} `) && line.includes('/'))
  await lab.carrier(link, false)
  const end = Date.now() + withinSeconds * 1000
  while (withdraws && Date.now() < end && (await hasAddress())) await sleep(0.2)
  await lab.waitStable()
}
