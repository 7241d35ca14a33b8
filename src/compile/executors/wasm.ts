import { ArgumentError, PuregradError } from '../../core/tensor/errors.ts'
import { encodeKernelProgram } from './encode-kernel-program.ts'
import type { Executor } from './executor.ts'
import { requireBytes } from './require-bytes.ts'
import { fusedTilesModule, wasmModule } from './wasm-module.ts'

/** What the module of `native/wasm.cc` exports; addresses are numbers. */
interface Exports {
  readonly memory: WebAssembly.Memory
  readonly allocate: (bytes: number) => number
  readonly free: (address: number) => void
  readonly load: (words: number, count: number, constants: number, constantBytes: number) => number
  readonly unload: (program: number) => void
  readonly run: (program: number, inputs: number, output: number) => number
  readonly status: () => number
  readonly setTile: (which: number, entry: number) => void
  readonly __indirect_function_table: WebAssembly.Table
}

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))

/** Engines compile fused multiply-adds if they know relaxed SIMD; Node 20 does, behind a flag. */
const compileFused = (): WebAssembly.Module | undefined => {
  const bytes = bytesOf(fusedTilesModule)
  if (!WebAssembly.validate(bytes)) {
    const { process } = globalThis as { readonly process?: NodeJS.Process }
    process?.getBuiltinModule('node:v8').setFlagsFromString('--experimental-wasm-relaxed-simd')
    if (!WebAssembly.validate(bytes)) return undefined
  }
  return new WebAssembly.Module(bytes)
}

/**
 * Gives the module tiles of the matrix product with one rounding for each product and sum. They are half as fast
 * again; without them everything works too. Reproducible programs use no tiles.
 */
const fuse = ({ memory, setTile, __indirect_function_table: table }: Exports): void => {
  try {
    const compiled = compileFused()
    if (compiled === undefined) return
    const { exports } = new WebAssembly.Instance(compiled, { env: { memory } })
    const tiles = [exports['packed'], exports['added'], exports['apart']]
    const first = table.grow(tiles.length)
    tiles.forEach((tile, i) => {
      table.set(first + i, tile)
    })
    tiles.forEach((_, i) => {
      setTile(i, first + i)
    })
  } catch {
    // An engine that refuses goes on with its own tiles.
  }
}

const instantiate = (): Exports | undefined => {
  try {
    const module = new WebAssembly.Module(bytesOf(wasmModule))
    const exports = new WebAssembly.Instance(module).exports as unknown as Exports
    fuse(exports)
    return exports
  } catch {
    return undefined
  }
}

const indexOutOfRange = 3

/** What the module hands out in one piece at most; its addresses have 32 bits. */
const mostBytes = 2 ** 30
/** Inputs and outputs up to this size have a place of their own; those of larger programs share one. */
const ownBytes = 2 ** 16

const executorOf = (wasm: Exports): Executor => {
  // Growing the memory detaches what was viewed before.
  let viewed = new Uint8Array(wasm.memory.buffer)
  const memory = (): Uint8Array => {
    if (viewed.buffer !== wasm.memory.buffer) viewed = new Uint8Array(wasm.memory.buffer)
    return viewed
  }
  const failure = (): PuregradError => {
    const at = wasm.status()
    const bytes = memory()
    const text = bytes.subarray(at + 4, bytes.indexOf(0, at + 4))
    const message = String.fromCharCode(...text)
    return bytes[at] === indexOutOfRange ? new ArgumentError(message) : new PuregradError(message)
  }
  const allocate = (bytes: number, what: string): number => {
    if (bytes > mostBytes)
      throw new PuregradError(
        `WebAssembly: ${what} of a kernel program take ${bytes} bytes, more than the ${mostBytes} there can be`,
      )
    const address = wasm.allocate(Math.max(bytes, 1))
    if (address === 0)
      throw new PuregradError(
        `WebAssembly: no memory for the ${bytes} bytes of ${what} of a kernel program beside ` +
          `${wasm.memory.buffer.byteLength} bytes in use`,
      )
    return address >>> 0
  }
  /** Programs run one after another, so the large ones lay their inputs and outputs in the same place. */
  const shared = { address: 0, bytes: 0 }
  const reserve = (bytes: number): void => {
    if (bytes <= shared.bytes) return
    // What was there comes back to the module first: the larger piece may take its place.
    if (shared.bytes > 0) wasm.free(shared.address)
    shared.bytes = 0
    shared.address = allocate(bytes, 'the inputs and outputs')
    shared.bytes = bytes
  }
  const unloaded = new FinalizationRegistry<readonly [program: number, area: number]>(([program, area]) => {
    wasm.unload(program)
    wasm.free(area)
  })
  const loadWords = (words: Int32Array, constants: Uint8Array): number => {
    const constantStart = words.byteLength
    const code = allocate(constantStart + constants.length, 'the words and constants')
    try {
      memory().set(new Uint8Array(words.buffer), code)
      memory().set(constants, code + constantStart)
      const loaded = wasm.load(code, words.length, code + constantStart, constants.length)
      if (loaded === 0) throw failure()
      return loaded
    } finally {
      wasm.free(code)
    }
  }
  return {
    name: 'wasm',
    load: (program) => {
      const { constants, inputBytes, outputBytes } = program
      const loaded = loadWords(encodeKernelProgram(program), constants)
      // The addresses of the inputs, the inputs, the output; each from a multiple of 64 bytes on.
      const aligned = (bytes: number): number => Math.ceil(bytes / 64) * 64
      const starts: number[] = []
      let size = aligned(4 * inputBytes.length)
      for (const bytes of inputBytes) {
        starts.push(size)
        size += aligned(bytes)
      }
      const total = size + outputBytes
      const isShared = total > ownBytes
      const addresses = new Uint32Array(starts.length)
      const addressBytes = new Uint8Array(addresses.buffer)
      /** Makes a place ready: bytes of the output that no instruction writes are zeros, not what lay there before. */
      const prepare = (area: number): void => {
        for (let i = 0; i < starts.length; i++) addresses[i] = area + starts[i]!
        memory().set(addressBytes, area)
        memory().fill(0, area + size, area + total)
      }
      let own = 0
      try {
        if (isShared) reserve(total)
        else prepare((own = allocate(total, 'the inputs and outputs')))
      } catch (error) {
        wasm.unload(loaded)
        throw error
      }
      const result = {
        run: (
          buffers: readonly ArrayBuffer[],
          byteOffsets: readonly number[],
          output: ArrayBuffer,
          outputOffset: number,
        ): void => {
          requireBytes('the output', output, outputOffset, outputBytes)
          if (isShared) {
            reserve(total)
            prepare(shared.address)
          }
          const area = isShared ? shared.address : own
          for (let i = 0; i < starts.length; i++) {
            const [buffer, offset, bytes] = [buffers[i], byteOffsets[i], inputBytes[i]!]
            requireBytes(`input ${i}`, buffer, offset, bytes)
            memory().set(new Uint8Array(buffer!, offset, bytes), area + starts[i]!)
          }
          if (wasm.run(loaded, area, area + size) !== 0) throw failure()
          new Uint8Array(output, outputOffset, outputBytes).set(memory().subarray(area + size, area + total))
        },
      }
      unloaded.register(result, [loaded, own])
      return result
    },
  }
}

let executor: Executor | undefined
let searched = false

/** The executor of the WebAssembly module; `undefined` where WebAssembly or its vectors are missing. Never throws. */
export const wasmExecutor = (): Executor | undefined => {
  if (!searched) {
    searched = true
    const wasm = instantiate()
    executor = wasm === undefined ? undefined : executorOf(wasm)
  }
  return executor
}
