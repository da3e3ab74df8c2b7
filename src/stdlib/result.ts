// Result of what can fail without being a bug.

/** The value, or why there is none: by default a sentence for people. */
export type Result<T, Failure = { readonly problem: string }> =
  { readonly ok: true; readonly value: T } | (Failure & { readonly ok: false })

export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value })
