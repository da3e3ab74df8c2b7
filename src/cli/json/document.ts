// JSON documents that commands print: their types, and their text.
import type * as z from 'zod/mini'

/** A document of `schema`, as the commands build it. */
export type DocumentOf<S extends z.ZodMiniType> = Readonlys<z.output<S>>

type Readonlys<T> = T extends readonly (infer E)[]
  ? readonly Readonlys<E>[]
  : T extends object
    ? { readonly [K in keyof T]: Readonlys<T[K]> }
    : T

export const jsonText = <S extends z.ZodMiniType>(document: DocumentOf<S>): string =>
  `${JSON.stringify(document, null, 2)}\n`
