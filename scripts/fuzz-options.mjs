// Command line of the fuzz tests: how long, how much, and from which seed.
import { parseArgs } from 'node:util'

/**
 * `unit`: the option that limits the number of cases. `texts`: further options with their defaults. Prints `usage` for
 * `--help` and misuse, and exits.
 */
export function readFuzzOptions(usage, unit, texts = {}) {
  const values = parseOptions(usage, unit, texts)
  if (values.help) {
    console.log(usage)
    process.exit(0)
  }
  const limit = numberOf(values, unit, Infinity)
  return {
    ...Object.fromEntries(Object.keys(texts).map((name) => [name, values[name]])),
    [unit]: limit,
    seconds: numberOf(values, 'seconds', limit === Infinity ? 60 : Infinity),
    seed: numberOf(values, 'seed', Math.floor(Date.now() / 1000) % 1_000_000_000),
  }
}

function parseOptions(usage, unit, texts) {
  const text = { type: 'string' }
  const others = Object.entries(texts).map(([name, value]) => [name, { ...text, default: value }])
  try {
    return parseArgs({
      options: {
        ...Object.fromEntries(others),
        ...{ seconds: text, [unit]: text, seed: text, help: { type: 'boolean', default: false } },
      },
    }).values
  } catch (error) {
    return misuse(`${error.message}\n\n${usage}`)
  }
}

function numberOf(values, name, otherwise) {
  const value = values[name]
  if (value === undefined) return otherwise
  return /^[1-9]\d{0,8}$/.test(value)
    ? Number(value)
    : misuse(`--${name} ${value}: a number from 1 to 999999999`)
}

function misuse(message) {
  console.error(message)
  process.exit(2)
}
