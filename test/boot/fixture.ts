// By hand: boot what a description renders to, on every stack that takes it, and compare with the plan.
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { compile } from '../../src/compile.js'
import type { KernelPlan } from '../../src/plan/plan.js'
import type { Output } from '../../src/targets/target.js'
import { perform } from './events.js'
import { foreignAtBoot, foreignFiles } from './foreign.js'
import { descriptionFor } from './generations.js'
import { openLab, whyNoBoot } from './lab.js'
import type { Lab } from './lab.js'
import { neighboursOf } from './neighbours.js'
import { referenceState } from './reference.js'
import { debians } from './rootfs.js'
import type { Debian } from './rootfs.js'
import { stacksOf } from './stacks.js'
import type { StackId } from './stacks.js'
import { difference } from './state.js'

const usage = `fixture DESCRIPTION.yaml… [--target ID]… [--stack ID]… [--debian N] [--events LIST] [--log]

Renders each description, boots every stack that its targets are for, and prints how the kernel differs from the plan
(- planned and missing, + there and not planned). With --events the comparison is made again after them.
`

type Options = { readonly debian: Debian; readonly events: readonly string[]; readonly log: boolean }

async function bootOne(
  plan: KernelPlan,
  output: Output,
  stack: StackId,
  options: Options,
): Promise<string[]> {
  const lab = await openLab({
    ...{
      stack,
      debian: options.debian,
      tree: [...foreignFiles(plan, stack), ...output.files],
      peers: neighboursOf(plan),
    },
    prepare: foreignAtBoot(plan, stack),
    foreign: plan.links.filter((link) => link.manage === 'routing').map((link) => link.name),
  })
  try {
    const found = await compared(lab, plan)
    if (lab.condition !== 'running') found.push(`! ${lab.condition}: ${await lab.failed()}`)
    for (const step of options.events) await perform(lab, step.trim())
    if (options.events.length > 0) found.push('after the events:', ...(await compared(lab, plan)))
    if (options.log) found.push(await lab.log())
    return found
  } finally {
    lab.close()
  }
}

async function compared(lab: Lab, plan: KernelPlan): Promise<string[]> {
  const found = [...difference(await referenceState(plan), await lab.settled())]
  for (const { key, value } of plan.sysctls) {
    const { stdout, stderr } = await lab.exec(`sysctl -n '${key}'`)
    if (stdout.trim() !== value) found.push(`- sysctl ${key}=${value}: ${stdout.trim()}${stderr.trim()}`)
  }
  return found
}

async function main(): Promise<number> {
  const list = { type: 'string', multiple: true } as const
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ...{ target: list, stack: list, debian: { type: 'string' }, events: { type: 'string' } },
      log: { type: 'boolean' },
    },
  })
  if (positionals.length === 0) {
    console.log(usage)
    return 2
  }
  const debian = debians.find((one) => String(one) === (values.debian ?? '13')) ?? 13
  const events = (values.events ?? '').split(';').filter((step) => step.trim() !== '')
  let failures = 0
  for (const file of positionals) {
    const { plan, outputs } = compile(descriptionFor(readFileSync(file, 'utf8'), debian), { file })
    if (plan === undefined) console.log(`${file}: has no plan`)
    for (const [target, output] of plan === undefined ? [] : outputs) {
      if (values.target !== undefined && !values.target.includes(target)) continue
      for (const stack of stacksOf(target, output.files)) {
        if (values.stack !== undefined && !values.stack.includes(stack)) continue
        const name = `${file.replace(/\/description\.yaml$/, '').replace(/^.*\//, '')} ${target} on ${stack} ${debian}`
        const why = output.files.length === 0 ? 'not rendered' : whyNoBoot(stack, debian)
        if (why !== undefined || plan === undefined) {
          console.log(`${name}: skipped: ${why}`)
          continue
        }
        const found = await bootOne(plan, output, stack, { debian, events, log: values.log === true }).catch(
          (error: unknown) => [`! ${error instanceof Error ? error.message : String(error)}`],
        )
        const bad = found.filter((line) => /^[-+!]/.test(line)).length
        failures += bad === 0 ? 0 : 1
        console.log(`${name}: ${bad === 0 ? 'equal' : 'DIFFERENT'}`)
        for (const line of found) console.log(`  ${line}`)
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
