/* eslint-disable functional/no-let, functional/no-loop-statements --
   rows are passed on as parts come, which only a generator's own loops can do */
import * as E from 'fp-ts/lib/Either.js'
import { concat } from '../core/numeric/index.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { rowsBetween } from '../training/rows-between.ts'

interface Rows {
  readonly x: Tensor
  readonly y: Tensor
}

const together = ({ x, y }: Rows, next: Rows): Rows => ({
  x: concat([x, next.x]),
  y: concat([y, next.y]),
})

const between = ({ x, y }: Rows, start: number, stop: number): Rows => ({
  x: rowsBetween(x, start, stop),
  y: rowsBetween(y, start, stop),
})

const size = 512

/**
 * The rows of parts of any size in batches of one size, but for the last: what is compiled for a shape is compiled once, and
 * what is computed does not depend on how a file is read.
 */
export const inBatches = <X>(parts: AsyncIterable<E.Either<X, Rows>>): AsyncIterable<E.Either<X, Rows>> => {
  async function* batches(): AsyncGenerator<E.Either<X, Rows>, void> {
    let held: Rows | undefined
    for await (const part of parts) {
      if (E.isLeft(part)) {
        yield part
        return
      }
      const all: Rows = held === undefined ? part.right : together(held, part.right)
      const count = all.x.shape[0] ?? 0
      const whole = count - (count % size)
      for (let start = 0; start < whole; start += size) yield E.right(between(all, start, start + size))
      held = whole === count ? undefined : between(all, whole, count)
    }
    if (held !== undefined) yield E.right(held)
  }
  return { [Symbol.asyncIterator]: batches }
}
