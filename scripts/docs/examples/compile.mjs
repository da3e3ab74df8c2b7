import { readFileSync } from 'node:fs'
import { compile } from 'multihome'

const text = readFileSync('host.yaml', 'utf8')
const { outputs } = compile(text, { file: 'host.yaml', targets: ['networkd'] })
for (const { path } of outputs.get('networkd')?.files ?? []) console.log(path)
