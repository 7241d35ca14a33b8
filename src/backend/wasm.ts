import { ArgumentError, PuregradError } from '../tensor/errors.ts'
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
  const allocate = (bytes: number): number => {
    const address = wasm.allocate(Math.max(bytes, 1))
    if (address === 0) throw new PuregradError(`no memory for ${bytes} bytes of a kernel program`)
    return address >>> 0
  }
  const unloaded = new FinalizationRegistry<readonly [program: number, area: number]>(([program, area]) => {
    wasm.unload(program)
    wasm.free(area)
  })
  return {
    name: 'wasm',
    load: (program) => {
      const words = encodeKernelProgram(program)
      const { constants, inputBytes, outputBytes } = program
      const constantStart = words.byteLength
      const code = allocate(constantStart + constants.length)
      memory().set(new Uint8Array(words.buffer), code)
      memory().set(constants, code + constantStart)
      const loaded = wasm.load(code, words.length, code + constantStart, constants.length)
      wasm.free(code)
      if (loaded === 0) throw failure()
      // The addresses of the inputs, the inputs, the output; each from a multiple of 64 bytes on.
      const aligned = (bytes: number): number => Math.ceil(bytes / 64) * 64
      const starts: number[] = []
      let size = aligned(4 * inputBytes.length)
      for (const bytes of inputBytes) {
        starts.push(size)
        size += aligned(bytes)
      }
      const area = allocate(size + outputBytes)
      const addresses = Uint32Array.from(starts, (start) => area + start)
      memory().set(new Uint8Array(addresses.buffer), area)
      // Bytes of the output that no instruction writes are zeros, not what lay there before.
      memory().fill(0, area + size, area + size + outputBytes)
      const result = {
        run: (
          buffers: readonly ArrayBuffer[],
          byteOffsets: readonly number[],
          output: ArrayBuffer,
          outputOffset: number,
        ): void => {
          requireBytes('the output', output, outputOffset, outputBytes)
          const target = new Uint8Array(output, outputOffset, outputBytes)
          for (let i = 0; i < starts.length; i++) {
            const [buffer, offset, bytes] = [buffers[i], byteOffsets[i], inputBytes[i]!]
            requireBytes(`input ${i}`, buffer, offset, bytes)
            memory().set(new Uint8Array(buffer!, offset, bytes), area + starts[i]!)
          }
          if (wasm.run(loaded, area, area + size) !== 0) throw failure()
          target.set(memory().subarray(area + size, area + size + outputBytes))
        },
      }
      unloaded.register(result, [loaded, area])
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
