// Schema of names: links, gateways, tables, rules, files.
import { linkNameProblem } from '../../kernel/link.js'
import { fail, ok, textScalar, type Reading } from './primitives.js'
import { shorten } from './describe-value.js'
import type { Naming } from './collections.js'

const NAME = /^[a-z][a-z0-9-]*$/
export const MAX_NAME = 31
/** Words of `ip` and of this language, which would make a name ambiguous. */
export const RESERVED = ['main', 'local', 'default', 'unspec', 'none', 'lease', 'all']

function nameProblem(name: string): string | undefined {
  if (name === '') return 'it is empty'
  if (name.length > MAX_NAME) return `it is longer than ${MAX_NAME} characters`
  if (!NAME.test(name))
    return 'it must begin with a small letter and go on with small letters, digits and "-"'
  return undefined
}

const naming = (what: string, pattern: string, problemOf: (name: string) => string | undefined): Naming => ({
  pattern,
  problemOf: (name) => {
    const why = problemOf(name)
    if (why === undefined) return undefined
    const fix = what === 'link' ? {} : fixForName(name)
    return fail('name-invalid', { what, name: shorten(name), why }, { on: 'key', ...fix })
  },
})

/** The name in the letters that a gateway, a table or a rule may have; empty if it has none of them. */
export const plainName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[-0-9]+|-+$/g, '')
    .slice(0, MAX_NAME)

function fixForName(name: string): { readonly fix?: string; readonly alsoFails?: string } {
  const plain = plainName(name)
  return NAME.test(plain) && plain !== name ? { fix: `Write \`${plain}\`.`, alsoFails: plain } : {}
}

const ownName = (what: string): Naming =>
  naming(what, NAME.source, (name) =>
    RESERVED.includes(name) ? 'it is a word of `ip` or of this language' : nameProblem(name),
  )

export const gatewayNames = ownName('gateway')
export const tableNames = ownName('table')
const LINK = '^[A-Za-z0-9._][A-Za-z0-9._-]{0,14}$'
export const linkNames = naming('link', LINK, linkNameProblem)

/** A reference to a link, which is resolved later. */
export const linkName = () => textScalar('the name of a link', { pattern: LINK, maxLength: 15 }, readLinkName)

export function readLinkName(name: string): Reading<string> {
  const why = linkNameProblem(name)
  return why === undefined ? ok(name) : fail('name-invalid', { what: 'link', name: shorten(name), why })
}

const knownAs = (what: string) =>
  textScalar(`the name of a ${what}`, { pattern: NAME.source, maxLength: MAX_NAME }, readName(what))

export const readName =
  (what: string) =>
  (name: string): Reading<string> => {
    const why = nameProblem(name)
    if (why === undefined) return ok(name)
    const fix = /^[\d.:/]+$/.test(name)
      ? { fix: `Write the name of the ${what}, not its address or number.` }
      : fixForName(name)
    return fail('name-invalid', { what, name: shorten(name), why }, fix)
  }

export const gatewayName = () => knownAs('gateway')
export const ruleName = () => knownAs('rule')
export const softwareName = () => knownAs('program')

/** Text that matches a pattern; `why` says what the pattern asks for. */
const matching = <Text extends string>(
  expected: string,
  what: string,
  pattern: RegExp,
  why: string,
  maxLength = 128,
) =>
  textScalar(expected, { pattern: pattern.source, maxLength }, (name) =>
    pattern.test(name) && name.length <= maxLength
      ? ok(name as Text)
      : fail('name-invalid', { what, name: shorten(name), why }),
  )

/** RFC 1035 labels; systemd's `~domain` routes queries and is no search domain. */
export const searchDomain = () => {
  const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?'
  const domain = new RegExp(`^${label}(?:\\.${label})*$`)
  const why = 'labels of letters, digits and "-", joined by dots, are a domain'
  return matching('a domain', 'search domain', domain, why, 253)
}

const FILE_RULE = 'it begins with a letter or digit and goes on with those, ".", "_", "@" and "-"'

/** A name in a directory, not hidden, no path. `ending` is required by the program that reads the file. */
export const fileName = (ending = '') => {
  const pattern = new RegExp(`^[A-Za-z0-9][A-Za-z0-9._@-]*${ending.replaceAll('.', '\\.')}$`)
  if (ending === '') return matching('a file name', 'file', pattern, FILE_RULE)
  return matching(`a file name that ends in ${ending}`, 'file', pattern, `${FILE_RULE}; it ends in ${ending}`)
}

/** src/yaml/extends.ts has checked it. */
export const extendedFile = () =>
  textScalar('the path of a file', { pattern: '^[^/].*\\.([yY][aA]?[mM][lL]|[jJ][sS][oO][nN])$' }, ok)

/** As `source-directory` of interfaces(5) takes them. */
export const plainFileName = () => {
  const why = 'it begins with a letter or digit and goes on with those, "_" and "-"'
  return matching('a file name without dots', 'file', /^[A-Za-z0-9][A-Za-z0-9_-]*$/, why)
}

/** Folders of programs that no package of a distribution owns: `--out /` never replaces a system file by a setting. */
export const programPath = (expected = 'an absolute path', what = 'file') => {
  const path = /^\/(?:usr\/local|opt|etc\/multihome)(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)+$/
  const why =
    'it is below /usr/local, /opt or /etc/multihome, and each part begins with a letter or digit and goes on with those, ".", "_", "-"'
  return matching<`/${string}`>(expected, what, path, why, 255)
}

/** A section of netplan's YAML and a key below it; the key may have dots. */
export const netplanDefinition = () => {
  const sections = 'ethernets|bonds|bridges|dummy-devices|modems|tunnels|vlans|vrfs|wifis'
  const definition = new RegExp(`^(?:${sections})\\.[A-Za-z0-9_][A-Za-z0-9._-]*$`)
  const why = 'it is SECTION.KEY, as in `vlans.uplink`'
  return matching('a definition of netplan’s', 'definition', definition, why)
}
