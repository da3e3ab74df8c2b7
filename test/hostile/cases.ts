// Hostile descriptions: the injection matrix (every scalar and name × payloads × positions), and random hosts.
import fc from 'fast-check'
import { load } from 'js-yaml'
import { describedHost } from '../generators/random-description.js'
import { createRandom } from '../generators/random.js'
import { fixtureNamed } from '../helpers/fixtures.js'

/** Name of a command that nothing but a payload calls. */
export const CANARY = 'canary'

const MADE_FILE = '/tmp/work/canary'

const payloads: readonly string[] = [
  // Shells
  ...[
    `; ${CANARY}`,
    `$(${CANARY})`,
    `\`${CANARY}\``,
    `| ${CANARY}`,
    `&& ${CANARY}`,
    `& ${CANARY} &`,
    `\n${CANARY}\n`,
  ],
  ...[
    `'; ${CANARY}; '`,
    `"; ${CANARY}; "`,
    `'$(${CANARY})'`,
    `"$(${CANARY})"`,
    `\\'; ${CANARY} #`,
    `) ; ${CANARY} ;;`,
  ],
  ...[
    `> ${MADE_FILE}`,
    `>${MADE_FILE}`,
    `\${IFS}${CANARY}`,
    `$IFS${CANARY}`,
    '`',
    '$',
    '\\',
    '"',
    "'",
    '!!',
    '*',
    '?',
    '~root',
  ],
  ...[
    `|| ${CANARY}`,
    `{ ${CANARY}; }`,
    `<(${CANARY})`,
    `$'\\n${CANARY}'`,
    `esac\n${CANARY}`,
    `EOF\n${CANARY}\n`,
    `END`,
  ],
  // Words of shells, of ip(8) and of this language, and names of JavaScript
  ...[
    'esac',
    'fi',
    'done',
    'dev',
    'table',
    'dead',
    'linkdown',
    'proto',
    'pref',
    'via',
    'lo',
    'all',
    'main',
    'default',
  ],
  ...['none', 'lease', 'null', 'true', 'constructor', '__proto__', 'toString', 'hasOwnProperty', CANARY],
  // Options, paths, numbers
  ...[
    '-rf',
    '--help',
    '-',
    '--',
    '.',
    '..',
    '../../canary',
    '/etc/shadow',
    '/',
    '//',
    'a/b',
    '0',
    '-1',
    '1e9',
    '0x10',
  ],
  // Files of the stacks
  ...[
    '\n[Match]\nName=*',
    '[Network]',
    '%i',
    '%h',
    '%%',
    'a=b',
    'a: b',
    '- a',
    '{a: b}',
    '# a',
    ' #a',
    '; a',
    '!tag',
    '&a',
    '*a',
  ],
  ...[
    `\n    post-up ${CANARY}`,
    `\npost_up() { ${CANARY}; }`,
    `}\nadd table x { `,
    `\n- match: {}`,
    '@source',
    `\nExecStart=/bin/${CANARY}`,
  ],
  // Templates, markup, logs
  ...[
    '{{ x }}',
    '${X}',
    '<script>alert(1)</script>',
    '--><b>',
    ']]>',
    '</script>',
    '@user',
    '::error::x',
    '##[error]x',
    '%0A::error::x',
  ],
  // Characters
  ...[
    '\0',
    '\u0007',
    '\u001b]0;x\u0007',
    '\r',
    '\t',
    '\u007f',
    '\u0085',
    '\u009b2J',
    '\u00a0',
    '\u00ad',
    '\u200b',
    '\u200e',
  ],
  ...[
    '\u2028',
    '\u202e',
    '\u2066',
    '\ufeff',
    '\ud800',
    '\u{1f600}',
    '\u{e0041}',
    'ａ',
    'é',
    'İ',
    '',
    ' ',
    '   ',
  ],
  ...['a'.repeat(16), 'a'.repeat(300), 'ä'.repeat(120)],
]

type Value = unknown
type Path = readonly (string | number)[]

interface Location {
  readonly path: Path
  readonly text: string
  /** A key of a mapping, not its value. */
  readonly isKey: boolean
}

function locationsIn(value: Value, path: Path = []): readonly Location[] {
  if (typeof value !== 'object' || value === null) return [{ path, text: String(value), isKey: false }]
  return Object.entries(value).flatMap(([key, child]) => {
    const at = [...path, Array.isArray(value) ? Number(key) : key]
    const inside = locationsIn(child, at)
    return Array.isArray(value) ? inside : [{ path: at, text: key, isKey: true }, ...inside]
  })
}

