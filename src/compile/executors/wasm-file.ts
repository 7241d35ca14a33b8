import { ArgumentError } from '../../core/tensor/errors.ts'
import { showValue } from '../../core/tensor/show-value.ts'
import { builtin, requireHere } from './node-builtin.ts'

/*
 * `puregrad.wasm` is made by scripts/build-wasm.mjs of the sources in native and lies beside this file. Where there is a
 * file system it is read at once. Elsewhere it is fetched: the form `new URL('./x', import.meta.url)` is what bundlers
 * know, which then write the file beside their output and put its place here.
 */

/**
 * What the module can be given as: where to fetch it or, where there is a file system, its file, its bytes, an answer that carries them, or compiled.
 *
 * @category Compilation
 */
export type WasmSource = string | URL | BufferSource | Response | WebAssembly.Module

const wasmUrl = (): URL => new URL('./puregrad.wasm', import.meta.url)

/** Whether files can be read here; where they cannot, the module is there once it has been fetched. */
export const hasFiles = (): boolean => builtin('node:fs') !== undefined

/**
 * The bytes of the module: from beside this file, else, as in the bundle of a server, from the installed package.
 * `undefined` where there is none. Never throws.
 */
export const readWasmFile = (): Uint8Array<ArrayBuffer> | undefined => {
  const places = [
    wasmUrl,
    ...['./puregrad.wasm', 'puregrad/puregrad.wasm'].map((name) => () => requireHere()?.resolve(name) ?? ''),
  ]
  for (const place of places)
    try {
      const bytes = builtin('node:fs')?.readFileSync(place())
      if (bytes !== undefined) return new Uint8Array(bytes)
    } catch {
      // The next place may have it.
    }
  return undefined
}

const isBytes = (source: unknown): source is BufferSource =>
  source instanceof ArrayBuffer || ArrayBuffer.isView(source)

const isResponse = (source: object): source is Response => 'arrayBuffer' in source

const compiledAnswer = async (answer: Response): Promise<WebAssembly.Module> => {
  if (!answer.ok) throw new ArgumentError(`loadBackend: ${answer.url} answered ${String(answer.status)}`)
  return WebAssembly.compile(await answer.arrayBuffer())
}

/** What `fetch` of Node, Bun and Deno takes; other addresses are files there. */
const isFetched = /^(?:https?|data|blob):/i

const compiledAt = async (address: string): Promise<WebAssembly.Module> => {
  const files = builtin('node:fs')
  return files === undefined || isFetched.test(address)
    ? compiledAnswer(await fetch(address))
    : WebAssembly.compile(
        new Uint8Array(
          await files.promises.readFile(address.startsWith('file:') ? new URL(address) : address),
        ),
      )
}

/** The module of a source, compiled without keeping the thread busy; of none, the file beside this one. */
export const compileWasm = async (source: WasmSource = wasmUrl()): Promise<WebAssembly.Module> => {
  if (isBytes(source)) return WebAssembly.compile(source)
  if (source instanceof WebAssembly.Module) return source
  if (typeof source === 'string' || source instanceof URL) return compiledAt(String(source))
  if (typeof source === 'object' && isResponse(source)) return compiledAnswer(source)
  throw new ArgumentError(
    `loadBackend: wasm is an address, bytes, a Response or a WebAssembly.Module, got ${showValue(source)}`,
  )
}
