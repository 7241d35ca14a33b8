import { createRequire } from 'node:module'
import { MessageChannel } from 'node:worker_threads'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeKernelProgram } from '../../src/compile/executors/encode-kernel-program.ts'
import type { KernelProgram } from '../../src/compile/executors/kernel-program.ts'
import { nativeAddonFile, nativeExecutor } from '../../src/compile/executors/native.ts'

/** The addon as any script can load it, which may hand it anything. */
interface Addon {
  readonly load: (words: unknown, constants: unknown, table: unknown) => LoadedProgram
}
interface LoadedProgram {
  readonly run: (output: unknown, ...buffers: readonly unknown[]) => void
  readonly runAsync: (output: unknown, ...buffers: readonly unknown[]) => Promise<void>
}
/** Node 20 has resizable and growable buffers; the types of this target may not. */
interface Growing {
  new (bytes: number, options: { maxByteLength: number }): ArrayBuffer & { resize: (bytes: number) => void }
}
const Resizable = ArrayBuffer as unknown as Growing
const Growable = SharedArrayBuffer as unknown as new (
  bytes: number,
  options: { maxByteLength: number },
) => SharedArrayBuffer

const addonFile = nativeAddonFile()!

const length = 40_000
const bytes = 4 * length

/** `y = a + b`, large enough that memory given back goes back to the system. */
const sum: KernelProgram = {
  reproducible: false,
  arenaBytes: 0,
  constants: new Uint8Array(0),
  inputBytes: [bytes, bytes],
  outputBytes: bytes,
  instructions: [
    {
      kind: 'nest',
      outer: [],
      rows: 1,
      columns: length,
      loads: [0, 1].map((index) => ({
        dtype: 'float32',
        extent: 'full',
        place: { space: 'input', index, offset: 0 },
        outerStrides: [],
        rowStride: 0,
        columnStride: 1,
      })),
      steps: [{ operation: 'add', dtype: 'float32', extent: 'full', inputs: [0, 1] }],
      stores: [
        {
          register: 2,
          place: { space: 'output', offset: 0 },
          outerStrides: [],
          rowStride: 0,
          columnStride: 1,
        },
      ],
      accumulations: [],
    },
  ],
}

const filled = (value: number): ArrayBuffer => new Float32Array(length).fill(value).buffer
const detach = (buffer: ArrayBuffer): void => {
  structuredClone(buffer, { transfer: [buffer] })
}
const holds = (buffer: ArrayBuffer, value: number): boolean =>
  new Float32Array(buffer).every((element) => element === value)

