// JSON documents that commands print: their types, their text, and parts of a plan with their origin.
import type * as z from 'zod/mini'
import type { Path } from '../../diagnostics/diagnostic.js'
import type { SourceLine } from '../../diagnostics/source-line.js'
import type { Origin } from '../../plan/plan.js'
import { originDocument, type PlanDocument } from '../../syntax/plan-document.js'

/** A document of `schema`, as the commands build it. */
export type DocumentOf<S extends z.ZodMiniType> = Readonlys<z.output<S>>

type Readonlys<T> = T extends readonly (infer E)[]
  ? readonly Readonlys<E>[]
  : T extends object
    ? { readonly [K in keyof T]: Readonlys<T[K]> }
    : T

export const jsonText = <S extends z.ZodMiniType>(document: DocumentOf<S>): string =>
  `${JSON.stringify(document, null, 2)}\n`

export const withOrigin = <T extends { readonly origin: Origin }>(
  one: T,
  lineOf: (path: Path) => SourceLine,
  documentOf: (one: T) => PlanDocument,
): PlanDocument => ({ ...documentOf(one), ...originDocument(one.origin, lineOf) })
