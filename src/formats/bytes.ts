// Bytes of files: UTF-8, concatenation. The core is compiled without the types of Node or a browser, which both have TextEncoder.
interface Encoder {
  encode(text: string): Uint8Array
  encodeInto(text: string, bytes: Uint8Array): { readonly written: number }
}

declare const TextEncoder: new () => Encoder

let encoder: Encoder | undefined

/** Created at the first use: a bare context of JavaScript can load the library. */
const shared = (): Encoder => (encoder ??= new TextEncoder())

export const encodeUtf8 = (text: string): Uint8Array => shared().encode(text)

/** Number of bytes that were written from `offset`, at most three for each UTF-16 code unit. */
export const encodeUtf8Into = (text: string, bytes: Uint8Array, offset: number): number =>
  shared().encodeInto(text, bytes.subarray(offset)).written

export const noBytes = (): Uint8Array => new Uint8Array(0)

/** A copy, unless there is one chunk. */
export function concatBytes(chunks: readonly Uint8Array[]): Uint8Array {
  const [first, second] = chunks
  if (first !== undefined && second === undefined) return first
  const bytes = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0))
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.length
  }
  return bytes
}
