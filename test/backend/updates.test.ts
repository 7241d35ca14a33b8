import { availableParallelism } from 'node:os'
import { describe, expect, it } from 'vitest'
import {
  add,
  jit,
  matmul,
  mul,
  setThreads,
  sub,
  tensor,
  toTypedArray,
  transpose,
  type Tensor,
} from '../../src/index.ts'
import { presentBackends } from '../../src/testing/check-compiled.ts'

/*
 * w − rate · xᵀ·dy is made by the tiles of the product where nothing else needs that. It is what the same program in a stated
 * order gives, up to the rounding of the product, whatever else is asked for and wherever w lies.
 */

const numbers = (shape: readonly number[], seed: number): Tensor =>
  tensor(
    Float32Array.from(
      { length: shape.reduce((product, n) => product * n, 1) },
      (_, i) => ((i * 2654435761 + seed * 97) % 8191) / 4096 - 1,
    ),
    { shape: [...shape] },
  ) as Tensor

const slope = (x: Tensor, dy: Tensor): Tensor => matmul(transpose(x), dy) as Tensor

/** A step, and what else needs the slope: nothing, the result, a product behind it that reads it, the next step. */
const steps: Readonly<Record<string, (w: Tensor, x: Tensor, dy: Tensor, rate: Tensor) => readonly Tensor[]>> =
  {
    alone: (w, x, dy) => [sub(w, mul(0.1, slope(x, dy)))],
    'by a rate that is given': (w, x, dy, rate) => [sub(w, mul(slope(x, dy), rate))],
    added: (w, x, dy) => [add(mul(-0.1, slope(x, dy)), w)],
    'and the slope': (w, x, dy) => {
      const g = slope(x, dy)
      return [sub(w, mul(0.1, g)), g]
    },
    'and a product of the slope': (w, x, dy) => {
      const g = slope(x, dy)
      return [sub(w, mul(0.1, g)), matmul(dy, transpose(g)) as Tensor]
    },
    'and a product of what is stepped': (w, x, dy) => {
      const next = sub(w, mul(0.1, slope(x, dy))) as Tensor
      return [next, matmul(x, next) as Tensor]
    },
    'of two, one after the other': (w, x, dy) => {
      const next = sub(w, mul(0.1, slope(x, dy))) as Tensor
      return [sub(next, mul(0.1, slope(x, matmul(x, next) as Tensor)))]
    },
  }

// Whole tiles; parts of them in every direction; few columns, one depth, few rows; parts for threads.
const sizes = [
  [33, 37, 70],
  [20, 130, 5],
  [1, 2, 30],
  [48, 96, 130],
] as const

type Given = readonly [Tensor, Tensor, Tensor, Tensor]

const bytesOf = (values: readonly Tensor[]): readonly Buffer[] =>
  values.map((x) => Buffer.from(Float32Array.from(toTypedArray(x)).buffer))

const distance = (a: readonly Tensor[], b: readonly Tensor[]): number =>
  Math.max(
    ...a.flatMap((x, k) => {
      const other = toTypedArray(b[k]!)
      return Array.from(toTypedArray(x), (value, i) => Math.abs(value - other[i]!))
    }),
  )

describe.each(presentBackends().map((backend) => [backend]))('a step along a product on %s', (backend) => {
  it.each(Object.keys(steps))('is w − rate · xᵀ·dy: %s', (name) => {
    const step = steps[name]!
    for (const [batch, rows, columns] of sizes) {
      const given = (): Given => [
        numbers([rows, columns], 1),
        numbers([batch, rows], 2),
        numbers([batch, columns], 3),
        tensor(0.05) as Tensor,
      ]
      const free = jit(step, { backend })(...given())
      expect(distance(free, jit(step, { backend, reproducible: true })(...given()))).toBeLessThan(
        1e-6 * (batch + columns + rows),
      )
      expect(bytesOf(jit(step, { backend, donate: [0] })(...given()))).toEqual(bytesOf(free))
      setThreads(1)
      expect(bytesOf(jit(step, { backend })(...given()))).toEqual(bytesOf(free))
      setThreads(availableParallelism())
    }
  })
})
