// The GitHub Action: action.yml and its program, with a server on this machine in place of GitHub's API.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { commandFolder, description, repositoryFrom, root, type Ended, type Repository } from './tools.js'

const bin = commandFolder()

const texts = z.record(z.string(), z.string())
const action = z
  .strictObject({
    name: z.string(),
    description: z.string(),
    inputs: z.record(z.string(), z.strictObject({ description: z.string(), default: z.string() })),
    runs: z.strictObject({
      using: z.literal('composite'),
      steps: z.array(
        z.strictObject({
          shell: z.literal('bash'),
          run: z.string(),
          'working-directory': z.string(),
          env: texts,
        }),
      ),
    }),
  })
  .parse(load(readFileSync(join(root, 'action.yml'), 'utf8')))

const workflow = z
  .looseObject({
    jobs: z.strictObject({
      multihome: z.looseObject({
        steps: z.array(z.looseObject({ uses: z.string().optional(), with: z.looseObject({}).optional() })),
      }),
    }),
  })
  .parse(load(readFileSync(join(root, 'examples/github-actions/network.yml'), 'utf8')))

interface Comment {
  readonly id: number
  readonly user: { readonly type: string }
  readonly author_association: string
  body: string
}

interface Server {
  readonly url: string
  readonly comments: Comment[]
  /** `POST /repos/team/network/issues/7/comments`, in order. */
  readonly requests: string[]
}

const other = (body: string, id = 1): Comment => ({
  id,
  user: { type: 'User' },
  author_association: 'NONE',
  body,
})

const MAX_COMMENT = 65_536

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return z.object({ body: z.string().max(MAX_COMMENT) }).parse(JSON.parse(text)).body
}

