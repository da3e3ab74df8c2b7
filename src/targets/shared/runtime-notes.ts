// Runtime notes: what a stack does with the planned state while the host is up. Boots prove them.

/** In display order. */
export const topics = [
  'boot',
  'carrier',
  'set-down',
  'lease',
  'restart',
  'change',
  'stop',
  'removal',
  'others',
] as const

export type Topic = (typeof topics)[number]

export const topicTitles: Readonly<Record<Topic, string>> = {
  boot: 'boot: what installs it, and in which order',
  carrier: 'a link loses its carrier and gets it back',
  'set-down': 'a link is set down and up by hand',
  lease: 'a lease is renewed, changes or ends',
  restart: 'the program is restarted',
  change: 'the files change',
  stop: 'the program is stopped',
  removal: 'how to remove it for good',
  others: 'beside other programs',
}

export interface Note {
  readonly text: string
  /** Section with the details: `docs/targets/networkd.md#life-cycle`. */
  readonly source: string
}

/** Total: the compiler names a missing topic. */
export type Behaviour = Readonly<Record<Topic, Note>>

/** Headings that the documents of most targets have. */
const headings: Readonly<Record<Topic, string>> = {
  boot: 'life-cycle',
  carrier: 'when-a-link-is-lost',
  'set-down': 'life-cycle',
  lease: 'leases',
  restart: 'what-a-stop-leaves',
  change: 'what-a-change-leaves',
  stop: 'what-a-stop-leaves',
  removal: 'to-take-it-away',
  others: 'beside-other-programs',
}

/** `sections`: where another section than that of the topic has the details, as in `nm-keyfile#leases`. */
export function notesOf<T extends Topic>(
  document: string,
  texts: Readonly<Record<T, string>>,
  sections: Readonly<Partial<Record<Topic, string>>> = {},
): Readonly<Record<T, Note>> {
  const notes = Object.entries<string>(texts).map(([topic, text]) => {
    const section = sections[topic as T] ?? `${document}#${headings[topic as T]}`
    return [topic, { text, source: `docs/targets/${section.replace('#', '.md#')}` }]
  })
  return Object.fromEntries(notes) as Record<T, Note>
}

/** For stacks that do not react to the carrier. */
export const KERNEL_ALONE =
  'Nothing is removed. The kernel skips routes over the link within a second, and uses them again once the carrier is back.'
