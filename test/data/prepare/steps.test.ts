import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { key, normal, tensor, toArray, toTypedArray } from '../../../src/index.ts'
import {
  gramMatrix,
  prepare,
  realMlpPreparation,
  type Preparation,
  type PreparationPlan,
  type PreparationStep,
  type Targets,
} from '../../../src/data/index.ts'
import { right } from './right.ts'
import { columns, labelled, table, values, type Cells } from './tables.ts'

type Kinds = Parameters<typeof columns>[1]

const fitted = (
  steps: readonly PreparationStep[],
  cells: Readonly<Record<string, Cells>>,
  { kinds = {}, y, targets = values }: { kinds?: Kinds; y?: readonly number[]; targets?: Targets } = {},
): Preparation => {
  const n = Object.values(cells)[0]?.length ?? 0
  const plan: PreparationPlan = { steps, dtype: 'float64' }
  return right(
    prepare(plan)(
      labelled('train', columns(cells, kinds), y ?? Array.from({ length: n }, (_, i) => i), targets),
    ),
  )
}

/** Columns of what a fitted preparation makes of cells. */
const given = (
  preparation: Preparation,
  cells: Readonly<Record<string, Cells>>,
  kinds: Kinds = {},
): readonly (readonly number[])[] => {
  const n = Object.values(cells)[0]?.length ?? 0
  const { x } = right(preparation.apply(table(columns(cells, kinds), n)))
  const flat = Array.from(toTypedArray(x))
  const width = preparation.features.length
  return preparation.features.map((_, j) => flat.filter((__, i) => i % width === j))
}

const close = (found: readonly number[] | undefined, expected: readonly number[], within: number) => {
  expect(found).toHaveLength(expected.length)
  expected.forEach((value, i) => {
    expect(Math.abs((found?.[i] ?? NaN) - value)).toBeLessThanOrEqual(within * Math.max(1, Math.abs(value)))
  })
}

const names = ({ features }: Preparation) => features.map(({ name }) => name)

// Numbers named scikit-learn were computed with scikit-learn 1.9.1 (its own documentation's examples where there are some)
// on the cells that stand in the test.

describe('impute', () => {
  const cells = { a: [1, null, 7, 1], b: [2, 3, 6, null] }
  test.each([
    ['mean', [3, 3.6666666666666665]],
    ['median', [1, 3]],
    ['mostFrequent', [1, 2]],
  ] as const)('by %s, as SimpleImputer of scikit-learn', (by, [a, b]) => {
    const found = given(fitted([{ kind: 'impute', columns: 'numbers', by }], cells), cells)
    close(found[0], [1, a, 7, 1], 1e-15)
    close(found[1], [2, 3, 6, b], 1e-15)
  })

  test('texts by the most frequent level, or by one of their own', () => {
    const texts = { c: ['x', 'y', 'y', null] }
    const hot = { kind: 'oneHot', columns: 'categories' } as const
    const frequent = fitted([{ kind: 'impute', columns: 'categories', by: 'mostFrequent' }, hot], texts)
    expect(given(frequent, { c: [null] })).toEqual([[0], [1]])
    const own = fitted(
      [{ kind: 'impute', columns: ['c'], by: 'constant', value: 'none', indicator: true }, hot],
      texts,
    )
    expect(names(own)).toEqual(['c=x', 'c=y', 'c=none', 'c missing'])
    expect(given(own, { c: [null, 'x'] })).toEqual([
      [0, 1],
      [0, 0],
      [1, 0],
      [1, 0],
    ])
  })

  test('what cannot fill a column is said, with the remedy', () => {
    const train = labelled('train', columns({ c: ['x', null] }), [1, 2], values)
    const found = prepare({ steps: [{ kind: 'impute', columns: 'categories', by: 'mean' }] })(train)
    expect(E.isLeft(found) ? found.left.message : '').toBe(
      'impute: c: no mean fills a column of kind category: give a text as value, or mostFrequent of cells that are there',
    )
  })
})

