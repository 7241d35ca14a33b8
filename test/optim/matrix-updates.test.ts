import { describe, expect, test } from 'vitest'
import { key, matmul, normal, tensor, toArray, transpose, type Tensor } from '../../src/index.ts'
import { adaptiveClip, adafactor, muon, orthogonalize, type Optimizer } from '../../src/optim/index.ts'

type Matrix = readonly (readonly number[])[]
const f64 = (values: Matrix): Tensor => tensor(values, { dtype: 'float64' })
const closeTo = (found: Tensor, expected: Matrix, digits = 10): void =>
  (toArray(found) as Matrix).forEach((row, i) =>
    row.forEach((value, j) => expect(value, `[${i}, ${j}]`).toBeCloseTo(expected[i]![j]!, digits)),
  )
/** The steps along gradients of one matrix, parameters held. */
const steps = (
  optimizer: Optimizer<{ readonly w: Tensor }, readonly unknown[]>,
  w: Matrix,
  gradients: readonly Matrix[],
): readonly Tensor[] => {
  const params = { w: f64(w) }
  return gradients.reduce<{ readonly made: readonly Tensor[]; readonly state: readonly unknown[] }>(
    ({ made, state }, g, step) => {
      const [move, next] = optimizer.update({ w: f64(g) }, state, { params, step, value: 0 })
      return { made: [...made, move.w], state: next }
    },
    { made: [], state: optimizer.init(params) },
  ).made
}
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length

describe('of matrices', () => {
  test('Adafactor keeps means of rows and columns (Shazeer, Stern 2018, algorithm 4)', () => {
    const w = [
      [1, -2, 3],
      [0.5, 0.25, -1],
    ]
    const gradients = [
      [
        [1, 2, -3],
        [0.5, -1, 4],
      ],
      [
        [-2, 0.5, 1],
        [3, 1, -0.25],
      ],
    ]
    const made = steps(adafactor({ learningRate: 0.1 }), w, gradients)
    const state = { rows: [0, 0], columns: [0, 0, 0] }
    gradients.forEach((g, t) => {
      const fresh = (t + 1) ** -0.8
      const square = g.map((row) => row.map((value) => value ** 2 + 1e-30))
      state.rows = state.rows.map((r, i) => r + fresh * (mean(square[i]!) - r))
      state.columns = state.columns.map((c, j) => c + fresh * (mean(square.map((row) => row[j]!)) - c))
      const v = state.rows.map((r) => state.columns.map((c) => (r * c) / mean(state.rows)))
      const u = g.map((row, i) => row.map((value, j) => value / Math.sqrt(v[i]![j]!)))
      const size = Math.sqrt(mean(u.flat().map((value) => value ** 2)))
      const rate = 0.1 * Math.max(Math.sqrt(mean(w.flat().map((value) => value ** 2))), 1e-3)
      closeTo(
        made[t]!,
        u.map((row) => row.map((value) => (-rate * value) / Math.max(1, size))),
      )
    })
  })

  /** What five iterations do to a singular value. */
  const iterated = (s: number): number =>
    Array.from({ length: 5 }).reduce<number>((x) => 3.4445 * x - 4.775 * x ** 3 + 2.0315 * x ** 5, s)
  const turn = (angle: number): Tensor =>
    f64([
      [Math.cos(angle), -Math.sin(angle)],
      [Math.sin(angle), Math.cos(angle)],
    ])

  test('Muon turns singular values into what the polynomial makes of them, and keeps the rest (Jordan 2024)', () => {
    const [u, v] = [turn(0.7), turn(-1.2)]
    const [long, short] = [3, 0.5]
    const length = Math.hypot(long, short)
    const of = (a: number, b: number): Tensor =>
      matmul(matmul(u, f64([[a, 0], [0, b]])), transpose(v)) // prettier-ignore
    const gradient = toArray(of(long, short)) as Matrix
    // Looking ahead at first: g + 0.95 g, which the length takes off again.
    const [step] = steps(muon({ learningRate: 1 }), [[0, 0], [0, 0]], [gradient]) // prettier-ignore
    closeTo(step!, toArray(of(-iterated(long / length), -iterated(short / length))) as Matrix)
    for (const s of [long, short]) expect(Math.abs(iterated(s / length) - 1)).toBeLessThan(0.4)
  })
  test('tall matrices as their transposes, batches one by one, more units than inputs longer, and zeros as zeros', () => {
    const direction = (w: Tensor): Tensor =>
      orthogonalize<{ readonly w: Tensor }>().update({ w }, {}, { params: { w }, step: 0, value: 0 })[0].w
    const wide = normal(key(0), [3, 5], { dtype: 'float64' })
    const scaled = (toArray(direction(wide)) as Matrix).map((row) => row.map((x) => x / Math.sqrt(5 / 3)))
    closeTo(transpose(direction(transpose(wide))), scaled)
    const batch = normal(key(1), [2, 3, 3], { dtype: 'float64' })
    const [first, second] = toArray(batch) as readonly Matrix[]
    ;(toArray(direction(batch)) as readonly Matrix[]).forEach((found, i) =>
      closeTo(direction(f64([first!, second!][i]!)), found),
    )
    expect(toArray(direction(f64([[0, 0]])))).toEqual([[0, 0]])
    expect(toArray(direction(tensor([0, 0])))).toEqual([0, 0])
  })

  test('adaptive clipping shortens every unit to its share and leaves what is short', () => {
    const w = [
      [3, 0, 1],
      [4, 0, 0],
    ]
    const g = [
      [30, 1, 0.001],
      [40, 0, 0.002],
    ]
    const clipped = adaptiveClip<{ readonly w: Tensor; readonly b: Tensor }>({ limit: 0.1 })
    const params = { w: f64(w), b: tensor([0, 2], { dtype: 'float64' }) }
    const gradient = { w: f64(g), b: tensor([3, 4], { dtype: 'float64' }) }
    const [found] = clipped.update(gradient, {}, { params, step: 0, value: 0 })
    // Units of length 5, 0 (counted as 1e-3) and 1; a bias of length 2.
    closeTo(found.w, [
      [0.3, 1e-4, 0.001],
      [0.4, 0, 0.002],
    ])
    expect((toArray(found.b) as readonly number[]).map((x) => Number(x.toFixed(12)))).toEqual([0.12, 0.16])
  })
})
