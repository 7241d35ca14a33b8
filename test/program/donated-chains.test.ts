import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  add,
  DonatedError,
  jit,
  matmul,
  mul,
  slice,
  sub,
  sum,
  take,
  tanh,
  tensor,
  toNdarray,
  toTypedArray,
  transpose,
  type BackendName,
  type Tensor,
} from '../../src/index.ts'
import { nativeExecutor } from '../../src/compile/executors/native.ts'
import { wasmExecutor } from '../../src/compile/executors/wasm.ts'

/*
 * Steps of random trees of matrices, again and again, with the state given up and with it kept: the numbers are the same
 * to the last bit, and whoever holds an old state reads what was in it or is told that it was given up.
 */

const backends: readonly BackendName[] = [
  ...(nativeExecutor() === undefined ? [] : (['native'] as const)),
  ...(wasmExecutor() === undefined ? [] : (['wasm'] as const)),
  'typescript',
]

/** Large enough for memory of its own, and no multiple of a vector. */
const side = 94

type State = Readonly<Record<string, Tensor>>

/** One line of a step: an operation on two of the values so far, counted from the latest back. */
interface Line {
  readonly operation: keyof typeof operations
  readonly a: number
  readonly b: number
}

const operations = {
  add: (a: Tensor, b: Tensor) => add(a, mul(0.25, b)),
  sub: (a: Tensor, b: Tensor) => sub(a, mul(0.5, b)),
  mul: (a: Tensor, b: Tensor) => mul(a, b),
  tanh: (a: Tensor) => tanh(a),
  halved: (a: Tensor) => mul(0.5, a),
  product: (a: Tensor, b: Tensor) => mul(1 / side, matmul(a, b)),
  update: (a: Tensor, b: Tensor) => sub(a, mul(0.01, matmul(transpose(b), b))),
  transposed: (a: Tensor) => transpose(a) as Tensor,
  rows: (a: Tensor, b: Tensor) => add(a, mul(1 / side, sum(b, { axis: 1, keepDims: true }))),
  reversed: (a: Tensor) => slice(a, [side - 1, 0], [-side - 1, side], [-1, 1]) as Tensor,
  columns: (a: Tensor, b: Tensor) => add(a, mul(1 / side, sum(b, { axis: 0 }))),
}

const step = (lines: readonly Line[], wanted: readonly number[]) => {
  return (state: State, batch: Tensor, indices: Tensor) => {
    const names = Object.keys(state)
    const values = [batch, ...names.map((name) => state[name]!)]
    const at = (back: number): Tensor => values[values.length - 1 - (back % values.length)]!
    for (const { operation, a, b } of lines) values.push(operations[operation](at(a), at(b)))
    const next: State = Object.fromEntries(names.map((name, i) => [name, at(wanted[i]!)]))
    return { loss: sum(at(0)), picked: sum(take(batch, indices)), next }
  }
}

type Turn = 'step' | 'keep' | 'show' | 'view' | 'twice' | 'fail' | 'hold'

const games = fc.record({
  parts: fc.integer({ min: 1, max: 4 }),
  lines: fc.array(
    fc.record({
      operation: fc.constantFrom(...(Object.keys(operations) as (keyof typeof operations)[])),
      a: fc.nat(5),
      b: fc.nat(5),
    }),
    { minLength: 1, maxLength: 7 },
  ),
  wanted: fc.array(fc.nat(6), { minLength: 4, maxLength: 4 }),
  turns: fc.array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constant<Turn>('step') },
      { weight: 3, arbitrary: fc.constantFrom<Turn>('keep', 'show', 'view', 'twice', 'fail', 'hold') },
    ),
    { minLength: 3, maxLength: 9 },
  ),
  seed: fc.nat(),
})

const matrix = (seed: number): Tensor =>
  tensor(
    Array.from({ length: side * side }, (_, i) => Math.fround(Math.sin(seed + i))),
    { shape: [side, side] },
  )

const bitsOf = (x: Tensor): Uint8Array => {
  const { buffer, byteOffset, byteLength } = toTypedArray(x)
  return new Uint8Array(buffer, byteOffset, byteLength).slice()
}
const expectBits = (actual: Uint8Array, expected: Uint8Array, what: string): void => {
  expect(Buffer.compare(actual, expected), what).toBe(0)
}

/** What an old state held when its successor was made. */
interface Old {
  readonly tensor: Tensor
  readonly bits: Uint8Array
}

/** Whether it throws; what it does not throw is what it was. */
const isTaken = ({ tensor: old, bits }: Old): boolean => {
  try {
    expectBits(bitsOf(old), bits, 'an old state')
    return false
  } catch (error) {
    if (error instanceof DonatedError) return true
    throw error
  }
}

const indices = tensor([3, 0, side - 1], { dtype: 'int32' })
const outside = tensor([3, side], { dtype: 'int32' })

const play = (backend: BackendName, game: typeof games extends fc.Arbitrary<infer G> ? G : never): number => {
  const f = step(game.lines, game.wanted)
  const [plain, donating] = [jit(f, { backend }), jit(f, { backend, donate: [0] })]
  const start: State = Object.fromEntries(
    Array.from({ length: game.parts }, (_, i) => [`w${String(i)}`, matrix(game.seed + i)]),
  )
  let [expected, actual] = [start, start]
  let taken = 0
  const old: Old[] = []
  const held: { readonly elements: () => number; readonly value: number }[] = []
  const batch = matrix(game.seed - 1)
  for (const turn of game.turns) {
    const own: (readonly [State, Tensor])[] = [expected, actual].map((state) => [state, batch])
    if (turn === 'view') own.forEach(([state], i) => (own[i] = [state, transpose(state['w0']!) as Tensor]))
    if (turn === 'twice')
      own.forEach(([state, x], i) => (own[i] = [{ ...state, w0: Object.values(state).at(-1)! }, x]))
    if (turn === 'show') {
      const shown = toNdarray(actual['w0']!)
      held.push({ elements: () => shown.get(1, 2), value: shown.get(1, 2) })
    }
    if (turn === 'keep') old.push(...Object.values(actual).map((x) => ({ tensor: x, bits: bitsOf(x) })))
    if (turn === 'hold')
      old.push({
        tensor: transpose(actual['w0']!) as Tensor,
        bits: bitsOf(transpose(actual['w0']!) as Tensor),
      })
    const [[state, x], [given, y]] = own as [readonly [State, Tensor], readonly [State, Tensor]]
    if (turn === 'fail') expect(() => donating(given, y, outside)).toThrow(/94/)
    const [one, other] = [plain(state, x, indices), donating(given, y, indices)]
    expectBits(bitsOf(other.loss), bitsOf(one.loss), `the loss (${turn})`)
    expectBits(bitsOf(other.picked), bitsOf(one.picked), `what was picked (${turn})`)
    ;[expected, actual] = [one.next, other.next]
    taken += old.filter(isTaken).length
    for (const { elements, value } of held) expect(elements()).toBe(value)
  }
  for (const name of Object.keys(expected))
    expectBits(bitsOf(actual[name]!), bitsOf(expected[name]!), `${name} at the end`)
  return taken
}

describe('steps that give their state up', () => {
  it.each(backends)(
    'give the numbers of the steps that keep it, on %s',
    (backend) => {
      let taken = 0
      fc.assert(
        fc.property(games, (game) => {
          taken += play(backend, game)
        }),
        { numRuns: backend === 'native' ? 80 : 30 },
      )
      expect(taken).toBeGreaterThan(0)
    },
    60_000,
  )
})
