import { describe, expect, it, vi } from 'vitest'
import {
  add,
  ArgumentError,
  jit,
  jitAsync,
  mul,
  ones,
  sum,
  tensor,
  toArray,
  traceCount,
  zeros,
  type Tensor,
} from '../../src/index.ts'
import { objectiveGradients } from '../../src/criteria/index.ts'
import { dense, network } from '../../src/nn/index.ts'
import { sgd } from '../../src/optim/index.ts'
import { descendStep, supervisedStep } from '../../src/training/index.ts'
import { structureKey, argumentStructure } from '../../src/compile/jit/argument-structure.ts'
import { programCache } from '../../src/compile/jit/program-cache.ts'
import { staticPlaces } from '../../src/compile/jit/static-places.ts'
import { readerOf } from '../../src/compile/jit/tree-code.ts'

const vector = (n: number): Tensor => ones([n])

/** The warnings a body gives rise to. */
const warnings = async (body: () => void): Promise<readonly string[]> => {
  const spy = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  try {
    body()
    return spy.mock.calls.map(([message, options]) => `${JSON.stringify(options)} ${String(message)}`)
  } finally {
    spy.mockRestore()
  }
}

describe('the programs of a compiled function', () => {
  it('are kept up to the size of the cache, the last used ones', async () => {
    const f = jit((x: Tensor) => sum(x), { cacheSize: 3 })
    const count = (n: number): number => {
      expect(toArray(f(vector(n)))).toBe(n)
      return traceCount(f)
    }
    expect([1, 2, 3].map(count)).toEqual([1, 2, 3])
    // 1 is used again, so 2 is the oldest when 4 comes.
    expect([1, 4, 1, 3, 4].map(count)).toEqual([3, 4, 4, 4, 4])
    expect([2, 3, 4, 1].map(count)).toEqual([5, 5, 5, 6])
    const one = jit((x: Tensor) => sum(x), { cacheSize: 1 })
    for (const n of [1, 1, 2, 2, 1]) expect(toArray(one(vector(n)))).toBe(n)
    expect(traceCount(one)).toBe(3)
  })

  it('agree with a list of the last used keys, whatever the order of use', () => {
    const places = staticPlaces('test', [])
    for (const size of [1, 2, 3, 4, 5, 7, 12]) {
      const keyOf = structureKey(places)
      const cache = programCache<{ key: string; read: ReturnType<typeof readerOf>; n: number }>(size, keyOf)
      let model: number[] = []
      let state = 12345
      for (let i = 0; i < 600; i++) {
        state = (Math.imul(state, 1103515245) + 12345) >>> 0
        const n = (state >>> 16) % (i % 3 === 0 ? 16 : size + 1)
        const args = [vector(n)]
        const found = cache.find(args)
        expect(found?.entry.n, `size ${size}, use ${i}`).toBe(model.includes(n) ? n : undefined)
        if (found === undefined)
          cache.keep({
            key: keyOf(args)!,
            read: readerOf(argumentStructure(args, places).structure),
            n,
          })
        model = [n, ...model.filter((m) => m !== n)].slice(0, size)
      }
    }
  })

  it('are found by what decides, and by nothing else', () => {
    const keyOf = structureKey(staticPlaces('test', [1, '2.depth']))
    const f = () => 0
    const date = new Date(0)
    const lists: readonly (readonly unknown[])[] = [
      [vector(2)],
      [tensor([1, 2], { dtype: 'float64' })],
      [zeros([2, 1])],
      [zeros([])],
      [[vector(2)]],
      [{ a: vector(2) }],
      [{ a: vector(2), b: undefined }],
      [{ 'a:': vector(2) }],
      [1],
      ['1'],
      [true],
      [null],
      [undefined],
      [1n],
      [[]],
      [[1, 1]],
      [[[1], 1]],
      [{}],
      [f],
      [() => 0],
      [date],
      [new Date(0)],
      [Symbol.iterator],
      [1, 1],
      [1, 2],
      [1, -0],
      [1, 0],
      [1, NaN],
      [1, [1, 2]],
      [1, [12]],
      [1, '1,2'],
      [1, { a: 1 }],
      [1, { a: '1' }],
      [1, 1, { depth: 1, rate: 1 }],
      [1, 1, { depth: 2, rate: 1 }],
      [1, 1, { depth: 2 }],
    ]
    const keys = lists.map(keyOf)
    expect(new Set(keys).size).toBe(lists.length)
    expect(lists.map(keyOf)).toEqual(keys)
    expect(keyOf([1, 1, { depth: 2, rate: 7 }])).toBe(keyOf([NaN, 1, { depth: 2, rate: 1 }]))
    expect(keyOf([{ b: 1, a: vector(1) }])).not.toBe(keyOf([{ a: vector(1), b: 2 }]))
  })

  it('are found by a handful of comparisons, however many there are and whichever comes', () => {
    const places = staticPlaces('test', [])
    let [keys, reads] = [0, 0]
    const keyOf = structureKey(places)
    const counted = (args: readonly unknown[]): string | undefined => {
      keys += 1
      return keyOf(args)
    }
    const cache = programCache<{ key: string; read: ReturnType<typeof readerOf>; n: number }>(2000, counted)
    const inputs = Array.from({ length: 1200 }, (_, n) => [tensor([1]), n % 2 === 0, `${n}`])
    inputs.forEach((args, n) => {
      const read = readerOf(argumentStructure(args, places).structure)
      cache.keep({
        key: keyOf(args)!,
        read: (given) => {
          reads += 1
          return read(given)
        },
        n,
      })
    })
    for (const n of [0, 1199, 600, 1, 599, 1198, 0, 0]) {
      ;[keys, reads] = [0, 0]
      expect(cache.find(inputs[n]!)?.entry.n).toBe(n)
      expect(reads).toBeLessThanOrEqual(5)
      expect(keys).toBeLessThanOrEqual(1)
      ;[keys, reads] = [0, 0]
      expect(cache.find(inputs[n]!)?.entry.n).toBe(n)
      expect([keys, reads]).toEqual([0, 1])
    }
  })
})

