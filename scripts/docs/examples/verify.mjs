import { readFileSync } from 'node:fs'
import { compile, gatherLine, isInSync, readState, verify } from 'multihome'

const { plan } = compile(readFileSync('post.yaml', 'utf8'), { targets: [] })
console.log(gatherLine(plan).slice(0, 34)) // run this line on the host, by ssh or otherwise

const read = readState(readFileSync('gathered.txt', 'utf8')) // what it printed
if (read.ok) console.log('in sync:', isInSync(verify(plan, read.value)))
else console.error(read.problems)
