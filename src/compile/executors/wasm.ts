import { ArgumentError, PuregradError } from '../../core/tensor/errors.ts'
import { withWords } from './encode-kernel-program.ts'
import type { Executor, LoadedProgram } from './executor.ts'
import type { KernelProgram } from './kernel-program.ts'
import { requireBytes } from './require-bytes.ts'
import { compileWasm, hasFiles, readWasmFile, type WasmSource } from './wasm-file.ts'

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

/**
 * Gives the module tiles of the matrix product with one rounding for each product and sum, where the engine knows relaxed
 * SIMD (Node 20 does with `--experimental-wasm-relaxed-simd`). They are half as fast again; without them everything works
 * too. Reproducible programs use no tiles.
 */
const fuse = (
  module: WebAssembly.Module,
  { memory, setTile, __indirect_function_table: table }: Exports,
): void => {
  try {
    const [bytes] = WebAssembly.Module.customSections(module, 'fused')
    if (bytes === undefined || !WebAssembly.validate(bytes)) return
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } })
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

const indexOutOfRange = 3

/** What the module hands out in one piece at most; its addresses have 32 bits. */
const mostBytes = 2 ** 30
/** Inputs and outputs up to this size have a place of their own; those of larger programs share one. */
const ownBytes = 2 ** 16

/** The module's memory, and what it says of itself. */
interface Room {
  readonly wasm: Exports
  readonly memory: () => Uint8Array
  readonly failure: () => PuregradError
  readonly allocate: (bytes: number, what: string) => number
}

const roomOf = (wasm: Exports): Room => {
  // Growing the memory detaches what was viewed before.
  let viewed = new Uint8Array(wasm.memory.buffer)
  const memory = (): Uint8Array => {
    if (viewed.buffer !== wasm.memory.buffer) viewed = new Uint8Array(wasm.memory.buffer)
    return viewed
  }
  return {
    wasm,
    memory,
    failure: () => {
      const at = wasm.status()
      const bytes = memory()
      const text = bytes.subarray(at + 4, bytes.indexOf(0, at + 4))
      const message = String.fromCharCode(...text)
      return bytes[at] === indexOutOfRange ? new ArgumentError(message) : new PuregradError(message)
    },
    allocate: (bytes, what) => {
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
    },
  }
}

/** Programs run one after another, so the large ones lay their inputs and outputs in the same place. */
const sharedArea = ({ wasm, allocate }: Room): ((bytes: number) => number) => {
  const shared = { address: 0, bytes: 0 }
  return (bytes) => {
    if (bytes <= shared.bytes) return shared.address
    // What was there comes back to the module first: the larger piece may take its place.
    if (shared.bytes > 0) wasm.free(shared.address)
    shared.bytes = 0
    shared.address = allocate(bytes, 'the inputs and outputs')
    shared.bytes = bytes
    return shared.address
  }
}

