import { readFileSync } from 'node:fs'
import { compile, diff, isSame } from 'multihome'

const text = readFileSync('host.yaml', 'utf8')
const planOf = (text) => compile(text, { targets: [] }).plan

console.log(isSame(diff(planOf(text), planOf(`# A comment changes nothing.\n${text}`))))
console.log(isSame(diff(planOf(text), planOf(text.replace('198.51.100.1,', '198.51.100.2,')))))
