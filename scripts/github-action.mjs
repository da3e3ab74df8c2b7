// Program of the GitHub Action (action.yml): checks descriptions and trees, and keeps one comment on the pull request
// that says what it changes. It starts programs without a shell, so no input is read as a command.
import { spawnSync } from 'node:child_process'
import { appendFileSync, readFileSync } from 'node:fs'

/** First line of the comment, by which the next run finds it. */
const MARKER = '<!-- multihome: what this pull request changes -->'
/** GitHub refuses a comment of more than 65,536 characters; `diff --format markdown` prints at most 60,000. */
const MAX_FINDINGS = 4000

const { env } = process
const event = JSON.parse(readFileSync(env.GITHUB_EVENT_PATH, 'utf8'))
const number = event.pull_request?.number
const descriptions = env.DESCRIPTIONS.split('\n')
  .map((line) => line.trim())
  .filter((line) => line !== '')
const output = env.OUTPUT === '' ? [] : ['--out', env.OUTPUT]
const strict = env.STRICT === 'true' ? ['--strict'] : []

function run(program, words) {
  const { status, stdout, stderr, error } = spawnSync(program, words, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (error !== undefined) throw new Error(`${program}: ${error.message}`)
  return { status, stdout, stderr }
}

function multihome(...words) {
  const [program, ...first] = env.COMMAND.trim().split(/\s+/)
  return run(program, [...first, ...words])
}

function git(...words) {
  const { status, stdout, stderr } = run('git', words)
  if (status !== 0)
    throw new Error(`git ${words[0]}: ${stderr.trim()} (actions/checkout needs fetch-depth: 0)`)
  return stdout
}

/** Commit that the branch starts at: what the base branch gained since is no change of this pull request. */
function baseCommit() {
  const revision = env.BASE === '' ? event.pull_request?.base.sha : env.BASE
  if (revision === undefined) throw new Error('not a pull request: the input `base` is missing')
  const commit = git('rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`).trim()
  return git('merge-base', commit, 'HEAD').trim()
}

/** The first lines, in a fence that the text cannot end. The log has them all. */
function fenced(text) {
  const short =
    text.length > MAX_FINDINGS ? `${text.slice(0, text.lastIndexOf('\n', MAX_FINDINGS))}\n…` : text
  const longest = Math.max(2, ...[...short.matchAll(/`+/g)].map(([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}text\n${short.trimEnd()}\n${fence}`
}

async function api(method, path, body) {
  const response = await fetch(`${env.GITHUB_API_URL}/repos/${env.GITHUB_REPOSITORY}${path}`, {
    method,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${env.GITHUB_TOKEN}`,
      'x-github-api-version': '2022-11-28',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`${method} ${path.replace(/\?.*/, '')}: HTTP status ${response.status}`)
  return response.json()
}

/** People who can change the repository, and programs. Anybody else may copy the marker into a comment. */
const isTrusted = ({ user, author_association: association }) =>
  user?.type === 'Bot' || ['OWNER', 'MEMBER', 'COLLABORATOR'].includes(association)

async function findComment() {
  for (let page = 1; ; page += 1) {
    const comments = await api('GET', `/issues/${number}/comments?per_page=100&page=${page}`)
    const found = comments.find((each) => each.body?.startsWith(MARKER) && isTrusted(each))
    if (found !== undefined || comments.length < 100) return found
  }
}

/** A first comment needs something to say; an earlier one is kept up to date. */
async function comment(body, isNews) {
  const earlier = await findComment()
  if (earlier !== undefined) await api('PATCH', `/issues/comments/${earlier.id}`, { body })
  else if (isNews) await api('POST', `/issues/${number}/comments`, { body })
}

async function main() {
  const check = multihome('check', ...descriptions, ...strict)
  const isRendered = env.RENDER === 'true' && check.status === 0
  const trees = isRendered ? [multihome('render', ...descriptions, ...output, '--check')] : []
  process.stderr.write(trees.reduce((text, { stderr }) => text + stderr, check.stderr))
  const failures = [
    { title: 'Descriptions with errors', ...check },
    ...trees.map((result) => ({ title: 'Trees that are not up to date', ...result })),
  ].filter(({ status }) => status !== 0)
  if (failures.length > 0) process.exitCode = 1
  // Status 1: a host changes, or cannot be compared, which the Markdown says.
  const changes = multihome('diff', baseCommit(), ...descriptions, '--format', 'markdown', '--exit-code')
  if (changes.status !== 0 && changes.status !== 1) throw new Error(`diff: ${changes.stderr.trim()}`)

  const text = [
    MARKER,
    '## multihome',
    ...failures.map(({ title, stderr }) => `### ${title}\n\n${fenced(stderr)}`),
    changes.stdout.trim(),
  ].join('\n\n')
  if (env.GITHUB_STEP_SUMMARY) appendFileSync(env.GITHUB_STEP_SUMMARY, `${text}\n`)
  if (env.COMMENT !== 'true' || number === undefined) return
  // The token of a pull request from a fork may only read.
  await comment(text, failures.length > 0 || changes.status === 1).catch(({ message }) =>
    console.log(`::warning::multihome: no comment was written: ${message}`),
  )
}

await main().catch(({ message }) => {
  console.error(`multihome: ${message}`)
  process.exitCode = 1
})
