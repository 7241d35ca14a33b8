import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

/** What a server has at its paths. */
export interface Served {
  readonly type:
    'text/html' | 'text/javascript' | 'text/csv' | 'application/wasm' | 'application/octet-stream'
  readonly content: string | Uint8Array
  readonly policy?: string
}

/** Answers with the policy that goes with a path, and hands on what a page posts (tell-server.ts). */
const serverOf = (find: (path: string) => Served | undefined, told: (found: unknown) => void): Server =>
  createServer(({ url = '/', method }, response) => {
    const found = find(new URL(url, 'http://localhost').pathname)
    if (found === undefined) response.writeHead(method === 'POST' ? 204 : 404).end()
    else
      response
        .writeHead(200, {
          'content-type': found.type,
          ...(found.policy === undefined ? {} : { 'content-security-policy': found.policy }),
        })
        .end(found.content)
  }).on('request', (request) => {
    if (request.method !== 'POST') return
    void text(request).then((body) => {
      told(JSON.parse(new URLSearchParams(body).get('told') ?? 'null'))
    })
  })

/** Processes of the browser may still write for a moment; what they leave lies among the temporary files. */
const removeProfile = (folder: string): void => {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  } catch {
    // The system clears its temporary files.
  }
}

/** Shows a page of a server in a headless browser and gives what the page tells it. */
export const openPage = async (
  browser: string,
  path: string,
  find: (path: string) => Served | undefined,
  graphics: readonly string[] = ['--disable-gpu'],
): Promise<unknown> => {
  const profile = mkdtempSync(join(tmpdir(), 'puregrad-browser-'))
  const told = new EventEmitter()
  const server = serverOf(find, (found) => told.emit('found', found))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const flags = [
    '--headless',
    '--no-sandbox',
    ...graphics,
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    `--user-data-dir=${profile}`,
  ]
  const child = spawn(browser, [...flags, `http://127.0.0.1:${String(port)}${path}`], { stdio: 'ignore' })
  const closed = once(child, 'close')
  try {
    const [found] = (await once(told, 'found', { signal: AbortSignal.timeout(110_000) })) as [unknown]
    return found
  } finally {
    child.kill()
    await closed
    server.closeAllConnections()
    server.close()
    removeProfile(profile)
  }
}
