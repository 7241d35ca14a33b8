import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
}

/** A folder as a plain host serves it, under a sub-path, with a policy that holds for its workers too. */
export interface Served {
  readonly address: string
  readonly close: () => void
}

const contentOf = (file: string): Buffer | undefined => {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}

export const serveFolder = async (folder: string, policy: string): Promise<Served> => {
  const prefix = '/some/place/'
  const server = createServer(({ url = '/' }, response) => {
    const { pathname } = new URL(url, 'http://localhost')
    const name = pathname.startsWith(prefix) ? pathname.slice(prefix.length) || 'index.html' : '..'
    const content = name.includes('..') ? undefined : contentOf(join(folder, name))
    if (content === undefined) response.writeHead(404).end()
    else
      response
        .writeHead(200, {
          'content-type': types[extname(name)] ?? 'application/octet-stream',
          'content-security-policy': policy,
        })
        .end(content)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    address: `http://127.0.0.1:${String(port)}${prefix}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
