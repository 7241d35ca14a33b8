// y₀′ = x₀ and yᵢ′ = xᵢ·yᵢ₋₁ from y = 0 over two units of time, by s steps of the classical Runge-Kutta method, and the
// gradient of the last element with respect to x.

import * as t from 'io-ts'
import { add, concat, grad, jit, mul, scan, slice, sum, zerosLike, type Tensor } from '../../src/node.ts'
import { numbers, numbersOf, task, vectorOf, type Tasks } from './task.ts'

const input = t.readonly(t.type({ x: numbers, s: t.number }))

const slope = (x: Tensor, y: Tensor): Tensor =>
  concat([slice(x, [0], [1]), mul(slice(x, [1]), slice(y, [0], [-1])) as Tensor])

const solution = (x: Tensor, steps: number): Tensor => {
  const h = 2 / steps
  const moved = (y: Tensor, along: Tensor, by: number): Tensor => add(y, mul(by, along)) as Tensor
  const [last] = scan(
    (y: Tensor): readonly [Tensor, readonly Tensor[]] => {
      const k1 = slope(x, y)
      const k2 = slope(x, moved(y, k1, h / 2))
      const k3 = slope(x, moved(y, k2, h / 2))
      const k4 = slope(x, moved(y, k3, h))
      return [moved(y, add(add(k1, mul(2, add(k2, k3))), k4) as Tensor, h / 6), []]
    },
    zerosLike(x),
    [] as readonly Tensor[],
    { length: steps },
  )
  return last
}

const lastOf = (x: Tensor, steps: number): Tensor => sum(slice(solution(x, steps), [-1]))

const primal = jit(solution, { static: [1] })
const gradient = jit((x: Tensor, steps: number) => grad((a: Tensor) => lastOf(a, steps))(x), { static: [1] })

export const ode: Tasks = {
  primal: task(
    input,
    ({ x, s }) => {
      const at = vectorOf(x)
      return () => primal(at, s)
    },
    numbersOf,
  ),
  gradient: task(
    input,
    ({ x, s }) => {
      const at = vectorOf(x)
      return () => gradient(at, s)
    },
    numbersOf,
  ),
}