const loadWords = (
  { wasm, memory, allocate, failure }: Room,
  words: Int32Array,
  constants: Uint8Array,
): number => {
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

/** Where inputs and the output lie in an area, behind the addresses of the inputs: each from a multiple of 64 bytes on. */
interface Areas {
  readonly starts: readonly number[]
  readonly output: number
  readonly total: number
}

const areasOf = ({ inputBytes, outputBytes }: KernelProgram): Areas => {
  const aligned = (bytes: number): number => Math.ceil(bytes / 64) * 64
  const starts: number[] = []
  let size = aligned(4 * inputBytes.length)
  for (const bytes of inputBytes) {
    starts.push(size)
    size += aligned(bytes)
  }
  return { starts, output: size, total: size + outputBytes }
}

/** Makes an area ready: bytes of the output that no instruction writes are zeros, not what lay there before. */
const preparing = ({ memory }: Room, { starts, output, total }: Areas): ((area: number) => void) => {
  const addresses = new Uint32Array(starts.length)
  const addressBytes = new Uint8Array(addresses.buffer)
  return (area) => {
    for (let i = 0; i < starts.length; i++) addresses[i] = area + starts[i]!
    memory().set(addressBytes, area)
    memory().fill(0, area + output, area + total)
  }
}

const runnerOf = (
  { wasm, memory, failure }: Room,
  { inputBytes, outputBytes }: KernelProgram,
  loaded: number,
  { starts, output: outputStart, total }: Areas,
  areaForRun: () => number,
): LoadedProgram => ({
  run: (buffers, byteOffsets, output, outputOffset) => {
    requireBytes('the output', output, outputOffset, outputBytes)
    const area = areaForRun()
    for (let i = 0; i < starts.length; i++) {
      const [buffer, offset, bytes] = [buffers[i], byteOffsets[i]!, inputBytes[i]!]
      requireBytes(`input ${i}`, buffer, offset, bytes)
      memory().set(new Uint8Array(buffer!, offset, bytes), area + starts[i]!)
    }
    if (wasm.run(loaded, area, area + outputStart) !== 0) throw failure()
    new Uint8Array(output, outputOffset, outputBytes).set(memory().subarray(area + outputStart, area + total))
  },
})

const executorOf = (wasm: Exports): Executor => {
  const room = roomOf(wasm)
  const reserve = sharedArea(room)
  const unloaded = new FinalizationRegistry<readonly [program: number, area: number]>(([program, area]) => {
    wasm.unload(program)
    wasm.free(area)
  })
  return {
    name: 'wasm',
    load: (program) => {
      const loaded = withWords(program, (words) => loadWords(room, words, program.constants))
      const areas = areasOf(program)
      const { total } = areas
      const isShared = total > ownBytes
      const prepare = preparing(room, areas)
      let own = 0
      try {
        if (isShared) reserve(total)
        else prepare((own = room.allocate(total, 'the inputs and outputs')))
      } catch (error) {
        wasm.unload(loaded)
        throw error
      }
      const result = runnerOf(room, program, loaded, areas, () => {
        if (!isShared) return own
        const area = reserve(total)
        prepare(area)
        return area
      })
      unloaded.register(result, [loaded, own])
      return result
    },
  }
}

const madeOf = (module: WebAssembly.Module, { exports }: WebAssembly.Instance): Executor => {
  const wasm = exports as unknown as Exports
  fuse(module, wasm)
  return executorOf(wasm)
}

const readExecutor = (): Executor | undefined => {
  const bytes = readWasmFile()
  if (bytes === undefined) return undefined
  try {
    const module = new WebAssembly.Module(bytes)
    return madeOf(module, new WebAssembly.Instance(module))
  } catch {
    return undefined
  }
}

let executor: Executor | undefined
let searched = false
let arrivals = 0
let arrival: Promise<void> | undefined

/**
 * The executor of the WebAssembly module; `undefined` where WebAssembly or its vectors are missing, and where there are
 * no files until the module has arrived. Never throws.
 */
export const wasmExecutor = (): Executor | undefined => {
  if (!searched && hasFiles()) {
    searched = true
    executor = readExecutor()
  }
  return executor
}

/** How often a module arrived: programs made for the fastest backend before that are better made again. */
export const wasmArrivals = (): number => arrivals

const receive = async (source: WasmSource | undefined): Promise<void> => {
  const module = await compileWasm(source)
  const made = madeOf(module, await WebAssembly.instantiate(module))
  if (executor !== undefined) return
  executor = made
  arrivals += 1
}

/**
 * Waits for the module where it is fetched; `undefined` where there is nothing (more) to wait for. What refuses it, such
 * as a content-security policy, leaves things as they are.
 */
export const wasmArrival = (): Promise<void> | undefined => {
  if (searched || wasmExecutor() !== undefined) return undefined
  arrival ??= receive(undefined)
    .catch(() => undefined)
    .finally(() => {
      searched = true
    })
  return arrival
}

/** Takes the module from a source, unless there is one. Rejects where it cannot be had from there. */
export const loadWasmFrom = async (source: WasmSource): Promise<void> => {
  if (wasmExecutor() === undefined) await receive(source)
}
