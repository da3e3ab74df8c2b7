// What each template is given: plain, complete objects; the map is the contract with templates/.

/** Header of every generated file, as lines without the comment sign: see templates/partials/banner.hbs. */
export type Banner = readonly string[]

export interface CommentedLine {
  /** Lines of comment, without the sign. */
  readonly comments: readonly string[]
  readonly lines: readonly string[]
}

/** A stanza of interfaces(5); lines are whole and indented, comments are without sign. */
export interface InterfacesStanza {
  readonly comments: readonly string[]
  readonly heads: readonly string[]
  readonly options: readonly string[]
  readonly blocks: readonly CommentedLine[]
}

/** Commands for one link; all are shell text. */
export interface NetifrcMaking {
  readonly pattern: string
  readonly comments: readonly string[]
  readonly lines: readonly string[]
}

/** A link in netplan's YAML; every text is YAML already, without its indent. */
export interface NetplanLink {
  readonly comments: readonly string[]
  /** `"eth0":`, or `"eth0": {}` where nothing follows. */
  readonly head: string
  readonly lines: readonly string[]
  readonly hasRoutes: boolean
  readonly routes: readonly CommentedLine[]
  readonly hasRules: boolean
  readonly rules: readonly CommentedLine[]
}

/** Template name → view. */
export interface Views {
  /** Entries that stand empty hold a line of `:`. Lines are shell commands, patterns those of `case`. */
  readonly 'shared/follow': {
    readonly banner: Banner
    readonly name: string
    readonly protocol: number
    readonly follows: readonly CommentedLine[]
    readonly balances: readonly CommentedLine[]
    readonly overs: readonly CommentedLine[]
    /** ` -4:100 -6:100 `: families and metrics of balanced routes. */
    readonly levels: string
    readonly patterns: readonly string[]
  }
  /** The pattern is that of `case`. */
  readonly 'netifrc/dhcpcd-hook': {
    readonly banner: Banner
    readonly follow: string
    readonly comments: readonly string[]
    readonly pattern: string
  }
  readonly 'shared/follow-unit': { readonly banner: Banner; readonly path: string }
  readonly 'shared/follow-service': {
    readonly banner: Banner
    readonly path: string
    readonly name: string
  }
  readonly 'netifrc/net': {
    readonly banner: Banner
    /** Assignments, each under what its lines serve. */
    readonly blocks: readonly CommentedLine[]
    readonly hasPreup: boolean
    readonly preup: readonly NetifrcMaking[]
    readonly unmaking: readonly NetifrcMaking[]
    readonly hasPostup: boolean
    /** Patterns and lines are shell text. */
    readonly postup: readonly { readonly pattern: string; readonly blocks: readonly CommentedLine[] }[]
    readonly hasPostdown: boolean
    readonly hasLoPostdown: boolean
    readonly postdown: readonly CommentedLine[]
  }
  readonly 'ifupdown/interfaces': {
    readonly banner: Banner
    readonly stanzas: readonly InterfacesStanza[]
  }
  /** Lines are cases of a link's name. */
  readonly 'ifupdown/lease': {
    readonly banner: Banner
    readonly name: string
    readonly follow: string
    /** Seconds. */
    readonly patience: number
    readonly belongs: readonly CommentedLine[]
    readonly families: readonly CommentedLine[]
  }
  readonly 'ifupdown/lease-enter': {
    readonly banner: Banner
    readonly pattern: string
    readonly path: string
  }
  readonly 'ifupdown/lease-exit': {
    readonly banner: Banner
    readonly pattern: string
    readonly path: string
  }
  /** Entries that stand empty hold a line of `:`. Names and patterns are shell words. */
  readonly 'ifupdown/script': {
    readonly banner: Banner
    readonly protocol: number
    readonly interim: number
    readonly names: string
    readonly rules: readonly CommentedLine[]
    readonly always: readonly CommentedLine[]
    readonly links: readonly { readonly name: string; readonly blocks: readonly CommentedLine[] }[]
    readonly shared: readonly { readonly pattern: string; readonly blocks: readonly CommentedLine[] }[]
  }
  readonly 'shared/rt-tables': {
    readonly banner: Banner
    readonly tables: readonly {
      readonly id: number
      readonly name: string
      readonly comments: readonly string[]
    }[]
  }
  readonly 'shared/rt-protos': {
    readonly banner: Banner
    readonly protocols: readonly { readonly id: number; readonly name: string }[]
  }
  readonly 'shared/sysctl': {
    readonly banner: Banner
    readonly settings: readonly {
      readonly key: string
      readonly value: string
      readonly comments: readonly string[]
    }[]
  }
  readonly 'shared/marks': {
    readonly banner: Banner
    /** Of each chain, by gateway. */
    readonly arriving: readonly CommentedLine[]
    /** Matches a packet that has a gateway's mark already. */
    readonly isMarked: string
    readonly answering: readonly CommentedLine[]
    readonly leaving: readonly CommentedLine[]
  }
  readonly 'shared/marks-unit': { readonly banner: Banner; readonly ruleset: string }
  readonly 'shared/marks-service': { readonly banner: Banner; readonly ruleset: string }
  readonly 'nm-dispatcher/script': {
    readonly banner: Banner
    /** The script's own file name, for its usage. */
    readonly name: string
    readonly protocol: number
    /** Some route leads over several links. */
    readonly hasBalance: boolean
    /** Some IPv6 route has a source. */
    readonly awaitsSource: boolean
    /** None of the two is empty: a shell function needs a command. */
    readonly rules: readonly CommentedLine[]
    readonly routes: readonly { readonly heading: string; readonly blocks: readonly CommentedLine[] }[]
  }
  readonly 'nm-keyfile/keyfile': {
    readonly banner: Banner
    readonly sections: readonly { readonly header: string; readonly blocks: readonly CommentedLine[] }[]
  }
  /** Entries that stand empty hold a line of `:`. */
  readonly 'iproute2/multihome': {
    readonly banner: Banner
    /** The script's own file name, for its usage. */
    readonly name: string
    readonly protocol: number
    readonly interim: number
    readonly state: string
    readonly madeLinks: string
    readonly settings: readonly CommentedLine[]
    readonly makes: readonly CommentedLine[]
    readonly links: readonly CommentedLine[]
    readonly routes: readonly CommentedLine[]
    readonly rules: readonly CommentedLine[]
    /** Whether an IPv6 route has a source. */
    readonly waits: boolean
    readonly sources: string
    readonly isFollowing: boolean
    /** Path of the script that follows addresses. */
    readonly follow: string
  }
  /** Any file of networkd: sections, each under its comments. */
  readonly 'networkd/unit': { readonly banner: Banner; readonly blocks: readonly CommentedLine[] }
  readonly 'netplan/netplan': {
    readonly banner: Banner
    readonly settings: readonly string[]
    readonly sections: readonly { readonly name: string; readonly links: readonly NetplanLink[] }[]
  }
}
