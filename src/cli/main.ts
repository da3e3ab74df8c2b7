#!/usr/bin/env node
// Entry point of the command. `--version` loads nothing else.
import { version } from './runtime/version.js'

const words = process.argv.slice(2)

if (words.length === 1 && (words[0] === '--version' || words[0] === '-V'))
  process.stdout.write(`${version}\n`)
else void import('./runtime/launch.js').then(({ launch }) => launch(words))
