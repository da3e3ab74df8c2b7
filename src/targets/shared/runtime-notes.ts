// What does each stack do with the planned state while the host lives? Facts beside the files, proved by boots.

/** In the order in which a page tells them. */
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
  boot: 'at boot: who lays it, and in which order',
  carrier: 'a link loses its carrier, and has it again',
  'set-down': 'a link is set down by hand, and up again',
  lease: 'a lease is renewed, changes or ends',
  restart: 'the program is restarted',
  change: 'the files change',
  stop: 'the program is stopped',
  removal: 'who takes it away for good',
  others: 'beside other programs',
}

export interface Note {
  readonly text: string
  /** Where it is told at length: `docs/targets/networkd.md#life-cycle`. */
  readonly source: string
}

/** Total: a topic without a word on it does not compile. */
export type Behaviour = Readonly<Record<Topic, Note>>

/** Facts of one document, by its headings. */
export const factsOf =
  (document: string) =>
  (heading: string, text: string): Note => ({ text, source: `docs/targets/${document}.md#${heading}` })

/** Where nothing but the kernel sees a carrier. */
export const KERNEL_ALONE =
  'Nothing is taken away. The kernel itself passes the routes over the link by within a second, and uses them again with the carrier.'
