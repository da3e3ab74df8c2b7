// Public interface of the package `multihome`. docs/library.md documents it.
export { compile, type Compilation, type CompileOptions, type TargetChoice } from './compile.js'
export { trace, type PacketFields, type PacketTrace } from './trace.js'

// The phases of `compile`, one by one.
export { parseYaml, type Source } from './yaml/source.js'
export { decode } from './description/decode.js'
export { resolve } from './network/resolve.js'
export { lower } from './plan/lower/lower.js'
export { formatOrigin } from './plan/origin.js'
export { lint } from './lint/lint.js'
export { lookup, type Answer, type Packet, type TraceStep } from './lookup/lookup.js'
export type { Trace } from './lookup/trace.js'
export { createFib, type Fib } from './lookup/fib.js'
export { mismatchText } from './lookup/mismatch-text.js'
export { findUnknowns, applyPartialLeases, type Unknown } from './lookup/unknowns.js'
export type { LeaseData } from './plan/apply-leases.js'
export { formatAnswer, parsePacketTokens } from './syntax/route-get.js'
export { knownSoftware } from './software/registry.js'
export { ownersText, softwareOfRoute, softwareOfRule } from './software/attribution.js'
export { checkSupport } from './targets/support.js'
export { targets, getTarget, type TargetId } from './targets/index.js'
export { defineTarget } from './targets/target.js'
export { formats, formatTrees, getFormat, type FormatId } from './formats/index.js'
export type { Format, HostTree } from './formats/format.js'
export { compare, type CompareOptions } from './compare/compare.js'
export { page } from './page/page.js'
export { diff, isSame } from './diff/diff.js'

// Import: `importTree` describes a host by its files, `importLive` by the state that `readState` parses.
export { importTree, type Imported, type ImportOptions } from './import/import.js'
export { importLive } from './import/live/import-live.js'
export { filesWanted, readerNames, readsFile } from './import/files.js'
export {
  differenceKinds,
  type DifferenceKind,
  type Comparison as ImportComparison,
  type ImportDifference,
} from './import/differences.js'

// A live host: `gatherLine` is the command that collects its state, `readState` parses the answer, `verify` compares it
// with the plan.
export { gatherLine } from './verify/collect.js'
export { readState, type ReadState } from './verify/read/read-state.js'
export { verify } from './verify/verify.js'
export { isInSync, type Finding, type FindingKind, type FindingThing } from './verify/finding.js'
export type { LiveAddress, LiveLink, LiveRoute, LiveRule, LiveState } from './verify/state.js'

// Diagnostics.
export { createReporter, type Reporter, type ReportOptions } from './diagnostics/reporter.js'
export { formatPath, hasErrors } from './diagnostics/diagnostic.js'
export { formatDiagnostic, formatDiagnosticLine, type FormatOptions } from './diagnostics/format.js'
export { catalogue, isDiagnosticCode, type DiagnosticCode } from './diagnostics/catalogue/catalogue.js'

// For other programs: the JSON Schema of descriptions, the plan as plain data, the support matrix of the targets.
export { describePartSchema, describeSchema } from './description/schema/schema.js'
export { planDocument, type PlanDocument } from './syntax/plan-document.js'
export { matrixOf, type Matrix, type MatrixRow, type Variant } from './targets/matrix.js'

export type { Load, LoadedFile, LoadProblem } from './yaml/extends.js'
export type { SourceLine } from './diagnostics/source-line.js'
export type { CatalogueEntry } from './diagnostics/catalogue/define.js'
export type { Diagnostic, Path, Position, Related, Severity, Span } from './diagnostics/diagnostic.js'
export type { FoundLink, Place, Problem } from './found/found.js'
export type { InputFiles } from './found/reader.js'
export type { SourcePlan } from './import/source-plan.js'
export type { Description } from './description/description.js'
export type { Network } from './network/network.js'
export type {
  KernelPlan,
  Nexthop,
  Origin,
  PlannedLink,
  Route,
  Rule,
  RuleAction,
  Selector,
  Sysctl,
  Table,
} from './plan/plan.js'
export type {
  Cell,
  ComparedFile,
  ComparedStack,
  Comparison,
  Mechanism,
  PlanItem,
  PlanItemId,
  PlanItemKind,
  PlanItemNeed,
  Location,
  Reported,
} from './compare/comparison.js'
export type {
  Addresses,
  Change,
  Difference,
  Example,
  Hop,
  Links,
  MarkSet,
  Reroute,
  Numbers,
  Packets,
  StateDifference,
  Unanalyzed,
  Disposition,
} from './diff/difference.js'
export type { Behaviour, Note, Topic } from './targets/shared/runtime-notes.js'
export type { Feature, FeatureUse } from './plan/features.js'
export type { Software } from './software/software.js'
export type { Owner, RouteTraits, RuleTraits, MatchReason } from './software/attribution.js'
export type { Address } from './kernel/address.js'
export type { Family } from './kernel/family.js'
export type { Fwmark } from './kernel/fwmark.js'
export type { LinkName } from './kernel/link.js'
export type { Prefix } from './kernel/prefix.js'
export type {
  Capabilities,
  Output,
  RenderContext,
  Rendered,
  RenderedFile,
  Step,
  Steps,
  Support,
  Symlink,
  Target,
  TextFile,
  WrittenSettings,
} from './targets/target.js'
