import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { key, tensor, type Tensor } from '../../src/index.ts'
import {
  car,
  decodeScaler,
  gramMatrix,
  maxAbsScale,
  minMaxScale,
  robustScale,
  scaled,
  splitData,
  standardize,
  whiten,
  withFeatures,
  type Dataset,
  type Scaler,
} from '../../src/data/index.ts'
import { leftOf, numbers, rightOf, trainingPart } from './rows.ts'

/** Rows of independent columns with a centre and a spread of their own, each with a spread between its quartiles. */
const rowsOf = (width: number) =>
  fc
    .record({
      columns: fc.array(
        fc.record({
          centre: fc.integer({ min: -1000, max: 1000 }),
          spread: fc.constantFrom(1 / 64, 1, 256, 65536),
        }),
        { minLength: width, maxLength: width },
      ),
      cells: fc.array(fc.array(fc.integer({ min: -64, max: 64 }), { minLength: width, maxLength: width }), {
        minLength: 3 * width + 5,
        maxLength: 40,
      }),
    })
    .map(({ columns, cells }) =>
      cells.map((row) => row.map((cell, j) => columns[j]!.centre + (columns[j]!.spread * cell) / 64)),
    )
const matrix = (rows: readonly (readonly number[])[]): Tensor => tensor(rows, { dtype: 'float64' }) as Tensor
const column = (x: Tensor, j: number) => numbers(x).filter((_, i) => i % (x.shape[1] ?? 1) === j)
const rows = fc.integer({ min: 1, max: 4 }).chain(rowsOf)

const fits = {
  standardize: (train: Dataset<'train'>) => standardize(train),
  minMaxScale: (train: Dataset<'train'>) => minMaxScale(train),
  maxAbsScale: (train: Dataset<'train'>) => maxAbsScale(train),
  robustScale: (train: Dataset<'train'>) => robustScale(train),
  whiten: (train: Dataset<'train'>) => whiten(train),
  'whiten (pca)': (train: Dataset<'train'>) => whiten(train, { form: 'pca' }),
}
const names = Object.keys(fits) as readonly (keyof typeof fits)[]

/** The scaler, where the columns allow one. */
const fitted = (name: keyof typeof fits, of: readonly (readonly number[])[]): Scaler | undefined => {
  const result = fits[name](trainingPart(matrix(of)))
  return result._tag === 'Right' ? result.right : undefined
}

describe.each(names)('%s', (name) => {
  test('invert undoes apply, on other rows too', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: -50, max: 50 }), (of, shift) => {
        const scaler = fitted(name, of)
        fc.pre(scaler !== undefined)
        const other = matrix(of.map((row) => row.map((cell) => cell * 1.5 + shift)))
        const back = numbers(scaler.invert(scaler.apply(other)))
        const size = Math.max(1, ...numbers(other).map(Math.abs))
        numbers(other).forEach((cell, i) =>
          expect(Math.abs(back[i]! - cell)).toBeLessThanOrEqual(1e-8 * size),
        )
      }),
      { numRuns: 50 },
    )
  })

  test('comes back from a file bit for bit', () => {
    fc.assert(
      fc.property(rows, (of) => {
        const scaler = fitted(name, of)
        fc.pre(scaler !== undefined)
        const again = rightOf(decodeScaler(JSON.parse(JSON.stringify(scaler.spec))))
        expect(again.spec).toEqual(scaler.spec)
        expect(numbers(again.apply(matrix(of)))).toEqual(numbers(scaler.apply(matrix(of))))
      }),
      { numRuns: 30 },
    )
  })

  test('names the features it cannot scale', () => {
    const of = Array.from({ length: 12 }, (_, i) => [i, 0, i * i, 0])
    const train = trainingPart(matrix(of), ['a', 'none', 'b', 'nothing'])
    expect(leftOf(fits[name](train))).toMatchObject({
      kind: 'constant-feature',
      features: ['none', 'nothing'],
      message: expect.stringMatching(/: none, nothing$/),
    })
  })

  test('keeps the dtype, and refuses rows of another width', () => {
    const of = Array.from({ length: 8 }, (_, i) => [i, i * i])
    const scaler = rightOf(fits[name](trainingPart(tensor(of) as Tensor)))
    expect(scaler.apply(tensor(of) as Tensor).dtype).toBe('float32')
    expect(() => scaler.apply(tensor([[1, 2, 3]]) as Tensor)).toThrow(
      'scaler: expected [rows, 2] as it was fitted on, got [1, 3]',
    )
  })

  // Principal axes of equal width may come in any order.
  test.skipIf(name === 'whiten (pca)')('the order of the training rows makes no difference', () => {
    fc.assert(
      fc.property(rows, (of) => {
        const [scaler, other] = [fitted(name, of), fitted(name, [...of].reverse())]
        fc.pre(scaler !== undefined && other !== undefined)
        const [one, two] = [numbers(scaler.apply(matrix(of))), numbers(other.apply(matrix(of)))]
        one.forEach((cell, i) => expect(Math.abs(cell - two[i]!)).toBeLessThan(1e-6))
      }),
      { numRuns: 30 },
    )
  })
})

