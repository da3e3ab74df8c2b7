// The page of a comparison: one file that asks nothing of any network, and lets nothing in it but our own program run.
import type { Comparison } from '../compare/comparison.js'
import type { KernelPlan } from '../plan/plan.js'
import { script, scriptHash, style, styleHash } from './browser.generated.js'
import { dataOf } from './model/data.js'
import { html, jsonElement, type Markup } from './markup.js'
import { askSection } from './sections/trace.js'
import { runtimeNotesSection } from './sections/runtime-notes.js'
import { supportSection } from './sections/support.js'
import { filesSection } from './sections/files.js'
import { huesOf } from './model/links.js'

/** Whatever a description says is text here; should markup of it slip through, nothing of it would be loaded or run. */
const policy = [
  "default-src 'none'",
  `style-src '${styleHash}'`,
  `script-src '${scriptHash}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

/** To the byte, as its hash wants it. */
const raw = (markup: string): Markup => ({ markup })

export function page(comparison: Comparison, plan: KernelPlan): string {
  const { file, stacks } = comparison
  const count = stacks.length === 1 ? 'one stack says' : `${stacks.length} stacks say`
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${file} · multihome</title>
        ${raw(`<style>${style}</style>`)}
      </head>
      <body>
        <a class="skip" href="#packet">Skip to the packet</a>
        <header class="top">
          <div>
            <h1>${file}</h1>
            <p>
              What this host’s kernel shall hold, and how ${count} it. From one description, by multihome.
            </p>
          </div>
          <nav aria-label="Parts of the page">
            <a href="#ask">Packet</a><a href="#files">Files</a><a href="#costs">Costs</a
            ><a href="#behaviour">Behaviour</a><button type="button" id="theme" class="live">Dark</button>
          </nav>
        </header>
        <main>
          ${askSection(plan)}${filesSection(comparison, huesOf(plan))}${supportSection(comparison)}${runtimeNotesSection(comparison)}
        </main>
        ${jsonElement('data', dataOf(comparison, plan))} ${raw(`<script>${script}</script>`)}
      </body>
    </html> `.markup
}
