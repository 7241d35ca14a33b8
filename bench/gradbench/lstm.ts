// A recurrent network of long short-term memory whose matrices are diagonal, over a text of one row of bits a character.
//
// Source: ADBench, the objective "LSTM": the gates "forget" and "out" see the input of the layer and the other two its
// hidden state, and the logarithm of the normalizing sum has a 2 added to the sum.

import * as t from 'io-ts'
import {
  add,
  concat,
  exp,
  grad,
  item,
  jit,
  log,
  mul,
  neg,
  ravel,
  scan,
  sigmoid,
  slice,
  stack,
  sub,
  sum,
  take,
  tanh,
  type Tensor,
} from '../../src/node.ts'
import { matrixOf, numbersOf, rows, task, type Tasks } from './task.ts'

const input = t.readonly(t.type({ main_params: rows, extra_params: rows, state: rows, sequence: rows }))

interface Weights {
  /** `[2 · layers, 4 · bits]`: for each layer a row of weights and a row of biases of four gates. */
  readonly main: Tensor
  /** `[3, bits]`: of the input, of the output, and the bias of the output. */
  readonly extra: Tensor
}

const row = (x: Tensor, i: number): Tensor => take(x, i) as Tensor

interface Cell {
  readonly hidden: Tensor
  readonly cell: Tensor
}

const layer = (weights: Tensor, biases: Tensor, { hidden, cell }: Cell, x: Tensor): Cell => {
  const b = x.size
  const gate = (i: number, of: Tensor): Tensor =>
    add(mul(of, slice(weights, [i * b], [(i + 1) * b])), slice(biases, [i * b], [(i + 1) * b])) as Tensor
  const kept = mul(cell, sigmoid(gate(0, x)))
  const next = add(kept, mul(sigmoid(gate(1, hidden)), tanh(gate(3, hidden)))) as Tensor
  return { hidden: mul(sigmoid(gate(2, x)), tanh(next)) as Tensor, cell: next }
}

const objective = ({ main, extra }: Weights, state: Tensor, sequence: Tensor): Tensor => {
  const [layers, [c = 0, b = 0]] = [(main.shape[0] ?? 0) / 2, sequence.shape]
  const step = (carried: Tensor, [x, next]: readonly [Tensor, Tensor]): readonly [Tensor, Tensor] => {
    const cells = Array.from({ length: layers }).reduce<readonly Cell[]>((before, _, l) => {
      const own = { hidden: row(carried, 2 * l), cell: row(carried, 2 * l + 1) }
      const from = before.at(-1)?.hidden ?? (mul(x, row(extra, 0)) as Tensor)
      return [...before, layer(row(main, 2 * l), row(main, 2 * l + 1), own, from)]
    }, [])
    const top = cells.at(-1)?.hidden ?? x
    const predicted = add(mul(top, row(extra, 1)), row(extra, 2)) as Tensor
    const normalizer = log(add(2, sum(exp(predicted))))
    return [
      stack(cells.flatMap(({ hidden, cell }) => [hidden, cell])),
      sum(mul(next, sub(predicted, normalizer))),
    ]
  }
  const [, scores] = scan(step, state, [slice(sequence, [0], [-1]), slice(sequence, [1])] as const)
  return mul(neg(sum(scores)), 1 / (b * (c - 1))) as Tensor
}

const value = jit(objective)
const gradient = jit(grad(objective))

const read = (given: t.TypeOf<typeof input>): readonly [Weights, Tensor, Tensor] => {
  const b = given.sequence[0]?.length ?? 0
  const count = given.main_params.length
  return [
    {
      main: matrixOf('main_params', given.main_params, count, 4 * b),
      extra: matrixOf('extra_params', given.extra_params, 3, b),
    },
    matrixOf('state', given.state, count, b),
    matrixOf('sequence', given.sequence, given.sequence.length, b),
  ]
}

export const lstm: Tasks = {
  objective: task(
    input,
    (given) => {
      const args = read(given)
      return () => value(...args)
    },
    item,
  ),
  jacobian: task(
    input,
    (given) => {
      const args = read(given)
      return () => gradient(...args)
    },
    ({ main, extra }) => numbersOf(concat([ravel(main), ravel(extra)])),
  ),
}
