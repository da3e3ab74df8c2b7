import { readFileSync, writeFileSync } from 'node:fs'
import { compile, formatTrees } from 'multihome'

const text = readFileSync('host.yaml', 'utf8')
const output = compile(text, { file: 'host.yaml', targets: 'networkd' }).outputs.get('networkd')
if (output !== undefined) {
  const tree = { host: 'host', target: 'networkd', output, folder: '' }
  const userData = formatTrees('cloud-init', [tree])
  writeFileSync('user-data', userData)
  console.log(new TextDecoder().decode(userData).split('\n', 4).join('\n'))
}