/** Maps every key and scalar; the keys keep their order. */
const mapped = (
  value: Value,
  change: (text: string, path: Path, isKey: boolean) => Value,
  path: Path = [],
): Value => {
  if (typeof value !== 'object' || value === null) return change(String(value), path, false) ?? value
  if (Array.isArray(value)) return value.map((entry: Value, index) => mapped(entry, change, [...path, index]))
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => {
      const at = [...path, key]
      return [change(key, at, true) ?? key, mapped(entry, change, at)]
    }),
  )
}

/** The payload at the location. A name is replaced wherever it stands. */
function injected(value: Value, { path, text, isKey }: Location, payload: string): Value {
  const isName = path.length === 2 && isKey && ['links', 'gateways', 'tables'].includes(String(path[0]))
  const place = path.join('\0')
  return mapped(value, (found, at, isFoundKey) =>
    (isName && found === text) || (isFoundKey === isKey && at.join('\0') === place) ? payload : undefined,
  )
}

const positions: readonly ((text: string, payload: string) => string)[] = [
  (_, payload) => payload,
  (text, payload) => text + payload,
  (text, payload) => payload + text,
  (text, payload) => text.slice(0, text.length / 2) + payload + text.slice(text.length / 2),
]

const SETTINGS = `
targets:
  netifrc: {}
  ifupdown: { flavour: ifupdown, layout: drop-in, file: 60-multihome }
  nm-dispatcher: { file: 60-multihome }
  nm-keyfile: { version: '1.52', file: 60-multihome }
  networkd: { version: 257 }
  netplan: { version: '1.1', renderer: networkd, file: 60-multihome.yaml }
  iproute2: { path: /usr/local/sbin/multihome.sh }
`

const bases: readonly Value[] = [
  ...['port-forward-by-two-providers', 'two-leases-failover', 'vlan-over-bond-made', 'whole-host-balance'],
  ...['own-sysctls', 'leased-provider-and-tunnel', 'names-with-dashes', 'container-network-by-vpn'],
].map((name, index) => load(`${fixtureNamed(name).text}${index % 2 === 0 ? SETTINGS : ''}`))

/** One cell of the matrix: a payload at a location. */
const cells = bases.flatMap((base) => locationsIn(base).map((location) => ({ base, location })))
export const CELLS = cells.length * payloads.length * positions.length

export interface Case {
  readonly seed: number
  /** Name of the description, which headers and messages contain. */
  readonly file: string
  /** JSON, which is YAML. */
  readonly text: string
}

/** The same for the same seed. Even seeds go through the matrix, odd ones make random hosts. */
export function caseOf(seed: number): Case {
  const host = seed % 2 === 0 ? matrixCase(seed / 2) : randomHost(seed)
  const { chance, pick } = createRandom(seed)
  const file = chance(0.3) ? `a${pick(payloads) ?? ''}.yaml` : 'host.yaml'
  return { seed, file, text: JSON.stringify(host, null, 1) }
}

/** A stride without a common factor visits each cell once. */
function matrixCase(index: number): Value {
  let cell = Number((BigInt(index) * 1_000_003n) % BigInt(CELLS))
  const take = (count: number): number => {
    const digit = cell % count
    cell = Math.floor(cell / count)
    return digit
  }
  const payload = payloads[take(payloads.length)] ?? ''
  const position = positions[take(positions.length)]
  const { base, location } = cells[take(cells.length)] ?? cells[0] ?? { base: {}, location: undefined }
  if (location === undefined || position === undefined) return base
  return injected(base, location, position(location.text, payload))
}

function randomHost(seed: number): Value {
  const { pick, chance } = createRandom(seed)
  const payload = (): string => pick(payloads) ?? ''
  let [host] = fc.sample<Value>(describedHost, { seed, numRuns: 1 })
  const inject = (filter: (location: Location) => boolean): void => {
    const location = pick(locationsIn(host).filter(filter))
    if (location !== undefined)
      host = injected(host, location, pick(positions)?.(location.text, payload()) ?? '')
  }
  const commented = (parts: object): object =>
    Object.fromEntries(
      Object.entries(parts).map(([name, part]: readonly [string, object]) => [
        name,
        chance(0.5) ? { ...part, comment: `a ${payload()} b` } : part,
      ]),
    )
  const { links, gateways } = host as { readonly links: object; readonly gateways: object }
  if (chance(0.5)) host = { ...(host as object), links: commented(links), gateways: commented(gateways) }
  if (chance(0.7)) inject(({ path, isKey }) => path[0] === 'links' && path.length === 2 && isKey)
  if (chance(0.3)) inject(() => true)
  return host
}
