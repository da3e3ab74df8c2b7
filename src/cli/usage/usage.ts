// Declaration of a command's arguments, for parsing, usage errors, help, completion and docs/command-line.md.

export interface UsageProblem {
  readonly problem: string
  /** What to write instead. */
  readonly fix?: string
  /** Whether a description is missing: the hosts of a repository are named. */
  readonly lacksDescription?: boolean
}

/** A word that can be completed. */
export interface Candidate {
  readonly value: string
  readonly describe?: string
}

/** The shell completes paths; other candidates are computed on demand. */
export type Completes = 'files' | 'folders' | (() => Promise<readonly Candidate[]>)

export interface Positional {
  readonly describe: string
  readonly required?: true
  /** Takes all remaining words. Only the last positional may. */
  readonly array?: true
  readonly choices?: readonly string[]
  readonly completes?: Completes
}

export interface Option {
  readonly type: 'string' | 'boolean'
  readonly describe: string
  /** One letter: `t` for `-t`. */
  readonly alias?: string
  /** May be given several times. */
  readonly array?: true
  readonly choices?: readonly string[]
  /** Problems of a value without `choices`. */
  readonly problemsOf?: (value: string) => readonly UsageProblem[]
  readonly default?: string
  /** Placeholder of the value in help; default: VALUE. */
  readonly value?: string
  readonly completes?: Completes
}

export interface Usage {
  /** In the order in which they are typed. */
  readonly positionals?: Readonly<Record<string, Positional>>
  readonly options?: Readonly<Record<string, Option>>
  /** A command line, with `$0` for multihome, and what it does. */
  readonly examples?: readonly (readonly [string, string])[]
  /** A paragraph at the end of the help. */
  readonly notes?: string
}

type Single<S> = S extends { readonly choices: readonly (infer Choice)[] } ? Choice : string

type PositionalValue<P> = P extends { readonly array: true }
  ? readonly Single<P>[]
  : P extends { readonly required: true }
    ? Single<P>
    : Single<P> | undefined

type OptionValue<O> = O extends { readonly type: 'boolean' }
  ? boolean
  : O extends { readonly array: true }
    ? readonly Single<O>[]
    : O extends { readonly default: string }
      ? Single<O>
      : Single<O> | undefined

/** Values of a command's arguments. By default a flag is false, and a list is empty. */
export type ValuesOf<U extends Usage> = {
  readonly [Name in keyof U['positionals']]: PositionalValue<U['positionals'][Name]>
} & {
  readonly [Name in keyof U['options']]: OptionValue<U['options'][Name]>
}

/** Options of every command. */
export const commonOptions = {
  help: { type: 'boolean', alias: 'h', describe: 'Print this help' },
  version: { type: 'boolean', alias: 'V', describe: 'Print the version' },
  color: {
    type: 'string',
    value: 'WHEN',
    choices: ['auto', 'always', 'never'],
    default: 'auto',
    describe: 'Colour the output',
  },
} as const satisfies Readonly<Record<string, Option>>

/** By name; those of every command come last. */
export const optionsOf = ({ options = {} }: Usage): Readonly<Record<string, Option>> => ({
  ...options,
  ...commonOptions,
})

/** The option that `--name` or `-n` means. */
export function optionNamed(usage: Usage, dashed: string): readonly [string, Option] | undefined {
  const name = dashed.replace(/^--?/, '')
  return Object.entries(optionsOf(usage)).find(([long, { alias }]) =>
    dashed.startsWith('--') ? name === long : name === alias,
  )
}

/** How a positional is written in help: `FILE` for `files`. */
export const placeholder = (name: string): string => name.toUpperCase().replace(/S$/, '')

/** `multihome render FILE... [OPTIONS]`. */
export function usageLine(name: string, { positionals = {}, options }: Usage): string {
  const words = Object.entries(positionals).map(([each, positional]) => {
    const word = termOf(each, positional)
    return positional.required === true ? word : `[${word}]`
  })
  return ['multihome', name, ...words, ...(options === undefined ? [] : ['[OPTIONS]'])].join(' ')
}

export const termOf = (name: string, { array }: Positional): string =>
  `${placeholder(name)}${array === true ? '...' : ''}`

export const exampleLine = (line: string): string => line.replaceAll('$0', 'multihome')