describe.skipIf(nativeExecutor() === undefined)('the addon, handed anything', () => {
  const addon = createRequire(import.meta.url)(addonFile) as Addon
  const words = encodeKernelProgram(sum)
  const none = new Uint8Array(0)
  const tableOf = (): Float64Array<ArrayBuffer> => Float64Array.of(0, 0, 0, 1, 0)
  const loaded = (table: Float64Array = tableOf()): LoadedProgram => addon.load(words, none, table)

  it('adds two buffers, and one to itself', async () => {
    const { run, runAsync } = loaded()
    const [output, later] = [filled(0), filled(0)]
    run(output, filled(1), filled(2))
    expect(holds(output, 3)).toBe(true)
    await runAsync(later, filled(1), filled(2))
    expect(holds(later, 3)).toBe(true)
    loaded(Float64Array.of(0, 0, 0, 0, 0)).run(output, filled(2))
    expect(holds(output, 4)).toBe(true)
  })

  /** `y = (a + b) + b + …`, in so many nests. */
  const nests = (count: number): KernelProgram => {
    const [nest] = sum.instructions as readonly [Extract<(typeof sum.instructions)[number], { kind: 'nest' }>]
    const steps = Array.from({ length: 8 }, (_, i) => ({ ...nest.steps[0]!, inputs: [i, 1] }))
    const store = { ...nest.stores[0]!, register: 2 + 7 }
    return {
      ...sum,
      instructions: Array.from({ length: count }, () => ({ ...nest, steps, stores: [store] })),
    }
  }

  // What a nest keeps is some 6 kB; what planning it takes is three times as much, and the same memory for all of them.
  it.skipIf(process.platform === 'win32')('touches new memory for what it keeps of a program alone', () => {
    const count = 2000
    const given = encodeKernelProgram(nests(count))
    const before = process.resourceUsage().minorPageFault
    const program = addon.load(given, none, tableOf())
    const faults = process.resourceUsage().minorPageFault - before
    expect(program).toBeDefined()
    expect((faults * 4096) / count).toBeLessThan(12_000)
  })

  it('says of buffers that were detached that they may have been', () => {
    for (const victim of ['input', 'table', 'output'] as const) {
      const [table, input, output] = [tableOf(), filled(1), filled(0)]
      const { run, runAsync } = loaded(table)
      detach({ table: table.buffer, input, output }[victim])
      const message = {
        input: /input 0 takes 160000 bytes .* buffer of 0 \(was it detached\?\)/,
        table: /table.*detached/,
        output: /the output takes .*detached/,
      }[victim]
      expect(() => {
        run(output, input, filled(2))
      }).toThrow(message)
      expect(() => runAsync(output, input, filled(2))).toThrow(message)
    }
  })

  it('runs on resizable buffers as they are at the call', () => {
    const { run } = loaded()
    const growing = new Resizable(bytes, { maxByteLength: 2 * bytes })
    new Float32Array(growing).fill(5)
    const output = filled(0)
    run(output, growing, filled(2))
    expect(holds(output, 7)).toBe(true)
    growing.resize(bytes - 8)
    expect(() => {
      run(output, growing, filled(2))
    }).toThrow(/input 0 takes 160000 bytes .* buffer of 159992/)
    growing.resize(2 * bytes)
    new Float32Array(growing).fill(5)
    run(output, growing, filled(2))
    expect(holds(output, 7)).toBe(true)
  })

  it('refuses a table that has become shorter or was detached, and one that was neither works on', () => {
    const memory = new Resizable(40, { maxByteLength: 80 })
    const table = new Float64Array(memory)
    table.set([0, 0, 0, 1, 0])
    const { run } = loaded(table)
    run(filled(0), filled(1), filled(2))
    memory.resize(16)
    expect(() => {
      run(filled(0), filled(1), filled(2))
    }).toThrow(/table.*smaller/)
    memory.resize(80)
    table.set([0, 0, 0, 1, 0])
    run(filled(0), filled(1), filled(2))
    const other = tableOf()
    const gone = loaded(other)
    detach(other.buffer)
    expect(() => {
      gone.run(filled(0), filled(1), filled(2))
    }).toThrow(/table.*detached/)
  })

  it('refuses a place that is no multiple of 8 in its buffer', () => {
    const places = fc.constantFrom(
      NaN,
      -1,
      0.5,
      4,
      8,
      bytes,
      2 ** 31,
      2 ** 53,
      1e300,
      Infinity,
      -Infinity,
      -0,
    )
    fc.assert(
      fc.property(fc.nat(4), places, (at, place) => {
        const table = tableOf()
        table[at] = place
        const allowed = Object.is(place, -0) || Object.is(place, 0)
        const run = () => {
          loaded(table).run(filled(0), filled(1), filled(2))
        }
        if (allowed) run()
        else expect(run).toThrow(RangeError)
      }),
    )
  })

  it('refuses an output over an input, and takes one beside it', () => {
    const { run } = loaded()
    const both = new ArrayBuffer(3 * bytes)
    const table = tableOf()
    const within = loaded(table)
    expect(() => {
      run(both, both, filled(1))
    }).toThrow('the output lies over input 0')
    table.set([bytes - 8, 0, 0, 1, 0])
    expect(() => {
      within.run(both, both, filled(1))
    }).toThrow('the output lies over input 0')
    table.set([bytes, 0, 2 * bytes, 1, 0])
    within.run(both, both, filled(1))
    expect(holds(both.slice(bytes, 2 * bytes), 1)).toBe(true)
  })

  it('refuses shared memory for what it keeps reading', () => {
    const shared = new SharedArrayBuffer(64)
    const growable = new Growable(64, { maxByteLength: 128 })
    for (const memory of [shared, growable]) {
      expect(() => addon.load(new Int32Array(memory), none, tableOf())).toThrow(/words.*shared/)
      expect(() => addon.load(words, new Uint8Array(memory), tableOf())).toThrow(/constants.*shared/)
      expect(() => addon.load(words, none, new Float64Array(memory, 0, 5))).toThrow(/table.*shared/)
    }
  })

  it('refuses buffers and arrays that are none', () => {
    const { run, runAsync } = loaded()
    const wrong: readonly (readonly unknown[])[] = [
      [filled(0), filled(1), new Proxy(filled(2), {})],
      [filled(0), filled(1)],
      [filled(0), filled(1), undefined],
      [filled(0), filled(1), new Float32Array(length)],
      [filled(0), filled(1), filled(2), filled(3)],
      [filled(0), ...Array.from({ length: 100 }, () => filled(1).slice(0, 8))],
      [filled(0), [filled(1), filled(2)]],
      [new Float32Array(length), filled(1), filled(2)],
      [undefined, filled(1), filled(2)],
      [new ArrayBuffer(bytes - 8), filled(1), filled(2)],
      [],
    ]
    for (const given of wrong) {
      expect(() => {
        run(...(given as [unknown]))
      }).toThrow(/^run: /)
      expect(() => runAsync(...(given as [unknown]))).toThrow(/^run: /)
    }
    for (const array of [
      new Float32Array(8),
      new DataView(new ArrayBuffer(8)),
      new BigInt64Array(8),
      {},
      null,
    ])
      expect(() => addon.load(array, none, tableOf())).toThrow(/words/)
    for (const count of [0, 4, 6]) expect(() => loaded(new Float64Array(count))).toThrow(/table/)
    const detached = encodeKernelProgram(sum)
    detach(detached.buffer)
    expect(() => addon.load(detached, none, tableOf())).toThrow(/words/)
  })

  it('keeps nothing of the words once they are read', () => {
    const own = encodeKernelProgram(sum)
    const { run } = addon.load(own, none, tableOf())
    own.fill(-1)
    detach(own.buffer)
    const output = filled(0)
    run(output, filled(1), filled(2))
    expect(holds(output, 3)).toBe(true)
  })

  it('reads inputs and table at the call, whatever becomes of them while a run is under way', async () => {
    const table = tableOf()
    const { run, runAsync } = loaded(table)
    const afterwards: Readonly<Record<string, (a: ArrayBuffer, b: ArrayBuffer) => void>> = {
      'written to': (a) => new Float32Array(a).fill(100),
      transferred: detach,
      'sent away': (a) => {
        const { port1, port2 } = new MessageChannel()
        port1.postMessage(a, [a])
        port1.close()
        port2.close()
      },
      'table rewritten': () => table.set([8, 1, 0, 1, 0]),
      'run again': (_, b) => {
        run(filled(0), b, b)
      },
    }
    for (let round = 0; round < 5; round++)
      for (const [name, change] of Object.entries(afterwards)) {
        table.set([0, 0, 0, 1, 0])
        const [a, b, output] = [filled(1), filled(2), filled(0)]
        const result = runAsync(output, a, b)
        change(a, b)
        await result
        expect(holds(output, 3), name).toBe(true)
      }
    const growing = new Resizable(bytes, { maxByteLength: bytes })
    new Float32Array(growing).fill(1)
    table.set([0, 0, 0, 1, 0])
    const output = filled(0)
    const result = runAsync(output, growing, filled(2))
    growing.resize(0)
    await result
    expect(holds(output, 3)).toBe(true)
  })

  it('rejects a run whose output has gone when it ends', async () => {
    const { runAsync } = loaded()
    const output = filled(0)
    const given = runAsync(output, filled(1), filled(2))
    detach(output)
    await expect(given).rejects.toThrow(/output was detached or made smaller/)
    const growing = new Resizable(bytes, { maxByteLength: bytes })
    const shrunk = runAsync(growing, filled(1), filled(2))
    growing.resize(bytes / 2)
    await expect(shrunk).rejects.toThrow(/output was detached or made smaller/)
  })

  it('keeps many runs of one program apart, in the order they were asked for', async () => {
    const table = tableOf()
    const { run, runAsync } = loaded(table)
    const order: number[] = []
    const outputs = await Promise.all(
      Array.from({ length: 60 }, async (_, i) => {
        const output = filled(0)
        const under = runAsync(output, filled(i), filled(1))
        if (i % 7 === 0) {
          const own = filled(0)
          run(own, filled(i), filled(-1))
          expect(holds(own, i - 1)).toBe(true)
        }
        await under
        order.push(i)
        return output
      }),
    )
    outputs.forEach((output, i) => {
      expect(holds(output, i + 1)).toBe(true)
    })
    expect(order).toEqual(Array.from({ length: 60 }, (_, i) => i))
  })
})