describe('oneHot', () => {
  // The documentation of OneHotEncoder: dog 5, cat 20, rabbit 10, snake 3 times.
  const animals = {
    pet: [
      ...Array(5).fill('dog'),
      ...Array(20).fill('cat'),
      ...Array(10).fill('rabbit'),
      ...Array(3).fill('snake'),
    ],
  }
  const one = { pet: ['dog', 'cat', 'rabbit', 'snake', 'dragon', null] }

  test('rare levels share a column, as min_frequency 6 of scikit-learn', () => {
    const prepared = fitted([{ kind: 'oneHot', columns: 'categories', least: 6 }], animals)
    expect(names(prepared)).toEqual(['pet=cat', 'pet=rabbit', 'pet=(other)'])
    expect(given(prepared, one)).toEqual([
      [0, 1, 0, 0, 0, 0],
      [0, 0, 1, 0, 0, 0],
      [1, 0, 0, 1, 0, 0],
    ])
  })

  test('most keeps the most frequent, as max_categories less the shared one', () => {
    expect(names(fitted([{ kind: 'oneHot', columns: 'categories', most: 1 }], animals))).toEqual([
      'pet=cat',
      'pet=(other)',
    ])
  })

  test('an unseen level may have a column of its own, or be refused with its line', () => {
    const own = fitted([{ kind: 'oneHot', columns: 'categories', unseen: 'ownColumn' }], animals)
    expect(given(own, one).at(-1)).toEqual([0, 0, 0, 0, 1, 0])
    const strict = fitted([{ kind: 'oneHot', columns: 'categories', unseen: 'error' }], animals)
    const found = strict.apply(table(columns(one), 6))
    expect(E.isLeft(found) ? found.left.message : '').toBe(
      "oneHot: pet: 1 cell, in line 6, with levels that training had not (dragon): correct them, or prepare with unseen 'zeros' or 'ownColumn'",
    )
  })

  test('the first level may be left to follow from the others; two levels may be a sign', () => {
    const first = fitted([{ kind: 'oneHot', columns: 'categories', drop: 'first' }], animals)
    expect(names(first)).toEqual(['pet=dog', 'pet=rabbit', 'pet=snake'])
    expect(right(first.apply(table(columns({ pet: ['cat'] }), 1))).cases).toEqual([])
    const sign = fitted([{ kind: 'oneHot', columns: 'categories', drop: 'sign' }], { sex: ['f', 'm', 'f'] })
    expect(given(sign, { sex: ['f', 'm', null, 'x'] })).toEqual([[-1, 1, 0, 0]])
  })

  test('names that columns have already are not taken again', () => {
    const both = fitted([{ kind: 'oneHot', columns: 'categories' }], { a: ['b', 'c'], 'a=b': [1, 2] })
    expect(names(both)).toEqual(['a=b (2)', 'a=c', 'a=b'])
  })
})

describe('ordinal, codes, frequency', () => {
  const sizes = { size: ['large', 'small', 'medium', 'small', null] }
  const median = { kind: 'impute', columns: 'numbers', by: 'median' } as const

  test('a place in an order that is told', () => {
    const order = ['small', 'medium', 'large']
    const prepared = fitted([{ kind: 'ordinal', columns: ['size'], order }, median], sizes)
    expect(given(prepared, { size: ['large', 'medium', 'small', null, 'huge'] })).toEqual([
      [2, 1, 0, 0.5, 0.5],
    ])
    expect(right(prepared.apply(table(columns({ size: ['huge'] }), 1))).cases).toEqual([
      { kind: 'unseen', column: 'size', count: 1, line: 2, rule: 'left-missing', levels: ['huge'] },
    ])
    const short = prepare({ steps: [{ kind: 'ordinal', columns: ['size'], order: ['small'] }] })(
      labelled('train', columns(sizes), [1, 2, 3, 4, 5], values),
    )
    expect(E.isLeft(short) ? short.left.message : '').toContain(
      'lacks levels of the training part: large, medium',
    )
  })

  test('codes from 1, and 0 for what is unseen, missing or rare', () => {
    const prepared = fitted([{ kind: 'codes', columns: 'categories', least: 2 }], {
      c: ['x10', 'x2', 'x2', 'x10', 'y'],
    })
    expect(prepared.features).toEqual([{ name: 'c', column: 'c', kind: 'code', levels: 3 }])
    const later = { c: ['x2', 'x10', 'y', 'z', null] }
    expect(given(prepared, later)).toEqual([[1, 2, 0, 0, 0]])
    expect(
      right(prepared.apply(table(columns(later), 5))).cases.map(({ kind, line }) => [kind, line]),
    ).toEqual([
      ['unseen', 5],
      ['missing', 6],
    ])
  })

  test('the share of rows with a level', () => {
    const prepared = fitted([{ kind: 'frequency', columns: 'categories' }], sizes)
    expect(given(prepared, { size: ['small', 'large', null, 'huge'] })).toEqual([[0.4, 0.2, 0.2, 0]])
  })
})

