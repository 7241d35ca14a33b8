import { ArgumentError, PuregradError } from '../tensor/errors.ts'
import { encodeKernelProgram } from './encode-kernel-program.ts'
import type { Executor } from './executor.ts'
import { wasmModule } from './wasm-module.ts'

/** What the module of `native/wasm.cc` exports; addresses are numbers. */
interface Exports {
  readonly memory: WebAssembly.Memory
  readonly allocate: (bytes: number) => number
  readonly free: (address: number) => void
  readonly load: (words: number, count: number, constants: number, constantBytes: number) => number
  readonly unload: (program: number) => void
  readonly run: (program: number, inputs: number, output: number) => number
  readonly status: () => number
}

const instantiate = (): Exports | undefined => {
  try {
    const bytes = Uint8Array.from(atob(wasmModule), (character) => character.charCodeAt(0))
    return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as unknown as Exports
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
  const within = (buffer: ArrayBuffer, offset: number, bytes: number): Uint8Array => {
    if (!(Number.isInteger(offset) && offset >= 0 && offset + bytes <= buffer.byteLength))
      throw new RangeError(`${bytes} bytes at ${offset} do not lie in a buffer of ${buffer.byteLength}`)
    return new Uint8Array(buffer, offset, bytes)
  }
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
          const target = within(output, outputOffset, outputBytes)
          for (let i = 0; i < starts.length; i++)
            memory().set(within(buffers[i]!, byteOffsets[i]!, inputBytes[i]!), area + starts[i]!)
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
