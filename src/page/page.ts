// Page of a comparison: one HTML file that loads nothing and runs no script but its own.
import type { ComparedStack, Comparison } from '../compare/comparison.js'
import type { KernelPlan } from '../plan/plan.js'
import { script, scriptHash, style, styleHash } from './browser.generated.js'
import { pageData } from './model/data.js'
import { gatewayStyles } from './model/links.js'
import { html, jsonElement, type Markup } from './markup.js'
import { filesSection } from './sections/files.js'
import { runtimeNotesSection } from './sections/runtime-notes.js'
import { supportSection } from './sections/support.js'
import { traceSection } from './sections/trace.js'

/** Second line of defence behind escaping: the browser loads and runs nothing that a description smuggles in. */
const policy = [
  "default-src 'none'",
  `style-src '${styleHash}'`,
  `script-src '${scriptHash}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

/** Byte for byte, since the policy has its hash. */
const raw = (markup: string): Markup => ({ markup })

/** `named`: ids of the targets that the description names; their files are shown first. */
export function page(
  { stacks: unordered, ...rest }: Comparison,
  plan: KernelPlan,
  named: readonly string[] = [],
): string {
  const stacks = inOrderOfUse(unordered, named)
  const comparison = { ...rest, stacks }
  const configures = stacks.length === 1 ? 'one stack configures' : `${stacks.length} stacks configure`
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${comparison.file} · multihome</title>
        ${raw(`<style>${style}</style>`)}
      </head>
      <body>
        <a class="skip" href="#packet">Skip to the packet</a>
        <header class="top">
          <div>
            <h1>${comparison.file}</h1>
            <p>The kernel state of this host, and how ${configures} it. Rendered by multihome.</p>
          </div>
          <nav aria-label="Sections">
            <a href="#trace">Packet</a><a href="#files">Files</a><a href="#support">Support</a
            ><a href="#runtime">Run time</a><button type="button" id="theme" class="live">Dark</button>
          </nav>
        </header>
        <main>
          ${traceSection(plan)}${filesSection(comparison, gatewayStyles(plan))}${supportSection(comparison)}${runtimeNotesSection(comparison)}
        </main>
        ${jsonElement('data', pageData(comparison, plan))} ${raw(`<script>${script}</script>`)}
      </body>
    </html> `.markup
}

/** By how many Linux hosts run the stack. */
const byUse = ['netplan', 'networkd', 'nm-keyfile', 'ifupdown', 'nm-dispatcher', 'iproute2', 'netifrc']

/** `named`: ids of the targets that the description names. */
function inOrderOfUse(stacks: readonly ComparedStack[], named: readonly string[]): readonly ComparedStack[] {
  const rank = ({ id }: ComparedStack): number =>
    (named.includes(id) ? 0 : byUse.length) + (byUse.includes(id) ? byUse.indexOf(id) : byUse.length)
  return stacks.toSorted((a, b) => rank(a) - rank(b))
}
