// Output of `multihome verify` for a host whose state was collected once, with a rule of another program added.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { verifyText } from '../../src/cli/format/verify.js'
import { compile } from '../../src/compile.js'
import { readState } from '../../src/verify/read/read-state.js'
import { verify } from '../../src/verify/verify.js'
import { fence } from './markdown.js'

/** The host of test/verify/gathered, with addresses for documentation. */
export const verifiedDescription = `version: 1
links:
  eth0: { addresses: [192.0.2.10/24] }
  eth1: { addresses: [198.51.100.10/24] }
gateways:
  admin: { link: eth0, via: 192.0.2.1, table: 1 }
  production: { link: eth1, via: 198.51.100.1 }
default: production
`

const unmanagedRule = '{"priority":100,"src":"192.0.2.0","srclen":24,"table":"254","protocol":"0"}'

export function verifiedHost(root: string): string {
  const gathered = readFileSync(join(root, 'test/verify/gathered/debian-13.txt'), 'utf8')
  const read = readState(gathered.replace('{"priority":18000', `${unmanagedRule},{"priority":18000`))
  const { plan, lineOf } = compile(verifiedDescription, { targets: [] })
  if (!read.ok || plan === undefined) throw new Error('the host of docs/verify.md does not verify')
  const state = read.value
  const findings = verify(plan, state)
  return fence(
    'text',
    verifyText({ file: 'host.yaml', source: 'gathered.txt', state, findings }, plan, lineOf),
  )
}
