// TCP connection to the host that lasts while its network changes.
import type { Lab } from '../lab/lab.js'
import { startBackground } from './background-command.js'

export type Connection = {
  /** Ends it; empty if lines still pass. */
  readonly problems: () => Promise<readonly string[]>
}

/** A connection from the peer of a link to the host, over which a line passes several times a second. */
export async function connectFromPeer(lab: Lab, link: string, address: string): Promise<Connection> {
  const listening = 'for try in $(seq 100); do ss -Hltn sport = :5000 | grep -q . && break; sleep 0.1; done'
  await lab.exec(`setsid sh -c "nc -d -l 5000 >/root/received" </dev/null >/dev/null 2>&1 & ${listening}`)
  const lines = `exec 3<>/dev/tcp/${address}/5000; while echo >&3; do sleep 0.2; done`
  const client = await startBackground((command) => lab.peerExec(link, command), `bash -c '${lines}'`)
  const received = async (): Promise<number> =>
    Number((await lab.exec('sleep 1; wc -l </root/received')).stdout)
  const first = await received()
  return {
    problems: async () => {
      // A lost segment is sent again within seconds.
      const counts = [await received(), await received(), await received(), await received()]
      const output = await client.end()
      return first > 0 && (counts.at(-1) ?? 0) > (counts[0] ?? 0)
        ? []
        : [`the connection broke after ${[first, ...counts].join(', ')} lines: ${output}`]
    },
  }
}
