import { expect } from 'vitest'
import { grad, item, jvp, tensor, type Tensor } from '../../src/index.ts'

export const f64 = (value: Parameters<typeof tensor>[0]): Tensor => tensor(value, { dtype: 'float64' })

/** The slope of a function of a number, by both modes, against a value; its second derivative in three orders of modes. */
export const expectSlopes = (
  f: (x: Tensor) => Tensor,
  at: number,
  first: number,
  second: number,
  digits = 7,
): void => {
  const x = f64(at)
  const forward = (g: (x: Tensor) => Tensor) => (y: Tensor) => jvp(g, [y], [f64(1)])[1]
  for (const [name, slope] of [
    ['reverse', grad(f)],
    ['forward', forward(f)],
  ] as const)
    expect(item(slope(x)), name).toBeCloseTo(first, digits)
  for (const [name, slope] of [
    ['reverse over reverse', grad(grad(f))],
    ['forward over reverse', forward(grad(f))],
    ['reverse over forward', grad(forward(f))],
  ] as const)
    expect(item(slope(x)), name).toBeCloseTo(second, digits)
}

/** The slope by differences, with steps for float64. */
export const difference = (f: (x: Tensor) => Tensor, at: number, h = 1e-5): number =>
  (item(f(f64(at + h))) - item(f(f64(at - h)))) / (2 * h)
