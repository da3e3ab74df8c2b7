import { readFileSync } from 'node:fs'
import { compile } from 'multihome'
import { loadBelow } from 'multihome/node'

const load = loadBelow('network')
for (const name of ['gw1', 'gw2']) {
  const file = `network/hosts/${name}.yaml`
  const { plan, lineOf } = compile(readFileSync(file, 'utf8'), { file, load, targets: [] })
  for (const gateway of plan.intent.gateways)
    console.log(name, gateway.name, lineOf(['gateways', gateway.name, 'link']))
}
