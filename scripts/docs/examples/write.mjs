import { compile } from 'multihome'
import { compareTree, readText, writeTree } from 'multihome/node'

const read = readText('host.yaml')
if (!read.ok) throw new Error('cannot read host.yaml')
const { outputs } = compile(read.value, { file: 'host.yaml', targets: ['networkd'] })
const output = outputs.get('networkd')
if (output === undefined) throw new Error('host.yaml has an error')

const outcome = await writeTree('out', [...output.files, ...output.control])
if (outcome.ok) console.log(outcome.value.written.length, 'files written')
else console.error(outcome.problems)

const compared = compareTree('out', [...output.files, ...output.control])
if (compared.ok) console.log(compared.value.length, 'differences')
