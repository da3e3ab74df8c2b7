// Program of the GitHub Action (action.yml): checks descriptions and trees, and keeps one comment on the pull request
// that says what it changes. It starts programs without a shell, so no input is read as a command.
import { spawnSync } from 'node:child_process'
import { appendFileSync, readFileSync } from 'node:fs'

/** First line of the comment, by which the next run finds it. */
const MARKER = '<!-- multihome: what this pull request changes -->'
/** GitHub refuses more than 65,536 characters. */
const MAX_COMMENT = 65_000

const { env } = process
const event = JSON.parse(readFileSync(env.GITHUB_EVENT_PATH, 'utf8'))
const number = event.pull_request?.number
const descriptions = env.DESCRIPTIONS.split('\n')
  .map((line) => line.trim())
  .filter((line) => line !== '')
const strict = env.STRICT === 'true' ? ['--strict'] : []

function run(program, words) {
  const { status, stdout, stderr, error } = spawnSync(program, words, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  if (error !== undefined) throw new Error(`${program}: ${error.message}`)
  return { ok: status === 0, stdout, stderr }
}

function multihome(...words) {
  const [program, ...first] = env.COMMAND.trim().split(/\s+/)
  return run(program, [...first, ...words])
}

function git(...words) {
  const { ok, stdout, stderr } = run('git', words)
  if (!ok) throw new Error(`git ${words[0]}: ${stderr.trim()} (actions/checkout needs fetch-depth: 0)`)
  return stdout
}

/** Commit that the branch starts at: what the base branch gained since is no change of this pull request. */
function baseCommit() {
  const revision = env.BASE === '' ? event.pull_request?.base.sha : env.BASE
  if (revision === undefined) throw new Error('not a pull request: the input `base` is missing')
  const commit = git('rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`).trim()
  return git('merge-base', commit, 'HEAD').trim()
}

/** A fence that the text cannot end. */
function fenced(text) {
  const ticks = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length)) + 1
  return `${'`'.repeat(ticks)}text\n${text.trimEnd()}\n${'`'.repeat(ticks)}`
}

/** At a line's end; a code fence that is open there is closed. */
function shortened(text) {
  if (text.length <= MAX_COMMENT) return text
  const kept = text.slice(0, text.lastIndexOf('\n', MAX_COMMENT))
  const open = [...kept.matchAll(/^(`{3,})/gm)].reduce(
    (fence, [ticks]) => (fence === undefined ? ticks : ticks === fence ? undefined : fence),
    undefined,
  )
  return [kept, ...(open === undefined ? [] : [open]), '', 'The summary of the run has the rest.', ''].join(
    '\n',
  )
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

/** Markdown, by file, until `multihome diff` compares repositories. */
function difference(base) {
  const files = git('diff', '--name-only', '--diff-filter=M', '--relative', '-z', base, '--', ...descriptions)
  const results = files
    .split('\0')
    .filter((file) => /\.ya?ml$/.test(file))
    .map((file) => multihome('diff', `git:${base}:${file}`, file, '--format', 'markdown'))
  return {
    ok: results.every(({ ok }) => ok),
    stdout: results.map(({ stdout }) => stdout).join('\n'),
    stderr: results.map(({ stderr }) => stderr).join(''),
  }
}

async function main() {
  const check = multihome('check', ...descriptions, ...strict)
  const trees =
    env.OUTPUT === '' ? [] : [multihome('render', ...descriptions, '--out', env.OUTPUT, '--check')]
  const changes = difference(baseCommit())
  // The other commands report the errors of `check` again.
  const results = check.ok
    ? [
        ...trees.map((result) => ({ title: 'Trees that are not up to date', ...result })),
        { title: 'Hosts that cannot be compared', ...changes },
      ]
    : [{ title: 'Descriptions with errors', ...check }]
  const failures = results.filter(({ ok }) => !ok)
  if (failures.length > 0) process.exitCode = 1
  for (const { stderr } of check.ok ? [check, ...failures] : failures) process.stderr.write(stderr)

  const effect = changes.stdout.trim()
  const text = [
    MARKER,
    '## multihome',
    ...failures.map(({ title, stderr }) => `### ${title}\n\n${fenced(stderr)}`),
    effect === '' ? 'No host changes.' : effect,
  ].join('\n\n')
  if (env.GITHUB_STEP_SUMMARY) appendFileSync(env.GITHUB_STEP_SUMMARY, `${text}\n`)
  if (env.COMMENT !== 'true' || number === undefined) return
  // The token of a pull request from a fork may only read.
  await comment(shortened(text), failures.length > 0 || effect !== '').catch(({ message }) =>
    console.log(`::warning::multihome: no comment was written: ${message}`),
  )
}

await main().catch(({ message }) => {
  console.error(`multihome: ${message}`)
  process.exitCode = 1
})
