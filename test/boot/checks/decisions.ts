// Routing decisions of a booted kernel, compared with decisions.yaml of the fixture. test/fixtures.test.ts compares
// the lookup with the same lines.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Fixture } from '../../helpers/fixtures.js'
import { allows, batchCommand, batchOf, decisionsOf, readAnswers } from '../../netns/decisions.js'
import type { Lab } from '../lab/lab.js'

export async function wrongDecisions(lab: Lab, fixture: Fixture): Promise<readonly string[]> {
  if (!existsSync(join(fixture.folder, 'decisions.yaml'))) return []
  const decisions = decisionsOf(fixture)
  const queries = batchOf(decisions.map(({ get }) => get))
  // `ip route get … iif` needs forwarding. On a container host the runtime turns it on.
  if (decisions.some(({ get }) => / iif /.test(get))) await lab.netExec('sysctl -qw net.ipv4.ip_forward=1')
  const output = await lab.netExec(`${batchCommand.join(' ')} <<'END'\n${queries}END`)
  const answers = readAnswers(output, decisions.length)
  return decisions.flatMap(({ get, answer }, n) => {
    const answered = answers[n] ?? 'nothing'
    return allows(answer, answered) ? [] : [`! ${get}: ${answered}, not ${answer}`]
  })
}