describe('dateParts', () => {
  const at = (text: string) => Date.parse(text)
  const days = { day: [at('2024-01-01T06:30Z'), at('2024-02-29T12:00Z'), at('2025-12-28T23:00Z')] }
  const kinds = { day: 'date' } as const

  test('year, month, day, day of the year, weekday, hour and days elapsed', () => {
    const parts = ['year', 'month', 'day', 'dayOfYear', 'weekday', 'hour', 'elapsed'] as const
    const prepared = fitted([{ kind: 'dateParts', columns: 'dates', parts }], days, { kinds })
    expect(names(prepared)).toEqual([
      'day year',
      'day month',
      'day day',
      'day day of year',
      'day weekday',
      'day hour',
      'day elapsed',
    ])
    // 2024-02-29 was a Thursday and the 60th day, 2025-12-28 a Sunday and the 362nd.
    expect(given(prepared, days, kinds)).toEqual([
      [2024, 2024, 2025],
      [1, 2, 12],
      [1, 29, 28],
      [1, 60, 362],
      [1, 4, 7],
      [6, 12, 23],
      [0, 59 + 5.5 / 24, 727 + 16.5 / 24],
    ])
  })

  test('cycles are turns: a quarter of a year is a quarter of a turn', () => {
    const quarters = { day: [at('2023-01-01'), at('2023-04-01'), at('2023-07-01'), at('2023-10-01')] }
    const prepared = fitted([{ kind: 'dateParts', columns: 'dates', parts: ['monthCycle'] }], quarters, {
      kinds,
    })
    const [sine, cosine] = given(prepared, quarters, kinds)
    close(sine, [0, 1, 0, -1], 1e-15)
    close(cosine, [1, 0, -1, 0], 1e-15)
  })

  test('parts that do not vary are left out; days elapsed tell the date', () => {
    const prepared = fitted([{ kind: 'dateParts', columns: 'dates' }], days, { kinds })
    expect(names(prepared)).toContain('day day sine')
    const midnights = fitted(
      [{ kind: 'dateParts', columns: 'dates', parts: ['hour', 'elapsed'] }],
      { day: [at('2024-01-01'), at('2024-03-01')] },
      { kinds },
    )
    expect(names(midnights)).toEqual(['day elapsed'])
    const { columns: back } = prepared.invert(right(prepared.apply(table(columns(days, kinds), 3))).x)
    expect(back.map((column) => ('values' in column ? toArray(column.values) : []))).toEqual([days.day])
  })
})

describe('power', () => {
  test('Yeo–Johnson as scikit-learn documents it, with its powers', () => {
    const cells = { a: [1, 3, 4], b: [2, 2, 5] }
    const prepared = fitted([{ kind: 'power', columns: 'numbers', form: 'yeoJohnson' }], cells)
    const [step] = prepared.spec.steps
    const lambdas = step?.kind === 'power' ? step.powers.map(({ lambda }) => lambda) : []
    close(lambdas, [1.3866817928585915, -3.1005331317430516], 1e-5)
    const [a, b] = given(prepared, cells)
    close(a, [1.1644819435527807, 4.209329631476901, 5.997351606497648], 1e-6)
    close(b, [0.31182888309777357, 0.31182888309777357, 0.3212781393504578], 1e-6)
  })

  test('Yeo–Johnson of both signs', () => {
    const cells = { a: [-3, -1.5, -0.2, 0, 0.1, 0.4, 1, 2.5, 7, 20, 55] }
    const [a] = given(fitted([{ kind: 'power', columns: 'numbers', form: 'yeoJohnson' }], cells), cells)
    close(
      a,
      [
        -5.92440992579997, -2.27602078051022, -0.2148777909770921, 0, 0.09642937897158653,
        0.35070006391626335, 0.7553460757041761, 1.4658097618345334, 2.7102977763015565, 4.520031841107135,
        6.853440347209847,
      ],
      1e-6,
    )
  })

  test('Box–Cox, and a later number that has none', () => {
    const cells = { a: [0.1, 0.4, 0.5, 1, 1.2, 2.5, 7, 20, 55] }
    const prepared = fitted([{ kind: 'power', columns: 'numbers', form: 'boxCox' }], cells)
    const [a] = given(prepared, cells)
    close(
      a,
      [
        -2.527698998323647, -0.9506210088536976, -0.7126751100919895, 0, 0.1810016795909165,
        0.8835937960571236, 1.8023557456307187, 2.664568665008032, 3.429775516674443,
      ],
      1e-6,
    )
    const { x, cases } = right(prepared.apply(table(columns({ a: [-1] }), 1)))
    // The median of the training part, of the number 1.2.
    expect(toArray(x)).toEqual([[a?.[4]]])
    expect(cases.map(({ kind, rule }) => [kind, rule])).toEqual([
      ['outside', 'left-missing'],
      ['outside', 'filled'],
    ])
  })
})

