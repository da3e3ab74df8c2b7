// What each template is given: plain, complete objects; the map is the contract with templates/.

/** The head of every generated file: see templates/partials/banner.hbs. */
export interface Banner {
  /** What begins a comment line: `#`. */
  readonly sign: string
  /** The description's file name. */
  readonly file: string
  /** The target's title. */
  readonly stack: string
  /** Lines without the comment sign: what the file is for, and the steps that put it to work. */
  readonly notes: readonly string[]
}

export interface CommentedLine {
  /** Lines of comment, without the sign. */
  readonly comments: readonly string[]
  readonly lines: readonly string[]
}

/** Template name → view. */
export interface Views {
  readonly 'shared/rt-tables': {
    readonly banner: Banner
    readonly tables: readonly { readonly id: number; readonly name: string; readonly comment: string }[]
  }
  readonly 'shared/rt-protos': { readonly banner: Banner; readonly id: number; readonly name: string }
  readonly 'shared/sysctl': {
    readonly banner: Banner
    readonly settings: readonly { readonly key: string; readonly value: string; readonly comment: string }[]
  }
}