describe('what is particular to each', () => {
  test('minMaxScale: least 0, greatest 1', () => {
    fc.assert(
      fc.property(rows, (of) => {
        const scaler = fitted('minMaxScale', of)
        fc.pre(scaler !== undefined)
        const z = scaler.apply(matrix(of))
        of[0]!.forEach((_, j) => {
          expect([Math.min(...column(z, j)), Math.max(...column(z, j))]).toEqual([0, 1])
        })
      }),
    )
  })

  test('maxAbsScale: greatest absolute value 1, zeros stay', () => {
    fc.assert(
      fc.property(rows, (of) => {
        const scaler = fitted('maxAbsScale', of)
        fc.pre(scaler !== undefined)
        const z = scaler.apply(matrix(of))
        of[0]!.forEach((_, j) => {
          expect(Math.max(...column(z, j).map(Math.abs))).toBe(1)
        })
        expect(numbers(scaler.apply(matrix([of[0]!.map(() => 0)]))).every((cell) => cell === 0)).toBe(true)
      }),
    )
  })

  test('robustScale: median 0, quartiles 1 apart, and no far-off value moves the others', () => {
    fc.assert(
      fc.property(rowsOf(1), fc.integer({ min: 1, max: 1e6 }), (of, far) => {
        const scaler = fitted('robustScale', of)
        fc.pre(scaler !== undefined)
        const z = column(scaler.apply(matrix(of)), 0).toSorted((a, b) => a - b)
        const at = (share: number) => {
          const place = share * (z.length - 1)
          const low = z[Math.floor(place)]!
          return low + (place - Math.floor(place)) * (z[Math.ceil(place)]! - low)
        }
        expect(Math.abs(at(0.5))).toBeLessThan(1e-9)
        expect(Math.abs(at(0.75) - at(0.25) - 1)).toBeLessThan(1e-9)
        const cells = of.map(([cell]) => cell!)
        const top = cells.indexOf(Math.max(...cells))
        const moved = fitted(
          'robustScale',
          cells.map((cell, i) => [i === top ? cell + far : cell]),
        )
        expect(moved?.spec).toMatchObject({ centre: scaler.spec.centre })
      }),
    )
  })

  test.each(['whiten', 'whiten (pca)'] as const)('%s: the Gram matrix is the unit matrix', (name) => {
    fc.assert(
      fc.property(rows, (of) => {
        const scaler = fitted(name, of)
        fc.pre(scaler !== undefined)
        const width = of[0]!.length
        const z = scaler.apply(matrix(of))
        numbers(gramMatrix(z)).forEach((cell, i) =>
          expect(Math.abs(cell - (i % (width + 1) === 0 ? 1 : 0))).toBeLessThan(1e-8),
        )
        of[0]!.forEach((_, j) => {
          expect(Math.abs(column(z, j).reduce((a, b) => a + b, 0))).toBeLessThan(1e-8 * of.length)
        })
      }),
    )
  })

  test('whiten: zca is the turn of pca that stays nearest to the standardized features', () => {
    const of = Array.from({ length: 30 }, (_, i) => [i % 7, (i % 7) + (i % 3), i % 5])
    const train = trainingPart(matrix(of))
    const z = numbers(rightOf(standardize(train)).apply(train.x))
    const distance = (scaler: Scaler) =>
      numbers(scaler.apply(train.x)).reduce((sum, cell, i) => sum + (cell - z[i]!) ** 2, 0)
    expect(distance(rightOf(whiten(train)))).toBeLessThan(distance(rightOf(whiten(train, { form: 'pca' }))))
  })

  test('whiten: features that follow from others are named, and those beside them are not', () => {
    const of = Array.from({ length: 20 }, (_, i) => [i % 7, i % 3, 2 * (i % 7) - (i % 3), (i * i) % 11])
    const train = trainingPart(matrix(of), ['a', 'b', 'c', 'd'])
    expect(leftOf(whiten(train))).toEqual({
      kind: 'dependent-features',
      features: ['a', 'b', 'c'],
      message: 'whiten: one of these features follows linearly from the others in the training part: a, b, c',
    })
  })
})

describe('scaled', () => {
  const { train } = rightOf(splitData({ train: 0.8, dev: 0.2 }, { key: key(1) })(car({ key: key(0), n: 50 })))

  test('refuses other features than those of the fit', () => {
    const scaler = rightOf(standardize(train))
    expect(() =>
      scaled(withFeatures(train, { x: train.x, featureNames: ['carValue', 'children'] }), scaler),
    ).toThrow("scaled: feature 0 is 'carValue', but the scaler was fitted on 'children' there")
  })

  test('principal axes have names of their own', () => {
    expect(scaled(train, rightOf(whiten(train, { form: 'pca' }))).featureNames).toEqual(['axis0', 'axis1'])
    expect(scaled(train, rightOf(whiten(train))).featureNames).toEqual(['children', 'carValue'])
  })
})

describe('decodeScaler', () => {
  const of = Array.from({ length: 8 }, (_, i) => [i, i * i])
  const column = rightOf(standardize(trainingPart(matrix(of)))).spec
  const white = rightOf(whiten(trainingPart(matrix(of)))).spec
  test.each([
    [undefined, 'the scaler: expected a scaler, a record with a kind, got nothing'],
    [
      { ...column, kind: 'other' },
      'kind: expected one of standard, minMax, robust, maxAbs, whitening, got "other"',
    ],
    [{ ...column, centre: [0, null] }, 'centre[1]: expected a finite number, got null'],
    [{ ...column, scale: [1] }, 'scale: expected 2 entries, one for each feature, got 1'],
    [{ ...white, form: 'cholesky' }, 'form: expected one of pca, zca, got "cholesky"'],
    [{ ...white, axes: [[1, 0], [0]] }, 'axes[1]: expected 2 entries, one for each feature, got 1'],
    [{ ...white, deviations: [1, 0] }, 'deviations[1]: expected a finite number above 0, got 0'],
  ])('%#: says what is wrong and where', (u, message) => {
    expect(leftOf(decodeScaler(u)).message).toBe(message)
  })
})