describe('a function that is compiled again and again', () => {
  it('says so once, with the part that differs and a remedy', async () => {
    const rows = function rowsOf(x: { readonly rows: Tensor }): Tensor {
      return sum(x.rows)
    }
    const f = jit(rows)
    const found = await warnings(() => {
      for (let n = 1; n <= 40; n++) f({ rows: vector(n) })
    })
    expect(found.length).toBe(1)
    expect(found[0]).toContain('PUREGRAD_RETRACED')
    expect(found[0]).toContain('"rowsOf" has been compiled 16 times')
    expect(found[0]).toContain(
      'argument 0.rows was float32[15] and is float32[16] now; pad it to a fixed shape',
    )
  })

  it('names the leaf, whatever it is', async () => {
    const cases: readonly (readonly [(i: number) => readonly unknown[], RegExp])[] = [
      [
        (i) => [tensor([1]), { name: `run ${i}` }],
        /argument 1\.name was "run 14" and is "run 15" now; pass it as a tensor/,
      ],
      [
        (i) => [tensor([1]), () => i],
        /argument 1 was a function and is a function now; pass the same function/,
      ],
      [
        (i) => [Array.from({ length: i }, () => tensor(1))],
        /argument 0 was an array of 14 and is an array of 15 now/,
      ],
      [(i) => [{ [`k${i}`]: tensor(1) }], /argument 0 was \{k14\} and is \{k15\} now/],
      [
        (i) => [Object.fromEntries((i % 2 === 0 ? ['a', 'b'] : ['b', 'a']).map((k) => [k, vector(i + 1)]))],
        /argument 0 was \{a, b\} and is \{b, a\} now; pass records with their keys in one order/,
      ],
      [(i) => Array.from({ length: i + 1 }, () => tensor(1)), /had 15 arguments, this one 16/],
    ]
    for (const [args, message] of cases) {
      const f = jit((..._: readonly unknown[]) => tensor(1))
      const found = await warnings(() => {
        for (let i = 0; i < 20; i++) f(...args(i))
      })
      expect(found.length).toBe(1)
      expect(found[0]).toMatch(message)
    }
    const stat = jit((x: Tensor, n: number) => mul(x, n), { static: [1] })
    const found = await warnings(() => {
      for (let i = 0; i < 20; i++) stat(tensor(1), i)
    })
    expect(found[0]).toMatch(/argument 1 was 14 and is 15 now; take it out of static/)
    const small = jit((x: Tensor) => sum(x), { cacheSize: 1 })
    const again = await warnings(() => {
      for (let i = 0; i < 20; i++) small(vector((i % 2) + 1))
    })
    expect(again.length).toBe(1)
  })

  it('is silent where programs are used again', async () => {
    const f = jit((x: Tensor, n: number) => mul(x, n))
    const found = await warnings(() => {
      for (let i = 0; i < 200; i++) f(vector((i % 10) + 1), i)
    })
    expect(found).toEqual([])
  })
})

