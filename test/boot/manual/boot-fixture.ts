// Manual run: boots what a description renders to, on every stack that accepts it, and compares with the plan.
import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { bootHost, changeHost, compareWithPlan } from '../host/host.js'
import type { Setting } from '../host/host.js'
import { leasesOf } from '../host/leases/leases-file.js'
import { isRefusal, renderFor } from '../host/rendering.js'
import type { Platform, Rendering } from '../host/rendering.js'
import { dhcpClients } from '../lab/dhcp/dhcp-clients.js'
import { whyNoBoot } from '../lab/lab.js'
import { debians } from '../lab/rootfs/rootfs.js'
import { stackIds } from '../lab/stacks.js'
import { perform } from './events.js'

const usage = `fixture DESCRIPTION.yaml… [--stack ID]… [--debian N] [--events LIST] [--then NEXT.yaml] [--client NAME] [--log]

Renders each description for each stack, boots it, and prints how the kernel differs from the plan (- planned and missing,
+ present and not planned, ! failed). With --events it compares again after them. With --then it changes the host to the
next description, by the steps of the output, and compares with the next plan. --client names the only DHCP client of the
host: dhclient, dhcpcd or udhcpc.
`

const list = { type: 'string', multiple: true } as const
const text = { type: 'string' } as const
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...{ stack: list, debian: text, events: text, then: text, client: text, log: { type: 'boolean' } },
  },
})
const debian = debians.find((one) => String(one) === (values.debian ?? '13')) ?? 13
const client = dhcpClients.find((one) => one === values.client)
const events = (values.events ?? '').split(';').filter((step) => step.trim() !== '')

async function bootOne(rendering: Rendering, platform: Setting, next?: Rendering): Promise<string[]> {
  const lab = await bootHost(rendering, platform, ...(next === undefined ? [] : [next.plan]))
  try {
    const found = await compareWithPlan(lab, rendering.plan)
    if (lab.condition !== 'running') found.push(`! ${lab.condition}: ${await lab.failed()}`)
    for (const step of events) await perform(lab, step.trim())
    if (events.length > 0) found.push('after the events:', ...(await compareWithPlan(lab, rendering.plan)))
    if (next !== undefined) {
      found.push('after the change:', ...(await changeHost(lab, rendering.output.files, next)))
      found.push(...(await compareWithPlan(lab, next.plan)))
    }
    if (values.log === true) found.push(await lab.log())
    return found
  } finally {
    await lab.close()
  }
}

const isBad = (line: string): boolean => /^[-+!] /.test(line)

async function report(file: string, platform: Platform): Promise<number> {
  const name = `${file.replace(/\/description\.yaml$/, '').replace(/^.*\//, '')} on ${platform.stack} ${platform.debian}`
  const rendering = renderFor(readFileSync(file, 'utf8'), platform)
  const next = values.then === undefined ? undefined : renderFor(readFileSync(values.then, 'utf8'), platform)
  const why = whyNoBoot(platform.stack, platform.debian)
  if (why !== undefined || isRefusal(rendering) || (next !== undefined && isRefusal(next))) {
    const refused = [rendering, next].flatMap((one) =>
      one !== undefined && isRefusal(one) ? [one.refused] : [],
    )
    console.log(
      `${name}: ${why === undefined ? `refused: ${refused.join('; ')}` : `cannot run here: ${why}`}`,
    )
    return 0
  }
  const leases = leasesOf({ folder: dirname(file) })
  const found = await bootOne(
    rendering,
    { ...platform, leases, ...(client === undefined ? {} : { client }) },
    next,
  ).catch((error: unknown) => [`! ${error instanceof Error ? error.message : String(error)}`])
  const bad = found.some(isBad)
  console.log([`${name}: ${bad ? 'differs' : 'same'}`, ...found.map((line) => `  ${line}`)].join('\n'))
  return bad ? 1 : 0
}

async function main(): Promise<number> {
  if (positionals.length === 0) {
    console.log(usage)
    return 2
  }
  let failures = 0
  for (const file of positionals) {
    for (const stack of stackIds) {
      if (values.stack === undefined || values.stack.includes(stack))
        failures += await report(file, { stack, debian })
    }
  }
  return failures === 0 ? 0 : 1
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.stack : error)
    process.exit(2)
  },
)
