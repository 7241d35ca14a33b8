import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { key } from 'puregrad'
import {
  clusters,
  equation,
  hand,
  mixture,
  scene,
  text,
  type Question,
} from '../../bench/gradbench/inputs.ts'
import { answer, type Answer } from '../../bench/gradbench/protocol.ts'
import { sparsity } from '../../bench/gradbench/ba.ts'
import {
  gmmObjective,
  handErrors,
  kmeansCost,
  kmeansDirection,
  lstmLoss,
  odeSolution,
  reprojectionError,
  type GmmInput,
  type HandData,
} from './gradbench-references.ts'

const seeds = fc.integer({ min: 0, max: 2 ** 31 })
const few = { numRuns: 4 }

const answered = (message: unknown): Answer => {
  const found = answer(JSON.stringify(message))
  if (E.isLeft(found)) throw new Error(found.left)
  return found.right
}

/** What a function says, through the text of a message and of its answer. */
const ask = ({ module, input }: Question, name: string): unknown => {
  const found = answered({ id: 7, kind: 'evaluate', module, function: name, input })
  expect(found.error).toBeUndefined()
  return JSON.parse(JSON.stringify(found.output))
}

/** The measure of GradBench: relative above 1, absolute below, at most 1e-4; here far less. */
const differences = (found: readonly number[], expected: readonly number[]): number => {
  expect(found.length).toBe(expected.length)
  return Math.max(
    ...found.map((e, i) => Math.abs(e - expected[i]!) / Math.max(1, Math.abs(e) + Math.abs(expected[i]!))),
  )
}
const expectClose = (found: readonly number[], expected: readonly number[], within = 1e-11): void =>
  expect(differences(found, expected)).toBeLessThan(within)

/** Derivatives of each result by each number, `[numbers][results]`, from five points each. */
const slopes = (f: (x: readonly number[]) => readonly number[], x: readonly number[], step = 1e-3) =>
  x.map((_, i) => {
    const moved = (by: number): readonly number[] => f(x.map((e, j) => (j === i ? e + by * step : e)))
    const [a, b, c, d] = [moved(-2), moved(-1), moved(1), moved(2)]
    return a.map((e, k) => (e - 8 * b[k]! + 8 * c[k]! - d[k]!) / (12 * step))
  })

const split = (flat: readonly number[], like: readonly (readonly number[])[]): number[][] => {
  let from = 0
  return like.map((row) => flat.slice(from, (from += row.length)))
}

