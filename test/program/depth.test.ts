import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import {
  add,
  broadcastTo,
  checkProgram,
  concat,
  decodeProgram,
  encodeProgram,
  grad,
  jit,
  matmul,
  mul,
  printProgram,
  stage,
  sum,
  tensor,
  toArray,
  vmap,
  zeros,
  type Tensor,
} from '../../src/index.ts'
import { ShapeError } from '../../src/core/tensor/errors.ts'

const backends = ['native', 'wasm', 'typescript'] as const

/** Multiplied by one again and again, which no pass may see through. */
const chain =
  (length: number) =>
  (x: Tensor, one: Tensor): Tensor => {
    let y = x
    for (let i = 0; i < length; i++) y = mul(y, one)
    return y
  }

const one = tensor(1)
const x = tensor([1, 2, 3])

describe('programs as deep as one likes', () => {
  it.each(backends)('run on the %s backend', (backend) => {
    expect(toArray(jit(chain(20_000), { backend })(x, one))).toEqual([1, 2, 3])
  })

  it('have gradients and batches', () => {
    const length = 3000
    // Each of the factors receives the sum of x.
    const slope = jit(grad((factor: Tensor) => sum(chain(length)(x, factor))))
    expect(toArray(slope(one))).toBe(6 * length)
    const batched = jit((xs: Tensor) => vmap(chain(length), { in: [0, null] })(xs, one))
    expect(toArray(batched(x))).toEqual([1, 2, 3])
  })

  it('are printed, checked, written and read', () => {
    // Each step is a broadcast and a product.
    const { program } = stage(chain(10_000))(x, one)
    expect(printProgram(program).split('\n').length).toBe(20_003)
    expect(E.isRight(checkProgram(program))).toBe(true)
    const read = decodeProgram(JSON.parse(JSON.stringify(encodeProgram(program))))
    expect(E.isRight(read) && read.right.equations.length).toBe(20_000)
  }, 60_000)
})

describe('programs as wide as one likes', () => {
  const width = 3000
  const parts = (y: Tensor): readonly Tensor[] => Array.from({ length: width }, (_, i) => mul(y, i % 2))

  it.each(backends)('run on the %s backend', (backend) => {
    expect(toArray(jit((y: Tensor) => sum(concat(parts(y))), { backend })(x))).toBe(3 * width)
    const total = (y: Tensor): Tensor => parts(y).reduce((a, b) => add(a, b))
    expect(toArray(jit(total, { backend })(x))).toEqual([width / 2, width, (3 * width) / 2])
    const outputs = jit((y: Tensor) => parts(y).map((part) => mul(part, y)), { backend })(x)
    expect(outputs.map(toArray).slice(0, 2)).toEqual([
      [0, 0, 0],
      [1, 4, 9],
    ])
  })
})

describe('what is too large to be addressed is refused with its size', () => {
  const wide = (y: Tensor): Tensor => broadcastTo(y, [3e8])
  const doubled = (y: Tensor): Tensor => concat([wide(y), wide(y)])

  it.each(backends)('on the %s backend', (backend) => {
    const refused = (f: (y: Tensor) => Tensor) => () => jit(f, { backend })(tensor([0]))
    expect(refused(doubled)).toThrow(ShapeError)
    expect(refused(doubled)).toThrow(/results.* 2400000000 bytes.* 2147483647/)
    expect(refused((y) => sum(doubled(y)))).toThrow(/in between.* 2400000000 bytes.* 2147483647/)
  })

  it('outside of compiled functions too', () => {
    const [column, row] = [zeros([2 ** 16, 1]), zeros([1, 2 ** 16])]
    expect(() => matmul(column as Tensor, row as Tensor)).toThrow(/4294967296 elements.* 2147483647/)
    expect(() => broadcastTo(one, [2 ** 20, 2 ** 20])).toThrow(ShapeError)
  })
})
