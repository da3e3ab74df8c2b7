// Script of the page: the lookup that `trace` uses, the highlighted path, and the plan items in every file.
import type { PageData } from '../model/data.js'
import { startAnchors } from './anchors.js'
import { all, one } from './dom.js'
import { startPacket } from './packet.js'
import { startPlanItems } from './plan-items.js'
import { startTabs } from './target-tabs.js'
import { startTheme } from './theme.js'

const data = JSON.parse(one('#data', HTMLScriptElement).textContent ?? '') as PageData

document.documentElement.classList.add('js')
startTheme()
const tabs = startTabs()
startAnchors(tabs)
startPacket(data, startPlanItems(data, tabs))

// Paper has no folds.
addEventListener('beforeprint', () => {
  for (const fold of all('details')) fold.setAttribute('open', '')
})