describe('options of jit', () => {
  const f = (x: Tensor, n: number): Tensor => mul(x, n)

  it('are refused where they are none', () => {
    for (const compile of [jit, jitAsync] as const) {
      const odd =
        (options: object): (() => unknown) =>
        () =>
          compile(f, options)
      expect(odd({ donated: [0] })).toThrow(/"donated" is not an option; did you mean donate/)
      expect(odd({ static: [-1] })).toThrow(/static holds positions of arguments from 0 on, or paths.*got -1/)
      expect(odd({ static: ['rate'] })).toThrow(/got "rate"/)
      expect(odd({ static: [0.5] })).toThrow(ArgumentError)
      expect(odd({ cacheSize: 0 })).toThrow(/cacheSize: expected a whole number of 1 or more, got 0/)
      expect(odd({ cacheSize: 2.5 })).toThrow(ArgumentError)
    }
    expect(() => jit(f, { cacheSize: Infinity })).not.toThrow()
  })

  it('are refused as arguments that say what was expected, whatever came', () => {
    const kinds = [
      null,
      0,
      1.5,
      NaN,
      'text',
      '0',
      true,
      {},
      [null],
      [undefined],
      [NaN],
      [-1],
      [[0]],
      [{}],
      [, 0],
      Symbol('s'),
      () => 0,
      Object.create(null),
      [Object.create(null)],
    ]
    const right: Readonly<Record<string, (value: unknown) => boolean>> = {
      donate: () => false,
      static: () => false,
      cacheSize: () => false,
      reproducible: (value) => value === true,
      products: () => false,
      backend: (value) => typeof value === 'string',
    }
    const update = { make: descendStep(sgd({ learningRate: 0.1 })), loss: (w: Tensor) => sum(w) }
    const compilers: readonly ((options: never) => unknown)[] = [
      (options) => jit(f, options),
      (options) => jitAsync(f, options),
      (compile) => update.make(update.loss, { compile }),
      (compile) =>
        supervisedStep({
          model: network(1, dense('line', 1)),
          loss: (out) => sum(out),
          optimizer: sgd({ learningRate: 0.1 }) as never,
          compile,
        }),
      (compile) => objectiveGradients({ one: (x: Tensor) => sum(x) }, { compile }),
    ]
    for (const compile of compilers) {
      for (const [name, suits] of Object.entries(right))
        for (const value of kinds) {
          const tried = () => compile({ [name]: value } as never)
          if (suits(value)) expect(tried).not.toThrow()
          else expect(tried).toThrow(ArgumentError)
          if (!suits(value)) expect(tried).toThrow(new RegExp(`${name}.*, got `))
        }
      for (const value of [null, 0, 'fast', [0], () => 0]) {
        expect(() => compile(value as never)).toThrow(ArgumentError)
        expect(() => compile(value as never)).toThrow(/expected options as a record/)
      }
    }
  })

  it('name arguments there are', async () => {
    expect(() => jit(f, { donate: [2] })(tensor(1), 1)).toThrow(
      /donate names argument 2, the call has only 2/,
    )
    expect(() => jit(f, { static: ['2.n'] })(tensor(1), 1)).toThrow(/static names argument 2\.n/)
    await expect(jitAsync(f, { static: [5] })(tensor(1), 1)).rejects.toThrow(
      /jitAsync: static names argument 5/,
    )
    expect(() => jit(f, { donate: [1], static: [1] })(tensor(1), 1)).toThrow(
      /argument 1 is both in donate and static, and holds no tensor/,
    )
  })

  it('that are static leave tensors traced, also those that are given up', () => {
    const step = jit(({ w, n }: { readonly w: Tensor; readonly n: number }) => ({ w: mul(w, n), n: n + 1 }), {
      static: [0],
      donate: [0],
    })
    let state: { readonly w: Tensor; readonly n: number } = { w: ones([100, 100]), n: 1 }
    for (let i = 0; i < 4; i++) state = step(state)
    expect(state.n).toBe(5)
    expect(toArray(sum(state.w))).toBe(24 * 10_000)
    expect(traceCount(step)).toBe(4)
  })

  it('that are static may be text, booleans and plain data', () => {
    const g = jit(
      (
        x: Tensor,
        {
          kind,
          axes,
          keep,
        }: { readonly kind: string; readonly axes: readonly number[]; readonly keep: boolean },
      ) => (kind === 'sum' ? sum(x, { axis: axes, keepDims: keep }) : add(x, axes.length)),
      { static: [1] },
    )
    const m = tensor([
      [1, 2],
      [3, 4],
    ])
    expect(toArray(g(m, { kind: 'sum', axes: [0], keep: false }))).toEqual([4, 6])
    expect(toArray(g(m, { kind: 'sum', axes: [1], keep: true }))).toEqual([[3], [7]])
    expect(toArray(g(m, { kind: 'sum', axes: [0, 1], keep: false }))).toBe(10)
    expect(toArray(g(m, { kind: 'add', axes: [0, 1], keep: false }))).toEqual([
      [3, 4],
      [5, 6],
    ])
    expect(toArray(g(m, { kind: 'sum', axes: [0], keep: false }))).toEqual([4, 6])
    expect(traceCount(g)).toBe(4)
    expect(toArray(g(m, { keep: false, axes: [0], kind: 'sum' }))).toEqual([4, 6])
    expect(traceCount(g)).toBe(5)
  })
})
