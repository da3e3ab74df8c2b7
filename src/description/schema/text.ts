// Schema of free text, sysctls and versions: values that are written to files unchanged.
import type { PathEnd } from '../../diagnostics/diagnostic.js'
import { fail, ok, scalar, textScalar, wrongType } from './primitives.js'
import { shorten } from './describe-value.js'

export const MAX_COMMENT = 200

/** Characters that a shell or a template interprets, even inside a comment. */
const SHELL: Readonly<Record<string, string>> = {
  '`': 'a backquote',
  $: 'a dollar sign',
  '\\': 'a backslash',
  '"': 'a double quote',
}

export const comment = () =>
  textScalar('a text', { maxLength: MAX_COMMENT, pattern: '^[^`$\\\\"\\x00-\\x1f\\x7f]*$' }, (text) => {
    const sign = /[`$\\"]/.exec(text)?.[0]
    if (sign !== undefined) return fail('string-shell-syntax', { character: SHELL[sign] ?? sign })
    const length = [...text].length
    return length > MAX_COMMENT ? fail('string-too-long', { length, limit: MAX_COMMENT }) : ok(text)
  })

/** `net.ipv4.ip_forward`, `net/ipv4/conf/eth0.100/rp_filter`. No empty part, so no `..` that leads out of /proc/sys. */
export const SYSCTL_KEY = /^[a-z0-9_]+(?:[./][A-Za-z0-9_@:-]+)+$/

export function sysctlKeyProblem(key: string, on: PathEnd = 'key'): ReturnType<typeof fail> | undefined {
  if (SYSCTL_KEY.test(key) && key.length <= 128) return undefined
  return fail('sysctl-invalid', { text: shorten(key), why: 'the key is not names joined by dots' }, { on })
}

export const sysctlKey = () =>
  textScalar<string>(
    'a sysctl',
    { pattern: SYSCTL_KEY.source, maxLength: 128 },
    (key) => sysctlKeyProblem(key, 'value') ?? ok(key),
  )

const SYSCTL_VALUE = /^[A-Za-z0-9_.,:/+@%=-]+(?: [A-Za-z0-9_.,:/+@%=-]+)*$/

export const sysctlValue = () => {
  const shape = { anyOf: [{ type: 'integer' }, { type: 'string', pattern: SYSCTL_VALUE.source }] }
  return scalar<string>(shape, (value) => {
    if (Number.isSafeInteger(value)) return ok(String(value))
    if (typeof value === 'boolean') {
      const expected = 'a number or plain text'
      const found = `\`${value}\``
      return fail('type-wrong', { expected, found }, { fix: value ? 'Write 1.' : 'Write 0.' }, true)
    }
    if (typeof value !== 'string') return wrongType('text', 'a number or plain text', value)
    if (SYSCTL_VALUE.test(value) && value.length <= 200) return ok(value)
    return fail('sysctl-invalid', {
      text: shorten(value),
      why: 'the value has other characters than letters, digits and _.,:/+@%=-',
    })
  })
}

/** Version of a stack: `257`, `'1.30'`, `1.52.1-2`. YAML reads 1.30 as the number 1.3, which is another version. */
export const version = () => {
  const pattern = /^\d[0-9A-Za-z.+~:-]*$/
  const shape = {
    anyOf: [
      { type: 'integer', minimum: 0 },
      { type: 'string', pattern: pattern.source },
    ],
  }
  return scalar<string | number>(shape, (value) => {
    if (Number.isSafeInteger(value) && Number(value) >= 0) return ok(Number(value))
    if (typeof value === 'number')
      return fail(
        'version-ambiguous',
        (written) => ({ text: written ?? String(value) }),
        (written) => ({ fix: `Quote it: version: '${written ?? value}'.` }),
      )
    if (typeof value !== 'string') return wrongType('other', 'a version', value)
    if (pattern.test(value) && value.length <= 64) return ok(value)
    return fail('name-invalid', {
      what: 'version',
      name: shorten(value),
      why: 'a version begins with a digit, such as 257.4',
    })
  })
}