describe('quantiles', () => {
  const cells = { a: [1, 2, 2, 2, 5, 9, 9, 10, 20, 100] }
  const later = { a: [0, 1, 1.5, 2, 3, 5, 9, 9.5, 15, 60, 100, 1000] }
  const sevenths = (to: 'uniform' | 'normal', count: number) =>
    given(fitted([{ kind: 'quantiles', columns: 'numbers', to, count }], cells), later)[0]

  test('as QuantileTransformer of scikit-learn', () => {
    close(
      sevenths('uniform', 10),
      [
        0, 0, 0.05555555555555555, 0.2222222222222222, 0.37037037037037035, 0.4444444444444444,
        0.6111111111111112, 0.7222222222222221, 0.8333333333333333, 0.9444444444444444, 1, 1,
      ],
      1e-15,
    )
    close(
      sevenths('uniform', 4),
      [
        0, 0, 0.16666666666666666, 0.3333333333333333, 0.38095238095238093, 0.47619047619047616,
        0.6666666666666666, 0.6684981684981685, 0.6886446886446886, 0.8534798534798534, 1, 1,
      ],
      1e-15,
    )
    close(
      sevenths('normal', 10),
      [
        -5.199337582605575, -5.199337582605575, -1.5932188180230507, -0.7647096737863871,
        -0.33087257172641926, -0.13971029888186212, 0.28221614706250825, 0.589455797849778,
        0.9674215661017008, 1.59321881802305, 5.19933758270342, 5.19933758270342,
      ],
      1e-9,
    )
  })
})

