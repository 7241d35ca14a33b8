import { ArgumentError, PuregradError } from '../../core/tensor/errors.ts'
import { withWords } from './encode-kernel-program.ts'
import type { Executor } from './executor.ts'
import { requireHere } from './node-builtin.ts'

/** What the addon of `native/addon.cc` exports. */
interface Addon {
  readonly load: (
    words: Int32Array<ArrayBuffer>,
    constants: Uint8Array<ArrayBuffer>,
    table: Float64Array<ArrayBuffer>,
  ) => NativeProgram
  readonly isa: () => string
  readonly threads: () => number
  readonly setThreads: (count: number) => void
}

/**
 * Runs read the table they were loaded with: the offset of the output, then for each input the number of its buffer
 * and its offset there.
 */
interface NativeProgram {
  readonly run: (output: ArrayBuffer, ...buffers: readonly ArrayBuffer[]) => void
  readonly runAsync: (output: ArrayBuffer, ...buffers: readonly ArrayBuffer[]) => Promise<void>
}

/**
 * The package is asked for by its name, so that the place of this file does not matter: a bundle of a server finds the
 * installed package too. `PUREGRAD_ADDON` names another build of the addon, such as one with sanitizers.
 */
const addonPlaces = (): readonly (readonly [file: string, require: NodeJS.Require])[] => {
  try {
    const { process } = globalThis as { readonly process?: NodeJS.Process }
    const require = requireHere()
    if (process === undefined || require === undefined) return []
    const other = process.env['PUREGRAD_ADDON']
    if (other !== undefined && other !== '') return [[other, require]]
    const root = require.resolve('puregrad/package.json').slice(0, -'package.json'.length)
    // An addon for one C library is refused where Linux has another (musl, as in Alpine), so the next one is tried.
    const libraries = process.platform === 'linux' ? ['', '-musl'] : ['']
    return libraries.map((library) => [
      `${root}prebuilds/${process.platform}-${process.arch}${library}/puregrad.node`,
      require,
    ])
  } catch {
    return []
  }
}

/** The file of the addon, whether it is there or not; `undefined` in browsers. */
export const nativeAddonFile = (): string | undefined => addonPlaces()[0]?.[0]

const loadAddon = (): Addon | undefined => {
  for (const [file, require] of addonPlaces())
    try {
      return require(file) as Addon
    } catch {
      // The next one may load.
    }
  return undefined
}

const translated = (error: unknown): unknown => {
  if (!(error instanceof Error) || !('code' in error)) return error
  switch (error.code) {
    case 'INDEX_OUT_OF_RANGE':
      return new ArgumentError(error.message)
    case 'MALFORMED':
    case 'OUT_OF_MEMORY':
      return new PuregradError(error.message)
    default:
      return error
  }
}

/** Numbers the distinct buffers and fills the table. */
const tabulate = (
  table: Float64Array,
  buffers: readonly ArrayBuffer[],
  byteOffsets: readonly number[],
  outputOffset: number,
): readonly ArrayBuffer[] => {
  const inputs = (table.length - 1) >> 1
  const distinct: ArrayBuffer[] = []
  table[0] = outputOffset
  let last: ArrayBuffer | undefined
  let number = -1
  for (let i = 0; i < inputs; i++) {
    const buffer = buffers[i]!
    if (buffer !== last) {
      number = 0
      while (number < distinct.length && distinct[number] !== buffer) number += 1
      if (number === distinct.length) distinct.push(buffer)
      last = buffer
    }
    table[2 * i + 1] = number
    table[2 * i + 2] = byteOffsets[i]!
  }
  return distinct
}

/** A list that is spread is gone through element by element; most programs have few buffers. */
const runOn = ({ run }: NativeProgram, output: ArrayBuffer, buffers: readonly ArrayBuffer[]): void => {
  const [a, b, c] = buffers
  switch (buffers.length) {
    case 1:
      run(output, a!)
      return
    case 2:
      run(output, a!, b!)
      return
    case 3:
      run(output, a!, b!, c!)
      return
    default:
      run(output, ...buffers)
  }
}

const executorOf = (addon: Addon): Executor => ({
  name: 'native',
  load: (program) => {
    // The addon reads it where it is, which saves looking it up at each run.
    const table = new Float64Array(2 * program.inputBytes.length + 1)
    const native = withWords(program, (words) => {
      try {
        return addon.load(words, program.constants, table)
      } catch (error) {
        throw translated(error)
      }
    })
    return {
      run: (buffers, byteOffsets, output, outputOffset) => {
        const distinct = tabulate(table, buffers, byteOffsets, outputOffset)
        try {
          runOn(native, output, distinct)
        } catch (error) {
          throw translated(error)
        }
      },
      runAsync: async (buffers, byteOffsets, output, outputOffset) => {
        const distinct = tabulate(table, buffers, byteOffsets, outputOffset)
        try {
          await native.runAsync(output, ...distinct)
        } catch (error) {
          throw translated(error)
        }
      },
    }
  },
})

/** The addon and its executor once they were looked for. */
let loaded: { readonly addon: Addon; readonly executor: Executor } | undefined
let searched = false

const native = (): typeof loaded => {
  if (!searched) {
    searched = true
    const addon = loadAddon()
    loaded = addon === undefined ? undefined : { addon, executor: executorOf(addon) }
  }
  return loaded
}

/** The executor of the compiled addon; `undefined` where there is none, as in browsers. Never throws. */
export const nativeExecutor = (): Executor | undefined => native()?.executor

/** The instruction set and the number of threads the addon uses. */
export const nativeMachine = (): { readonly isa: string; readonly threads: number } | undefined => {
  const addon = native()?.addon
  return addon === undefined ? undefined : { isa: addon.isa(), threads: addon.threads() }
}

/**
 * Programs run on at most `count` threads from now on, those loaded before on no more than when they were loaded.
 *
 * @throws RangeError unless `count` is a whole number from 1 to 64.
 */
export const setNativeThreads = (count: number): void => native()?.addon.setThreads(count)
