import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** What a server has at its paths. */
export interface Served {
  readonly type: 'text/html' | 'text/javascript' | 'application/wasm'
  readonly content: string | Uint8Array
  readonly policy?: string
}

/** An answer of a server, with the policy that goes with it. */
const serverOf = (find: (path: string) => Served | undefined) =>
  createServer(({ url = '/' }, response) => {
    const found = find(new URL(url, 'http://localhost').pathname)
    if (found === undefined) response.writeHead(404).end()
    else
      response
        .writeHead(200, {
          'content-type': found.type,
          ...(found.policy === undefined ? {} : { 'content-security-policy': found.policy }),
        })
        .end(found.content)
  })

/** Shows a page of a server in a headless browser and gives the text it ends with, which is JSON. */
export const openPage = async (
  browser: string,
  path: string,
  find: (path: string) => Served | undefined,
): Promise<unknown> => {
  const server = serverOf(find)
  const profile = mkdtempSync(join(tmpdir(), 'puregrad-browser-'))
  try {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const { stdout } = await promisify(execFile)(
      browser,
      [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        `--user-data-dir=${profile}`,
        '--virtual-time-budget=60000',
        '--dump-dom',
        `http://127.0.0.1:${String(port)}${path}`,
      ],
      { maxBuffer: 1 << 28, timeout: 110_000 },
    )
    const text = /<body>(.*)<\/body>/s.exec(stdout)?.[1]?.trim()
    if (text?.startsWith('{') !== true) throw new Error(`no result in the page: ${stdout.slice(0, 300)}`)
    return JSON.parse(text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'))
  } finally {
    server.close()
    rmSync(profile, { recursive: true, force: true })
  }
}