describe('scale, whiten', () => {
  // The documentation of the scalers of scikit-learn.
  const cells = { a: [1, 2, 0], b: [-1, 0, 1], c: [2, 0, -1] }
  test.each([
    [
      'standard',
      [
        [0, 1.224744871391589, -1.224744871391589],
        [-1.224744871391589, 0, 1.224744871391589],
        [1.336306209562122, -0.2672612419124244, -1.0690449676496976],
      ],
    ],
    [
      'minMax',
      [
        [0.5, 1, 0],
        [0, 0.5, 1],
        [1, 0.3333333333333333, 0],
      ],
    ],
    [
      'maxAbs',
      [
        [0.5, 1, 0],
        [-1, 0, 1],
        [1, 0, -0.5],
      ],
    ],
  ] as const)('to %s', (to, expected) => {
    const found = given(fitted([{ kind: 'scale', columns: 'numbers', to }], cells), cells)
    found.forEach((column, j) => close(column, expected[j] ?? [], 1e-15))
  })

  test('robust, also where the middle half does not vary (RealMLP)', () => {
    const own = { a: [1, -2, 4], b: [-2, 1, 1], c: [2, 3, -2], d: [5, 5, 5], e: [0, 0, 0] }
    const found = given(fitted([{ kind: 'scale', columns: 'numbers', to: 'robust' }], own), own)
    close(found[0], [0, -1, 1], 1e-15)
    close(found[1], [-2, 0, 0], 1e-15)
    close(found[2], [0, 0.4, -1.6], 1e-15)
    close(found[3], [0, 0, 0], 0)
    const flat = { a: [0, 0, 0, 0, 0, 0, 0, 3, -1] }
    expect(given(fitted([{ kind: 'scale', columns: 'numbers', to: 'robust' }], flat), flat)[0]).toEqual([
      0, 0, 0, 0, 0, 0, 0, 1.5, -0.5,
    ])
  })

  test('a zero has no sign in what is fitted, since JSON has none for it', () => {
    const zeros = { a: [-0, -0, -0], b: [-0, 1, 2], c: [-0, -1, -2], d: [-0, -0, 5] }
    const methods = ['standard', 'minMax', 'maxAbs', 'robust'] as const
    methods.forEach((to) => {
      const { spec } = fitted(
        [
          { kind: 'impute', columns: 'numbers', by: 'median' },
          { kind: 'clip', columns: 'numbers', by: 'quantiles' },
          { kind: 'scale', columns: 'numbers', to },
          { kind: 'quantiles', columns: 'numbers', to: 'uniform' },
        ],
        zeros,
      )
      expect(JSON.parse(JSON.stringify(spec))).toEqual(spec)
    })
  })

  test.each(['zca', 'pca'] as const)('whitened (%s) columns have the unit matrix as Gram matrix', (form) => {
    const noise = Array.from(toTypedArray(normal(key(1), [60, 3], { dtype: 'float64' })))
    const mixed = {
      a: noise.filter((_, i) => i % 3 === 0),
      b: noise.filter((_, i) => i % 3 === 0).map((x, i) => 3 * x + (noise[3 * i + 1] ?? 0)),
      c: noise.filter((_, i) => i % 3 === 2).map((x) => 100 + x),
    }
    const prepared = fitted([{ kind: 'whiten', columns: 'numbers', form }], mixed)
    expect(names(prepared)).toEqual(form === 'zca' ? ['a', 'b', 'c'] : ['axis 1', 'axis 2', 'axis 3'])
    const gram = toArray(gramMatrix(right(prepared.apply(table(columns(mixed), 60))).x)) as number[][]
    gram.forEach((row, i) =>
      close(
        row,
        [0, 1, 2].map((j) => Number(i === j)),
        1e-12,
      ),
    )
  })

  test('columns that follow from others cannot be whitened', () => {
    const found = prepare({ steps: [{ kind: 'whiten', columns: 'numbers' }] })(
      labelled('train', columns({ a: [1, 2, 4], b: [2, 4, 8] }), [1, 2, 3], values),
    )
    expect(E.isLeft(found) ? found.left.kind : '').toBe('dependent')
  })
})

describe('clip, smoothClip, log', () => {
  test('bounds by quantiles, by fences and by hand', () => {
    const cells = { a: Array.from({ length: 101 }, (_, i) => i) }
    const later = { a: [-50, 3, 50, 99, 500] }
    const by = (step: PreparationStep) => given(fitted([step], cells), later)[0]
    expect(by({ kind: 'clip', columns: 'numbers', by: 'quantiles' })).toEqual([1, 3, 50, 99, 99])
    expect(by({ kind: 'clip', columns: 'numbers', by: 'fences' })).toEqual([-50, 3, 50, 99, 150])
    expect(by({ kind: 'clip', columns: 'numbers', by: 'bounds', low: 10 })).toEqual([10, 10, 50, 99, 500])
  })

  test('x / √(1 + (x / 3)²), back again, and no overflow', () => {
    const cells = { a: [-4, 0, 1, 3, 1e300] }
    const prepared = fitted([{ kind: 'smoothClip', columns: 'numbers' }], cells)
    close(given(prepared, cells)[0], [-12 / 5, 0, 1 / Math.sqrt(10 / 9), 3 / Math.SQRT2, 3], 1e-15)
  })

  test('logarithms, and what has none', () => {
    const cells = { a: [1, Math.E, 10] }
    close(
      given(fitted([{ kind: 'log', columns: 'numbers', form: 'log' }], cells), cells)[0],
      [0, 1, Math.LN10],
      1e-15,
    )
    const found = prepare({ steps: [{ kind: 'log', columns: ['a', 'b'], form: 'log' }] })(
      labelled('train', columns({ a: [1, 0], b: [-1, 1] }), [1, 2], values),
    )
    expect(E.isLeft(found) ? found.left.problems.map(({ column }) => column) : []).toEqual(['a', 'b'])
  })
})