/** The part of GitHub's API that comments need. */
async function openServer(comments: Comment[], mayWrite = true): Promise<Server> {
  const requests: string[] = []
  const server = createServer((request, response) => {
    const answer = (status: number, value: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    }
    const respond = async (): Promise<void> => {
      const url = new URL(request.url ?? '', 'http://localhost')
      requests.push(`${request.method ?? ''} ${url.pathname}`)
      const isList = url.pathname === '/repos/team/network/issues/7/comments'
      const edited = comments.find(({ id }) => url.pathname === `/repos/team/network/issues/comments/${id}`)
      if (request.headers.authorization !== 'Bearer secret') answer(401, {})
      else if (request.method === 'GET' && isList) {
        const page = Number(url.searchParams.get('page') ?? 1)
        const size = Number(url.searchParams.get('per_page') ?? 30)
        answer(200, comments.slice((page - 1) * size, page * size))
      } else if (!mayWrite) answer(403, { message: 'Resource not accessible by integration' })
      else if (request.method === 'POST' && isList) {
        const id = comments.length + 1000
        comments.push({ id, user: { type: 'Bot' }, author_association: 'NONE', body: await bodyOf(request) })
        answer(201, { id })
      } else if (request.method === 'PATCH' && edited !== undefined) {
        edited.body = await bodyOf(request)
        answer(200, { id: edited.id })
      } else answer(404, {})
    }
    respond().catch(() => answer(422, {}))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return { url: `http://127.0.0.1:${address.port}`, comments, requests }
}

interface Outcome extends Ended {
  readonly summary: string
}

/** The steps of action.yml as a runner starts them: expressions are replaced, then bash runs the line. */
async function runAction(
  { folder, must }: Repository,
  base: string,
  server: Server,
  inputs: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const branch = must('git', ['branch', '--show-current']).trim()
  const event = { pull_request: { number: 7, base: { sha: base, ref: branch }, head: { ref: branch } } }
  const files = join(folder, '.git')
  writeFileSync(join(files, 'event.json'), JSON.stringify(event))
  writeFileSync(join(files, 'summary.md'), '')
  const expand = (text: string): string =>
    text
      .replaceAll('${{ github.token }}', 'secret')
      .replaceAll(/\$\{\{ inputs\.([a-z-]+) \}\}/g, (_, name: string) =>
        expand({ command: 'multihome', ...inputs }[name] ?? action.inputs[name]?.default ?? ''),
      )
  const [step] = action.runs.steps
  if (step === undefined || action.runs.steps.length > 1) throw new Error('this test runs one step')
  const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run], {
    cwd: join(folder, expand(step['working-directory'])),
    env: {
      PATH: `${bin}:${process.env['PATH'] ?? ''}`,
      ...Object.fromEntries(Object.entries(step.env).map(([name, value]) => [name, expand(value)])),
      ...{ GITHUB_ACTION_PATH: root, GITHUB_API_URL: server.url, GITHUB_REPOSITORY: 'team/network' },
      GITHUB_EVENT_PATH: join(files, 'event.json'),
      GITHUB_STEP_SUMMARY: join(files, 'summary.md'),
    },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => void (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => void (stderr += chunk.toString()))
  const [status] = (await once(child, 'close')) as [number | null]
  return { status, stdout, stderr, summary: readFileSync(join(files, 'summary.md'), 'utf8') }
}

/** A base with one host, and a branch, which is checked out. */
function repository(branch = 'second-provider'): { readonly repository: Repository; readonly base: string } {
  const repository = repositoryFrom('github-actions', bin)
  mkdirSync(join(repository.folder, 'hosts'))
  writeFileSync(join(repository.folder, 'multihome.yaml'), 'version: 1\n')
  write(repository, description())
  const base = repository.commit()
  repository.must('git', ['checkout', '--quiet', '-b', branch])
  return { repository, base }
}

/** Writes and renders a host. */
function write({ folder, must }: Repository, text: string, host = 'gate'): void {
  writeFileSync(join(folder, `hosts/${host}.yaml`), text)
  must('multihome', ['render', `hosts/${host}.yaml`, '--quiet'])
}

const MARKER = '<!-- multihome: what this pull request changes -->'
const list = 'GET /repos/team/network/issues/7/comments'
const post = 'POST /repos/team/network/issues/7/comments'

describe('action.yml', () => {
  test('has no expression in a command', () => {
    for (const { run } of action.runs.steps) expect(run).not.toContain('${{')
  })

  test('has the inputs that the example sets', () => {
    const used = workflow.jobs.multihome.steps.find(({ uses }) => uses?.includes('/multihome@'))
    expect(used).toBeDefined()
    for (const name of Object.keys(used?.with ?? {})) expect(Object.keys(action.inputs)).toContain(name)
  })
})

describe('the action', { timeout: 120_000 }, () => {
  test('writes one comment, and updates it', async () => {
    const { repository: repo, base } = repository()
    const server = await openServer([...Array(100).keys()].map((id) => other('a review', id)))
    write(repo, description('203.0.113.2'))
    repo.commit()
    const first = await runAction(repo, base, server)
    expect(first).toMatchObject({ status: 0, stdout: '' })
    expect(server.requests).toEqual([list, list, post])
    const [comment] = server.comments.slice(100)
    expect(comment?.body).toContain(MARKER)
    expect(comment?.body).toContain('203.0.113.2')
    expect(first.summary).toBe(`${comment?.body ?? ''}\n`)

    write(repo, description())
    repo.commit()
    server.requests.length = 0
    expect(await runAction(repo, base, server)).toMatchObject({ status: 0, stdout: '' })
    expect(server.requests).toEqual([list, list, 'PATCH /repos/team/network/issues/comments/1100'])
    expect(server.comments).toHaveLength(101)
    expect(comment?.body).not.toContain('203.0.113.2')
  })

  test('writes no comment if no host changes, and none into a comment of somebody else', async () => {
    const { repository: repo, base } = repository()
    const server = await openServer([other(`${MARKER}\nforged`)])
    writeFileSync(join(repo.folder, 'README.md'), 'text\n')
    repo.commit()
    expect(await runAction(repo, base, server)).toMatchObject({ status: 0 })
    expect(server.requests).toEqual([list])
    write(repo, description('203.0.113.2'))
    repo.commit()
    expect(await runAction(repo, base, server)).toMatchObject({ status: 0 })
    expect(server.requests.at(-1)).toBe(post)
    expect(server.comments[0]?.body).toContain('forged')
  })

  test('fails if a description has an error, and comments on it', async () => {
    const { repository: repo, base } = repository()
    const server = await openServer([])
    writeFileSync(join(repo.folder, 'hosts/gate.yaml'), description('192.0.2.1'))
    repo.commit()
    const { status, stderr } = await runAction(repo, base, server)
    expect(status).toBe(1)
    expect(stderr).toMatch(/hosts\/gate\.yaml:7:\d+/)
    expect(server.comments[0]?.body).toMatch(/### Descriptions with errors[^]*hosts\/gate\.yaml:7:\d+/)

    // GitHub refuses a comment of more than 65,536 characters, and so does the server.
    for (const host of Array(200).keys())
      writeFileSync(join(repo.folder, `hosts/gate${host}.yaml`), description('192.0.2.1'))
    repo.commit()
    const many = await runAction(repo, base, server)
    expect(many).toMatchObject({ status: 1, stdout: '' })
    expect(many.stderr.length).toBeGreaterThan(MAX_COMMENT)
    expect(server.comments).toHaveLength(1)
  })

  test('fails if a tree is not up to date', async () => {
    const { repository: repo, base } = repository()
    const server = await openServer([])
    writeFileSync(join(repo.folder, 'hosts/gate.yaml'), description('203.0.113.2'))
    repo.commit()
    expect((await runAction(repo, base, server)).status).toBe(1)
    expect(server.comments[0]?.body).toContain('### Trees that are not up to date')
    expect((await runAction(repo, base, server, { render: 'false' })).status).toBe(0)
  })

  test('compares with the commit where the branch starts', async () => {
    const { repository: repo } = repository()
    const server = await openServer([])
    repo.must('git', ['checkout', '--quiet', 'main'])
    write(repo, description('203.0.113.9'))
    const base = repo.commit()
    repo.must('git', ['checkout', '--quiet', 'second-provider'])
    write(repo, description('203.0.113.2'))
    repo.commit()
    expect(await runAction(repo, base, server)).toMatchObject({ status: 0 })
    expect(server.comments[0]?.body).toContain('203.0.113.2')
    expect(server.comments[0]?.body).not.toContain('203.0.113.9')
  })

  test('succeeds with a warning if the token may not write', async () => {
    const { repository: repo, base } = repository()
    const server = await openServer([], false)
    write(repo, description('203.0.113.2'))
    repo.commit()
    const { status, stdout, summary } = await runAction(repo, base, server)
    expect(status).toBe(0)
    expect(stdout).toMatch(/^::warning::multihome: no comment was written: POST .*403\n$/)
    expect(summary).toContain('203.0.113.2')
  })

  test('runs no input, branch or file name as a command', async () => {
    const command = '$(touch pwned)`touch pwned`;touch${IFS}pwned'
    const { repository: repo, base } = repository(
      command.replace(';touch${IFS}pwned', '').replaceAll(' ', '${IFS}'),
    )
    const server = await openServer([])
    write(repo, description('203.0.113.2'))
    writeFileSync(join(repo.folder, `hosts/${command}.yaml`), description())
    repo.commit()
    writeFileSync(join(repo.folder, `hosts/${command}.yaml`), description('203.0.113.2'))
    repo.commit()
    await runAction(repo, base, server)
    const names = ['output', 'render', 'strict', 'comment', 'descriptions', 'token']
    await runAction(repo, base, server, Object.fromEntries(names.map((name) => [name, command])))
    await runAction(repo, base, server, { base: command })
    const option = await runAction(repo, base, server, { base: '--output=pwned' })
    expect(option).toMatchObject({ status: 1, stderr: expect.stringContaining('fetch-depth: 0') as string })
    const paths = readdirSync(repo.folder, { recursive: true, encoding: 'utf8' })
    expect(paths.filter((name) => name.endsWith('pwned'))).toEqual([])
    expect(existsSync(join(root, 'pwned'))).toBe(false)
  })
})
