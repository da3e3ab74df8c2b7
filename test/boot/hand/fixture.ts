// By hand: boot what a description renders to, on every stack that takes it, and compare with the plan.
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { compile } from '../../../src/compile.js'
import type { Compilation } from '../../../src/compile.js'
import { perform } from './events.js'
import { descriptionFor } from '../host/generations.js'
import { bootHost, changeHost, compareWithPlan } from '../host/host.js'
import type { Place, Rendering } from '../host/host.js'
import { whyNoBoot } from '../lab/lab.js'
import { debians } from '../lab/rootfs.js'
import { stacksOf } from '../lab/stacks.js'

const usage = `fixture DESCRIPTION.yaml… [--target ID]… [--stack ID]… [--debian N] [--events LIST] [--then NEXT.yaml] [--log]

Renders each description, boots every stack that its targets are for, and prints how the kernel differs from the plan
(- planned and missing, + there and not planned, ! failed). With --events the comparison is made again after them; with
--then the host is led to the next description by the steps that its output names, and compared with that one's plan.
`

const list = { type: 'string', multiple: true } as const
const text = { type: 'string' } as const
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...{ target: list, stack: list, debian: text, events: text, then: text, log: { type: 'boolean' } },
  },
})
const debian = debians.find((one) => String(one) === (values.debian ?? '13')) ?? 13
const events = (values.events ?? '').split(';').filter((step) => step.trim() !== '')

function compileFile(file: string): Compilation {
  return compile(descriptionFor(readFileSync(file, 'utf8'), debian), { file })
}

function renderingOf({ plan, outputs }: Compilation, target: string): Rendering | string {
  const output = outputs.get(target)
  if (plan === undefined || output === undefined) return 'the description has an error'
  const told = output.diagnostics.find((one) => one.severity === 'error')
  return output.files.length > 0 ? { plan, output } : `not rendered: ${told?.message ?? 'no files'}`
}

async function bootOne(rendering: Rendering, place: Place, next?: Rendering): Promise<string[]> {
  const lab = await bootHost(rendering, place, next?.plan)
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
    lab.close()
  }
}

const isBad = (line: string): boolean => /^[-+!] /.test(line)

async function report(file: string, target: string, now: Compilation, next?: Compilation): Promise<number> {
  const name = file.replace(/\/description\.yaml$/, '').replace(/^.*\//, '')
  const rendering = renderingOf(now, target)
  const later = next === undefined ? undefined : renderingOf(next, target)
  let failures = 0
  for (const stack of stacksOf(target, typeof rendering === 'string' ? [] : rendering.output.files)) {
    if (values.stack !== undefined && !values.stack.includes(stack)) continue
    const why = [whyNoBoot(stack, debian), rendering, later].find((one) => typeof one === 'string')
    if (typeof why === 'string' || typeof rendering === 'string' || typeof later === 'string') {
      console.log(`${name} ${target} on ${stack} ${debian}: skipped: ${String(why)}`)
      continue
    }
    const found = await bootOne(rendering, { stack, debian }, later).catch((error: unknown) => [
      `! ${error instanceof Error ? error.message : String(error)}`,
    ])
    failures += found.some(isBad) ? 1 : 0
    console.log(`${name} ${target} on ${stack} ${debian}: ${found.some(isBad) ? 'DIFFERENT' : 'equal'}`)
    for (const line of found) console.log(`  ${line}`)
  }
  return failures
}

async function main(): Promise<number> {
  if (positionals.length === 0) {
    console.log(usage)
    return 2
  }
  const next = values.then === undefined ? undefined : compileFile(values.then)
  let failures = 0
  for (const file of positionals) {
    const now = compileFile(file)
    if (now.plan === undefined) console.log(`${file}: has no plan`)
    for (const target of now.outputs.keys()) {
      if (values.target === undefined || values.target.includes(target)) {
        failures += await report(file, target, now, next)
      }
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