describe('modules', () => {
  test('hello', () => {
    expect(answered({ id: 1, kind: 'evaluate', module: 'hello', function: 'square', input: 3 }).output).toBe(
      9,
    )
    expect(answered({ id: 1, kind: 'evaluate', module: 'hello', function: 'double', input: 3 }).output).toBe(
      6,
    )
  })

  test('gmm, with degrees of freedom and precisions of its prior', () => {
    const sizes = fc.record({
      d: fc.integer({ min: 1, max: 4 }),
      k: fc.integer({ min: 1, max: 3 }),
      n: fc.integer({ min: 1, max: 9 }),
    })
    fc.assert(
      fc.property(
        seeds,
        sizes,
        fc.integer({ min: 0, max: 3 }),
        fc.constantFrom(0.5, 1, 2),
        (seed, size, m, gamma) => {
          const plain = mixture(key(seed), size)
          const question = { ...plain, input: { ...plain.input, m, gamma } }
          const input = question.input as unknown as GmmInput
          expectClose([ask(question, 'objective') as number], [gmmObjective(input)])
          const { alpha, mu, q, l } = ask(question, 'jacobian') as Pick<GmmInput, 'alpha' | 'mu' | 'q' | 'l'>
          const parts = [[...input.alpha], ...input.mu, ...input.q, ...input.l]
          const at = (flat: readonly number[]): readonly number[] => {
            const found = split(flat, parts)
            const [k] = [input.k]
            const [own, centres, logs, below] = [
              found[0]!,
              found.slice(1, 1 + k),
              found.slice(1 + k, 1 + 2 * k),
              found.slice(1 + 2 * k),
            ]
            return [gmmObjective({ ...input, alpha: own, mu: centres, q: logs, l: below })]
          }
          expectClose([alpha, ...mu, ...q, ...l].flat(), slopes(at, parts.flat()).flat(), 1e-6)
        },
      ),
      few,
    )
  })

  test('kmeans', () => {
    const sizes = fc.record({
      d: fc.integer({ min: 1, max: 4 }),
      k: fc.integer({ min: 1, max: 5 }),
      n: fc.integer({ min: 5, max: 40 }),
    })
    fc.assert(
      fc.property(seeds, sizes, (seed, size) => {
        const question = clusters(key(seed), size)
        const { points, centroids } = question.input as Record<
          'points' | 'centroids',
          readonly (readonly number[])[]
        >
        expectClose([ask(question, 'cost') as number], [kmeansCost(points, centroids)])
        const found = ask(question, 'dir') as readonly (readonly number[])[]
        expectClose(found.flat(), kmeansDirection(points, centroids).flat())
      }),
      few,
    )
  })

  test('ode, where the last element depends on all inputs', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 6 }), fc.integer({ min: 2, max: 5 }), (seed, n, s) => {
        const question = equation(key(seed), { n, s })
        const { x } = question.input as { readonly x: readonly number[] }
        expectClose(ask(question, 'primal') as readonly number[], odeSolution(x, s))
        const expected = slopes((at) => [odeSolution(at, s).at(-1)!], x).flat()
        expect(Math.min(...expected.map(Math.abs))).toBeGreaterThan(0)
        expectClose(ask(question, 'gradient') as readonly number[], expected, 1e-9)
      }),
      few,
    )
  })

  test('lstm', () => {
    fc.assert(
      fc.property(
        seeds,
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 2, max: 6 }),
        (seed, layers, characters) => {
          const question = text(key(seed), { layers, characters, bits: 3 })
          const { main_params, extra_params, state, sequence } = question.input as Record<
            string,
            readonly (readonly number[])[]
          >
          expectClose(
            [ask(question, 'objective') as number],
            [lstmLoss(main_params!, extra_params!, state!, sequence!)],
          )
          const parts = [...main_params!, ...extra_params!]
          const at = (flat: readonly number[]): readonly number[] => {
            const found = split(flat, parts)
            return [lstmLoss(found.slice(0, -3), found.slice(-3), state!, sequence!)]
          }
          expectClose(ask(question, 'jacobian') as readonly number[], slopes(at, parts.flat()).flat(), 1e-9)
        },
      ),
      few,
    )
  })

  test('ba: the first block and the last value of the sparse Jacobian, a camera that is not turned included', () => {
    fc.assert(
      fc.property(seeds, fc.boolean(), (seed, isStill) => {
        const [n, m, p] = [3, 12, 15]
        const plain = scene(key(seed), { n, m, p })
        const cam = (plain.input['cam'] as readonly number[]).map((e, i) => (isStill && i < 3 ? 0 : e))
        const question = { ...plain, input: { ...plain.input, cam } }
        const { x, w, feat } = question.input as unknown as {
          x: readonly number[]
          w: number
          feat: readonly number[]
        }
        const block = [...cam, ...x, w]
        const { reproj_error, w_err } = ask(question, 'objective') as {
          reproj_error: { elements: readonly number[]; repeated: number }
          w_err: { element: number; repeated: number }
        }
        expectClose(reproj_error.elements, reprojectionError(block, feat))
        expectClose([w_err.element], [1 - w * w])
        expect([reproj_error.repeated, w_err.repeated]).toEqual([p, p])
        const { rows, cols, vals } = ask(question, 'jacobian') as Record<string, readonly number[]>
        const columns = slopes((at) => reprojectionError(at, feat), block, 1e-4)
        expectClose(vals!, [...columns.map((c) => c[0]!), ...columns.map((c) => c[1]!), -2 * w], 1e-7)
        const camera = Array.from({ length: 11 }, (_, i) => i)
        const columnsOfBlock = [...camera, 33, 34, 35, 33 + 36]
        expect(cols).toEqual([...columnsOfBlock, ...columnsOfBlock, 33 + 36 + p - 1])
        expect(rows).toEqual([...Array.from({ length: 30 }, (_, i) => 15 * i), 30 * p + p])
      }),
      few,
    )
  })

  test('ba: where the values of all observations are', () => {
    const [n, m, p] = [2, 3, 5]
    const { rowStart, columnOf } = sparsity({ n, m, p })
    const rows = Array.from({ length: p }, (_, i) => {
      const camera = Array.from({ length: 11 }, (__, k) => 11 * (i % n) + k)
      const point = [0, 1, 2].map((k) => 11 * n + 3 * (i % m) + k)
      const row = [...camera, ...point, 11 * n + 3 * m + i]
      return [row, row]
    }).flat()
    const all = [...rows, ...Array.from({ length: p }, (_, i) => [11 * n + 3 * m + i])]
    expect(all.flat().map((_, i) => columnOf(i))).toEqual(all.flat())
    expect(all.map((_, row) => rowStart(row + 1))).toEqual(
      all.map((_, row) => all.slice(0, row + 1).flat().length),
    )
    expect(rowStart(0)).toBe(0)
  })

  test.each([false, true])('ht, points in triangles: %s', (inTriangles) => {
    fc.assert(
      fc.property(seeds, fc.boolean(), (seed, is_mirrored) => {
        const plain = hand(key(seed), { vertices: 12, points: 4, inTriangles })
        const given = plain.input as unknown as {
          theta: readonly number[]
          us: readonly (readonly number[])[]
          data: HandData
        }
        const data = { ...given.data, model: { ...given.data.model, is_mirrored } }
        const question = { ...plain, input: { ...given, data } }
        const { theta, us } = given
        expectClose(ask(question, 'objective') as readonly number[], handErrors(theta, us, data))
        const found = ask(question, 'jacobian') as readonly (readonly number[])[]
        const byTheta = slopes((at) => handErrors(at, us, data), theta)
        const shift = inTriangles
          ? slopes(
              ([a, b]) =>
                handErrors(
                  theta,
                  us.map(([u, v]) => [u! + a!, v! + b!]),
                  data,
                ),
              [0, 0],
            )
          : []
        const expected = [...shift, ...byTheta]
        expect(found.length).toBe(12)
        expectClose(
          found.flat(),
          found.flatMap((_, row) => expected.map((column) => column[row]!)),
          1e-9,
        )
      }),
      few,
    )
  })

  test('ht: a hand that is not turned has a rotation that is constant there', () => {
    const plain = hand(key(3), { vertices: 6, points: 2, inTriangles: false })
    const theta = (plain.input['theta'] as readonly number[]).map((e, i) => (i < 3 ? 0 : e))
    const found = ask(
      { ...plain, input: { ...plain.input, theta } },
      'jacobian',
    ) as readonly (readonly number[])[]
    expect(found.flatMap((row) => row.slice(0, 3)).every((e) => e === 0)).toBe(true)
    expect(found.flat().every(Number.isFinite)).toBe(true)
  })
})

