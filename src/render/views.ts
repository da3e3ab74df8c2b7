// Views: the complete data of each template, and for each line the parts of the plan that it configures.
import type { Origin } from '../plan/plan.js'

/**
 * How a line takes effect. `native`: the stack's own key. `common-file`: a file that every stack has beside its own
 * (sysctl.d, rt_tables.d, nftables). `drop-in`: a file of the layer below. `hook`: a command in a script that the stack
 * runs. `program`: a program of ours that keeps running.
 */
export type LineMechanism = 'native' | 'common-file' | 'drop-in' | 'hook' | 'program'

/** A line of a file, without line break. */
export interface Line {
  readonly text: string
  /** Of the parts of the plan that it configures; none for a line that only frames others. */
  readonly origins: readonly Origin[]
  /** Absent: that of the file. */
  readonly mechanism?: LineMechanism
}

export const line = (text: string, ...origins: readonly Origin[]): Line => ({ text, origins })

export const hook = (text: string, ...origins: readonly Origin[]): Line => ({
  text,
  origins,
  mechanism: 'hook',
})

/** Header of every generated file, as lines without the comment sign: see templates/partials/banner.hbs. */
export type Banner = readonly string[]

/** Lines below the comment that explains them. */
export interface Block {
  /** Lines of the comment, without the sign. */
  readonly comments: readonly string[]
  readonly lines: readonly Line[]
}

/** A stanza of interfaces(5); lines include their indentation. */
export interface InterfacesStanza {
  readonly comments: readonly string[]
  readonly heads: readonly Line[]
  readonly options: readonly Line[]
  readonly blocks: readonly Block[]
}

/** Shell commands that create or delete one link; the pattern is that of `case`. */
export interface NetifrcLinkCommands extends Block {
  readonly pattern: string
}

/** A link in netplan's YAML; every line is YAML, without its indentation. */
export interface NetplanLink {
  readonly comments: readonly string[]
  /** `"eth0":`, or `"eth0": {}` where nothing follows. */
  readonly head: Line
  readonly lines: readonly Line[]
  readonly hasRoutes: boolean
  readonly routes: readonly Block[]
  readonly hasRules: boolean
  readonly rules: readonly Block[]
}

/** Name of a partial → the part of a view that it reads. */
export interface Partials {
  readonly banner: { readonly banner: Banner }
}

/** Template name → its view without the banner, which every file has. */
interface BareViews {
  readonly 'shared/tracker-unit': { readonly path: string }
  readonly 'shared/tracker-service': { readonly path: string; readonly name: string }
  readonly 'netifrc/net': {
    /** Assignments. */
    readonly blocks: readonly Block[]
    readonly hasPreup: boolean
    readonly preup: readonly NetifrcLinkCommands[]
    readonly deleteHooks: readonly NetifrcLinkCommands[]
    readonly hasPostup: boolean
    /** Patterns and lines are shell text. */
    readonly postup: readonly { readonly pattern: string; readonly blocks: readonly Block[] }[]
    readonly hasPostdown: boolean
    readonly hasLoPostdown: boolean
    readonly postdown: readonly Block[]
  }
  readonly 'ifupdown/interfaces': { readonly stanzas: readonly InterfacesStanza[] }
  readonly 'ifupdown/hook': { readonly data: string; readonly program: string }
  /** Any file that is nothing but blocks. */
  readonly 'shared/blocks': { readonly blocks: readonly Block[] }
  readonly 'shared/marks': {
    /** Rules of each chain, by gateway. */
    readonly arriving: readonly Block[]
    /** Matches a packet that already has a gateway's mark. */
    readonly isMarked: string
    readonly answering: readonly Block[]
    readonly leaving: readonly Block[]
  }
  readonly 'shared/marks-unit': { readonly ruleset: string }
  readonly 'shared/marks-service': { readonly ruleset: string }
  readonly 'nm-dispatcher/script': {
    /** The script's own file name, for its usage. */
    readonly name: string
    readonly protocol: number
    readonly program: string
    readonly blocks: readonly Block[]
  }
  readonly 'nm-keyfile/keyfile': {
    readonly sections: readonly { readonly header: Line; readonly blocks: readonly Block[] }[]
  }
  readonly 'iproute2/multihome': { readonly name: string; readonly data: string; readonly program: string }
  readonly 'netplan/netplan': {
    readonly settings: readonly string[]
    readonly sections: readonly { readonly name: string; readonly links: readonly NetplanLink[] }[]
  }
}

/** Template name → view. */
export type Views = {
  readonly [Name in keyof BareViews]: BareViews[Name] & Partials['banner']
}
