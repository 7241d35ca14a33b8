import type { KernelProgram } from './kernel-program.ts'

/**
 * What can run a compiled function: the native addon, WebAssembly, or TypeScript.
 *
 * @category Compilation
 */
export type BackendName = 'native' | 'wasm' | 'typescript'

/** A kernel program made ready to run. Running it changes nothing but the output bytes. */
export interface LoadedProgram {
  /**
   * Input i is the contiguous bytes at `byteOffsets[i]` of `buffers[i]`, as long as the program declares; the
   * outputs are written at `outputOffset` of `output`. Offsets are multiples of 8. An input lies apart from the output,
   * or exactly where the program says that it may (`inPlace`).
   *
   * @throws ArgumentError where an index of a gather or scatterAdd lies outside its axis; RangeError where a buffer
   * is too short.
   */
  readonly run: (
    buffers: readonly ArrayBuffer[],
    byteOffsets: readonly number[],
    output: ArrayBuffer,
    outputOffset: number,
  ) => void
  /** The same off the main thread, where the backend can; `undefined` elsewhere. */
  readonly runAsync?: (
    buffers: readonly ArrayBuffer[],
    byteOffsets: readonly number[],
    output: ArrayBuffer,
    outputOffset: number,
  ) => Promise<void>
}

/** What runs kernel programs. */
export interface Executor {
  readonly name: BackendName
  /** @throws PuregradError for a program that is not well-formed, naming the instruction. */
  readonly load: (program: KernelProgram) => LoadedProgram
}