describe('the protocol', () => {
  test('runs as often and as long as asked, and says how long each run took', () => {
    const timingsOf = (min_runs: number, min_seconds: number) => {
      const input = { x: [0.1, 0.2], s: 2, min_runs, min_seconds }
      return answered({ id: 4, kind: 'evaluate', module: 'ode', function: 'primal', input }).timings!
    }
    expect(timingsOf(3, 0).map(({ name }) => name)).toEqual(['evaluate', 'evaluate', 'evaluate'])
    // It is compiled now, so that one run is far shorter.
    const long = timingsOf(1, 0.02)
    expect(long.length).toBeGreaterThan(1)
    expect(long.reduce((sum, { nanoseconds }) => sum + nanoseconds, 0)).toBeGreaterThanOrEqual(2e7)
  })

  test.each([
    [{ kind: 'start', eval: 'gmm' }, { tool: 'puregrad' }],
    [{ kind: 'define', module: 'gmm' }, { success: true }],
    [
      { kind: 'define', module: 'lse' },
      { success: false, error: 'there is no module "lse"; there are ba, gmm, hello, ht, kmeans, lstm, ode' },
    ],
    [
      { kind: 'define', module: 'toString' },
      {
        success: false,
        error: 'there is no module "toString"; there are ba, gmm, hello, ht, kmeans, lstm, ode',
      },
    ],
    [
      { kind: 'evaluate', module: 'gmm', function: 'hessian', input: {} },
      { success: false, error: 'module gmm has no function "hessian"; it has objective, jacobian' },
    ],
    [{ kind: 'analysis', of: 2, valid: true }, {}],
  ])('answers %j', (message, expected) => {
    expect(answered({ id: 5, ...message })).toEqual({ id: 5, ...expected })
  })

  test.each([
    [
      'kmeans',
      'cost',
      { points: [[1, 2], [3]], centroids: [[1, 2]] },
      'points[1]: expected 2 numbers, got 1',
    ],
    ['ode', 'primal', { x: ['1'], s: 2 }, 'Invalid value "1" supplied to'],
    [
      'ba',
      'objective',
      { n: 0, m: 1, p: 1, cam: [], x: [], w: 1, feat: [] },
      'n: expected a whole number of 1 or more, got 0',
    ],
  ])('%s says what is wrong with an input', (module, name, input, error) => {
    const found = answered({ id: 6, kind: 'evaluate', module, function: name, input })
    expect(found.success).toBe(false)
    expect(found.error).toContain(error)
  })

  test('the program answers line by line and ends with its input', () => {
    const lines = [
      { id: 0, kind: 'start', eval: 'hello' },
      { id: 1, kind: 'define', module: 'hello' },
      { id: 2, kind: 'evaluate', module: 'hello', function: 'double', input: 16384 },
    ]
    const { stdout, status } = spawnSync(
      process.execPath,
      ['--import', 'tsx', join(import.meta.dirname, '../../bench/gradbench/tool.ts')],
      { encoding: 'utf8', input: lines.map((line) => `${JSON.stringify(line)}\n`).join('') },
    )
    expect(status).toBe(0)
    const found = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Answer)
    expect(found.map(({ id }) => id)).toEqual([0, 1, 2])
    expect(found[2]!.output).toBe(32768)
  })
})