describe('selection', () => {
  // scikit-learn: f_classif gives F = 36.225, so η² = 2 F / (2 F + 7); r_regression squared gives 0.7137487416765949.
  const x = [1, 2, 3, 2, 5, 4, 6, 9, 7, 8]
  const flat = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
  const y = [2, 3, 1, 4, 6, 5, 9, 8, 7, 7]
  const classes: Targets = { kind: 'classes', names: ['p', 'q', 'r'] }
  const kept = (step: PreparationStep, own?: { y: readonly number[]; targets: Targets }) =>
    names(fitted([step], { x, flat, y2: y }, own ?? { y, targets: values }))

  test('by what each tells of the targets alone', () => {
    expect(kept({ kind: 'select', columns: 'numbers', by: 'score', most: 1 })).toEqual(['y2'])
    expect(kept({ kind: 'select', columns: 'numbers', by: 'score', least: 0.7137 })).toEqual(['x', 'y2'])
    expect(kept({ kind: 'select', columns: 'numbers', by: 'score', least: 0.7138 })).toEqual(['y2'])
    const grouped = { y: [0, 0, 0, 0, 1, 1, 1, 2, 2, 2], targets: classes }
    expect(kept({ kind: 'select', columns: ['x', 'flat'], by: 'score', least: 0.9118 }, grouped)).toContain(
      'x',
    )
    expect(
      kept({ kind: 'select', columns: ['x', 'flat'], by: 'score', least: 0.9119 }, grouped),
    ).not.toContain('x')
  })

  test('by variance, by name', () => {
    expect(kept({ kind: 'select', columns: 'numbers', by: 'variance' })).toEqual(['x', 'y2'])
    expect(kept({ kind: 'select', columns: 'numbers', by: 'variance', least: 6.8 })).toEqual(['x'])
    const prepared = fitted([{ kind: 'keep', columns: ['flat'] }], { x, flat })
    expect(names(prepared)).toEqual(['flat'])
    expect(prepared.spec.left).toEqual([{ column: 'x', reason: 'not kept' }])
    expect(right(prepared.apply(table(columns({ flat: [1] }), 1))).ignored).toEqual([])
  })

  test('numbers as categories', () => {
    const prepared = fitted(
      [
        { kind: 'asCategories', columns: ['x'] },
        { kind: 'oneHot', columns: 'categories' },
      ],
      { x: [1, 10, 2.5] },
    )
    expect(names(prepared)).toEqual(['x=1', 'x=2.5', 'x=10'])
  })

  test('a name that is none is an error with the nearest, all at once', () => {
    const found = prepare({ steps: [{ kind: 'drop', columns: ['flap', 'X', 'x'] }] })(
      labelled('train', columns({ x, flat }), y, values),
    )
    expect(E.isLeft(found) ? found.left.message.split('\n') : []).toEqual([
      'drop: flap: there is no such column; did you mean flat? (there is x, flat)',
      'drop: X: there is no such column; did you mean x? (there is x, flat)',
    ])
  })
})

describe('the plan of RealMLP', () => {
  test('signs, columns and codes by the number of levels, all but codes scaled and pressed', () => {
    const many = Array.from({ length: 20 }, (_, i) => `m${i % 10}`)
    const three = Array.from({ length: 20 }, (_, i) => ['a', 'b', 'c'][i % 3] ?? '')
    const two = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? 'no' : 'yes'))
    const numbers = Array.from({ length: 20 }, (_, i) => (i === 19 ? 1000 : i))
    const cells = { many, three, two, numbers }
    const train = labelled('train', columns(cells), numbers, values)
    const prepared = right(prepare(realMlpPreparation())(train))
    expect(prepared.features.map(({ name, kind, levels }) => [name, kind, levels])).toEqual([
      ['many', 'code', 11],
      ['three=a', 'one-hot', undefined],
      ['three=b', 'one-hot', undefined],
      ['three=c', 'one-hot', undefined],
      ['two=yes', 'one-hot', undefined],
      ['numbers', 'number', undefined],
    ])
    const x = toArray(right(prepared.apply(train.features)).x) as number[][]
    // Median 9.5, quartiles 4.75 and 14.25: (1000 − 9.5) / 9.5 is pressed below 3.
    const scaled = (1000 - 9.5) / 9.5
    expect(x[19]?.[5]).toBeCloseTo(scaled / Math.sqrt(1 + (scaled / 3) ** 2), 5)
    expect(x[0]?.[0]).toBe(1)
    expect(tensor(x).size).toBe(120)
  })
})
