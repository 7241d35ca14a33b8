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
  readonly run: (buffers: unknown, output: unknown) => void
  readonly runAsync: (buffers: unknown, output: unknown) => Promise<void>
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
    run([filled(1), filled(2)], output)
    expect(holds(output, 3)).toBe(true)
    await runAsync([filled(1), filled(2)], later)
    expect(holds(later, 3)).toBe(true)
    loaded(Float64Array.of(0, 0, 0, 0, 0)).run([filled(2)], output)
    expect(holds(output, 4)).toBe(true)
  })

  it('reads all buffers behind the last getter of their list', () => {
    const { run, runAsync } = loaded()
    const first = filled(1)
    const list = [first, undefined]
    Object.defineProperty(list, 1, {
      get: () => {
        if (first.byteLength > 0) detach(first)
        return filled(2)
      },
    })
    expect(() => {
      run(list, filled(0))
    }).toThrow(/input 0 takes 160000 bytes .* buffer of 0 \(was it detached\?\)/)
    expect(() => runAsync(list, filled(0))).toThrow(/input 0 .*detached/)
  })

  it('reads its table and the output behind the last getter too', () => {
    for (const victim of ['table', 'output'] as const) {
      const table = tableOf()
      const output = filled(0)
      const list = [filled(1), undefined]
      Object.defineProperty(list, 1, {
        get: () => {
          detach(victim === 'table' ? table.buffer : output)
          return filled(2)
        },
      })
      expect(() => {
        loaded(table).run(list, output)
      }).toThrow(victim === 'table' ? /table.*detached/ : /the output takes .*detached/)
    }
  })

  it('may be called again by a getter of its arguments', () => {
    const { run } = loaded()
    const inner = filled(0)
    const list = [filled(1), undefined]
    Object.defineProperty(list, 1, {
      get: () => {
        run([filled(10), filled(20)], inner)
        return filled(2)
      },
    })
    const output = filled(0)
    run(list, output)
    expect([holds(output, 3), holds(inner, 30)]).toEqual([true, true])
  })

  it('takes what a getter throws for its own', () => {
    const list = [filled(1), undefined]
    Object.defineProperty(list, 1, {
      get: () => {
        throw new TypeError('no such buffer today')
      },
    })
    expect(() => {
      loaded().run(list, filled(0))
    }).toThrow('no such buffer today')
    expect(() => loaded().runAsync(list, filled(0))).toThrow('no such buffer today')
  })

  it('runs on resizable buffers as they are at the call', () => {
    const { run } = loaded()
    const growing = new Resizable(bytes, { maxByteLength: 2 * bytes })
    new Float32Array(growing).fill(5)
    const output = filled(0)
    run([growing, filled(2)], output)
    expect(holds(output, 7)).toBe(true)
    growing.resize(bytes - 8)
    expect(() => {
      run([growing, filled(2)], output)
    }).toThrow(/input 0 takes 160000 bytes .* buffer of 159992/)
    growing.resize(2 * bytes)
    new Float32Array(growing).fill(5)
    run([growing, filled(2)], output)
    expect(holds(output, 7)).toBe(true)
  })

  it('refuses a table that has become shorter or was detached, and one that was neither works on', () => {
    const memory = new Resizable(40, { maxByteLength: 80 })
    const table = new Float64Array(memory)
    table.set([0, 0, 0, 1, 0])
    const { run } = loaded(table)
    run([filled(1), filled(2)], filled(0))
    memory.resize(16)
    expect(() => {
      run([filled(1), filled(2)], filled(0))
    }).toThrow(/table.*smaller/)
    memory.resize(80)
    table.set([0, 0, 0, 1, 0])
    run([filled(1), filled(2)], filled(0))
    const other = tableOf()
    const gone = loaded(other)
    detach(other.buffer)
    expect(() => {
      gone.run([filled(1), filled(2)], filled(0))
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
          loaded(table).run([filled(1), filled(2)], filled(0))
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
      run([both, filled(1)], both)
    }).toThrow('the output lies over input 0')
    table.set([bytes - 8, 0, 0, 1, 0])
    expect(() => {
      within.run([both, filled(1)], both)
    }).toThrow('the output lies over input 0')
    table.set([bytes, 0, 2 * bytes, 1, 0])
    within.run([both, filled(1)], both)
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

  it('refuses lists, buffers and arrays that are none', () => {
    const { run, runAsync } = loaded()
    const proxied = new Proxy([filled(1), filled(2)], {})
    const wrong: readonly (readonly [unknown, unknown])[] = [
      [proxied, filled(0)],
      [[filled(1), new Proxy(filled(2), {})], filled(0)],
      [[filled(1)], filled(0)],

      [[filled(1), ,], filled(0)],
      [[filled(1), new Float32Array(length)], filled(0)],
      [[filled(1), filled(2), filled(3)], filled(0)],
      [new Array(2 ** 32 - 1), filled(0)],
      [{ length: 2, 0: filled(1), 1: filled(2) }, filled(0)],
      [[filled(1), filled(2)], new Float32Array(length)],
      [[filled(1), filled(2)], undefined],
      [[filled(1), filled(2)], new ArrayBuffer(bytes - 8)],
      [undefined, undefined],
    ]
    for (const [buffers, output] of wrong) {
      expect(() => {
        run(buffers, output)
      }).toThrow(/^run: /)
      expect(() => runAsync(buffers, output)).toThrow(/^run: /)
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
    run([filled(1), filled(2)], output)
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
        run([b, b], filled(0))
      },
    }
    for (let round = 0; round < 5; round++)
      for (const [name, change] of Object.entries(afterwards)) {
        table.set([0, 0, 0, 1, 0])
        const [a, b, output] = [filled(1), filled(2), filled(0)]
        const result = runAsync([a, b], output)
        change(a, b)
        await result
        expect(holds(output, 3), name).toBe(true)
      }
    const growing = new Resizable(bytes, { maxByteLength: bytes })
    new Float32Array(growing).fill(1)
    table.set([0, 0, 0, 1, 0])
    const output = filled(0)
    const result = runAsync([growing, filled(2)], output)
    growing.resize(0)
    await result
    expect(holds(output, 3)).toBe(true)
  })

  it('rejects a run whose output has gone when it ends', async () => {
    const { runAsync } = loaded()
    const output = filled(0)
    const given = runAsync([filled(1), filled(2)], output)
    detach(output)
    await expect(given).rejects.toThrow(/output was detached or made smaller/)
    const growing = new Resizable(bytes, { maxByteLength: bytes })
    const shrunk = runAsync([filled(1), filled(2)], growing)
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
        const under = runAsync([filled(i), filled(1)], output)
        if (i % 7 === 0) {
          const own = filled(0)
          run([filled(i), filled(-1)], own)
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
