// `multihome trace`: shows where a packet goes and why, rule by rule, without a host.
import { createFib } from '../../lookup/fib.js'
import { ok, type Result } from '../../stdlib/result.js'
import type { PacketQuery } from '../../lookup/notes.js'
import { applyPartialLeases } from '../../lookup/unknowns.js'
import type { KernelPlan } from '../../plan/plan.js'
import { packetTokens } from '../../syntax/route-get.js'
import { planFile } from '../runtime/compile-inputs.js'
import { STDIN } from '../runtime/inputs.js'
import type { ExitCode, Host } from '../runtime/host.js'
import { usageError } from '../runtime/usage-error.js'
import { answerFormat, fileOption, filePositional, strictOption } from '../usage/options.js'
import { tracePalette } from '../format/paint.js'
import { readLeases, readPointed, readQueries } from '../trace/packets.js'
import { explainPacket } from '../../lookup/explain.js'
import type { Usage, ValuesOf } from '../usage/usage.js'

export const usage = {
  positionals: {
    file: filePositional,
    packet: {
      array: true,
      completes: async () => Object.entries(packetTokens).map(([value, describe]) => ({ value, describe })),
      describe:
        'As for `ip route get`: DST [from SRC] [iif LINK] [oif LINK] [mark M] [ipproto P sport N dport N] [uid N] [tos N | dscp N]',
    },
  },
  options: {
    packets: {
      ...fileOption,
      describe: 'Read packets from this file, one a line, # begins a comment; - for standard input',
    },
    lease: {
      type: 'string',
      array: true,
      value: 'LEASE',
      describe: "What a link has been leased: 'wan1=198.51.100.80/24,via 198.51.100.1', or wan1=none",
    },
    brief: { type: 'boolean', describe: 'One line for each packet' },
    all: { type: 'boolean', describe: 'Show each rule that does not match, however many there are in a row' },
    format: { ...answerFormat, choices: ['text', 'json'], default: 'text' },
    strict: strictOption,
  },
  examples: [
    ['$0 trace host.yaml 8.8.8.8', 'a packet that this host sends'],
    ['$0 trace host.yaml 8.8.8.8 from 10.0.0.7 iif lan0 ipproto tcp dport 25', 'one that it forwards'],
    ['$0 trace host.yaml --packets packets.txt --brief', 'many, a line each'],
  ],
} as const satisfies Usage

type Arguments = ValuesOf<typeof usage>

export async function run(args: Arguments, io: Host): Promise<ExitCode> {
  if (args.packet.length === 0 && args.packets === undefined)
    return usageError(
      io,
      'trace',
      'name a packet, as in `8.8.8.8 from 10.0.0.7 iif lan0`, or a file of them: --packets FILE',
    )
  if (args.packet.length > 0 && args.packets !== undefined)
    return usageError(io, 'trace', 'a packet and --packets exclude each other')
  if (args.file === STDIN && args.packets === STDIN)
    return usageError(io, 'trace', 'standard input is either the description or the packets')

  const planned = await planFile(args.file, { strict: args.strict }, io)
  if (planned === undefined) return 1
  const { file, lineOf } = planned

  const leases = readLeases(args.lease, planned.plan)
  if (!leases.ok) return usageError(io, 'trace', leases.problem)
  const plan = applyPartialLeases(planned.plan, leases.value)
  const queries = await queriesOf(args, plan, io)
  if (!queries.ok) return usageError(io, 'trace', queries.problem)

  const fib = createFib(plan)
  const explanation = queries.value.map((query) => explainPacket(fib, query))
  if (args.format === 'json')
    io.stdout((await import('../trace/json.js')).traceJson(file, explanation, lineOf))
  else {
    const { formatExplanation } = await import('../trace/text.js')
    const { all, brief } = args
    const text = formatExplanation(explanation, { plan, lineOf, all, brief })
    io.stdout(text, brief ? undefined : tracePalette)
  }
  return 0
}

async function queriesOf(
  { packet, packets }: Arguments,
  plan: KernelPlan,
  io: Host,
): Promise<Result<readonly PacketQuery[]>> {
  if (packets === undefined) {
    const read = readPointed(packet, plan)
    return read.ok ? ok([read.value]) : read
  }
  const name = packets === STDIN ? 'stdin' : packets
  const outcome = await io.read(packets)
  if (outcome.ok) return readQueries(outcome.value, name, plan)
  const reason = 'reason' in outcome ? outcome.reason : `it has more than ${outcome.limit} bytes`
  return { ok: false, problem: `cannot read ${name}: ${reason}` }
}
