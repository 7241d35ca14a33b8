import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { chromium } from 'playwright-core'

/** What a server has at its paths. */
export interface Served {
  readonly type:
    'text/html' | 'text/javascript' | 'text/csv' | 'application/wasm' | 'application/octet-stream'
  readonly content: string | Uint8Array
  readonly policy?: string
}

/** Answers with the policy that goes with a path. */
const serverOf = (find: (path: string) => Served | undefined): Server =>
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

/** Shows a page of a server in a headless browser and gives what the page tells (tell.ts). */
export const openPage = async (
  executablePath: string,
  path: string,
  find: (path: string) => Served | undefined,
  graphics: readonly string[] = ['--disable-gpu'],
): Promise<unknown> => {
  const server = serverOf(find)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', ...graphics] })
  try {
    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${String(port)}${path}`)
    return JSON.parse((await page.locator('#told').textContent({ timeout: 110_000 }))!)
  } finally {
    await browser.close()
    server.closeAllConnections()
    server.close()
  }
}
