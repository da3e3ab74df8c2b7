// The page’s own program: the same look-up as the command’s, and what lights up when something is pointed at.
import type { PageData } from '../model/data.js'
import { startAnchors } from './anchors.js'
import { startChooser } from './target-tabs.js'
import { one } from './dom.js'
import { startFolds } from './collapse.js'
import { startIdeas } from './plan-items.js'
import { startPacket } from './packet.js'
import { startTheme } from './theme.js'

const data = JSON.parse(one('#data', HTMLScriptElement).textContent ?? '') as PageData

document.documentElement.classList.add('js')
startTheme()
startFolds()
const chooser = startChooser()
startAnchors(chooser)
const ideas = startIdeas(data, chooser)
startPacket(data, ideas)
