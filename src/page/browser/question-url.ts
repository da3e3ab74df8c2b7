// Question in the fragment of the URL: `#packet=8.8.8.8+from+10.0.0.7+iif+lan0&lease=wan1=198.51.100.80/24`.

export interface Question {
  readonly packet: string
  /** Text of the lease by link. */
  readonly leases: ReadonlyMap<string, string>
}

/** undefined where the fragment has no question. */
export function readQuestion(fragment: string): Question | undefined {
  const parameters = new URLSearchParams(fragment.slice(1))
  const packet = parameters.get('packet')
  if (packet === null) return undefined
  const leases = parameters.getAll('lease').map((text): readonly [string, string] => {
    const end = text.indexOf('=')
    return [text.slice(0, end), text.slice(end + 1)]
  })
  return { packet, leases: new Map(leases) }
}

export function formatQuestion({ packet, leases }: Question): string {
  const parameters = [
    `packet=${encode(packet)}`,
    ...[...leases].map(([link, text]) => `lease=${encode(`${link}=${text}`)}`),
  ]
  return `#${parameters.join('&')}`
}

/** Leaves the characters of addresses and of `=` readable, which URLSearchParams would escape. */
const encode = (text: string): string =>
  encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replace(/%(?:2F|3A|2C|3D)/g, decodeURIComponent)

/** Milliseconds after the last change. Browsers limit how often a page may change its URL. */
const DELAY = 300

/** Keeps the URL up to date, without an entry in the history for each key. */
export function questionWriter(): (question: Question) => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  return (question) => {
    clearTimeout(timer)
    timer = setTimeout(() => history.replaceState(null, '', formatQuestion(question)), DELAY)
  }
}
