import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tensor, toArray, toTypedArray } from '../../../src/index.ts'
import {
  decodePreparation,
  decodePreparationPlan,
  labelledRowsAt,
  labelledTable,
  prepare,
  rawTable,
  realMlpPreparation,
  standardPreparation,
  tableRowsAt,
  type Column,
  type LabelledTable,
  type Preparation,
  type PreparationPlan,
  type PreparationStep,
  type Targets,
} from '../../../src/data/index.ts'
import { dyadic } from '../../../src/testing/arbitraries.ts'
import { right } from './right.ts'

const seeded = { seed: 20, numRuns: 60 }

const int32 = (numbers: readonly number[]) => tensor(Int32Array.from(numbers))

/** Numbers of many sizes, equal ones, constant and missing ones, some far from 0 and some among the least there are. */
const numbersOf = (n: number): fc.Arbitrary<readonly number[]> => {
  const each = (number: fc.Arbitrary<number>) => fc.array(number, { minLength: n, maxLength: n })
  return fc.oneof(
    each(fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constant(NaN))),
    each(dyadic({ min: -1e6, max: 1e6 })),
    each(dyadic({ min: 1e-3, max: 1e3 })),
    each(fc.double({ min: -1e6, max: 1e6, noNaN: true })),
    each(fc.constantFrom(0, Number.MIN_VALUE, 1e-285, 1e-20, 1)),
    each(fc.constantFrom(-1900, -1, 0, 1950, 1997, 2000, 2003, 2009)),
    each(dyadic({ min: 1950, max: 2009 })),
    dyadic({ min: -10, max: 10 }).map((x) => new Array<number>(n).fill(x)),
    fc.constant(new Array<number>(n).fill(NaN)),
  )
}

const codesOf = (n: number, levels: number): fc.Arbitrary<readonly number[]> =>
  fc.array(fc.integer({ min: -1, max: levels - 1 }), { minLength: n, maxLength: n })

const levelNames = ['', 'a', 'b', '10', '9', 'един', 'x=y', 'missing', ' ']

const columnOf = (n: number, name: string): fc.Arbitrary<Column> =>
  fc.oneof(
    {
      weight: 3,
      arbitrary: numbersOf(n).map((x): Column => ({
        kind: 'number',
        name,
        values: tensor(Float64Array.from(x)),
      })),
    },
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.constantFrom('category' as const, 'boolean' as const), codesOf(n, levelNames.length))
        .map(([kind, codes]): Column => ({ kind, name, codes: int32(codes), levels: levelNames })),
    },
    fc
      .array(fc.oneof(fc.integer({ min: -1e13, max: 1e13 }), fc.constant(NaN)), {
        minLength: n,
        maxLength: n,
      })
      .map((x): Column => ({ kind: 'date', name, values: tensor(Float64Array.from(x)) })),
    codesOf(n, 3).map((codes): Column => ({
      kind: 'text',
      name,
      codes: int32(codes),
      levels: ['p', 'q', 'r'],
    })),
  )

const values: Targets = { kind: 'values', names: ['y'] }

interface Case {
  readonly train: LabelledTable<'train'>
  readonly all: LabelledTable<'raw'>
  /** Rows for training. */
  readonly rows: readonly number[]
  readonly n: number
}

/** A table of which some rows are for training, at least one. */
const cases: fc.Arbitrary<Case> = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 4 }))
  .chain(([n, width, more]) =>
    fc.tuple(
      fc.constant(n),
      fc.tuple(...Array.from({ length: width }, (_, i) => columnOf(n + more, `c${i}`))),
      fc.array(fc.integer({ min: -3, max: 3 }), { minLength: n + more, maxLength: n + more }),
      fc.shuffledSubarray(
        Array.from({ length: n + more }, (_, i) => i),
        { minLength: n, maxLength: n },
      ),
    ),
  )
  .map(([n, columns, y, rows]) => {
    const features = rawTable({
      file: 'made.csv',
      n: y.length,
      columns,
      lines: int32(y.map((_, i) => i + 2)),
    })
    const all = labelledTable({ features, y: tensor(Float64Array.from(y)), targets: values })
    return { n, all, rows, train: labelledRowsAt(all, int32(rows), 'train') }
  })

/** A step for columns of a group, in every form. */
const numberSteps: readonly PreparationStep[] = [
  { kind: 'scale', columns: 'numbers', to: 'standard' },
  { kind: 'scale', columns: 'numbers', to: 'minMax' },
  { kind: 'scale', columns: 'numbers', to: 'maxAbs' },
  { kind: 'scale', columns: 'numbers', to: 'robust' },
  { kind: 'power', columns: 'numbers', form: 'yeoJohnson' },
  { kind: 'quantiles', columns: 'numbers', to: 'uniform' },
  { kind: 'quantiles', columns: 'numbers', to: 'normal', count: 3 },
  { kind: 'clip', columns: 'numbers', by: 'quantiles' },
  { kind: 'clip', columns: 'numbers', by: 'fences' },
  { kind: 'smoothClip', columns: 'numbers' },
  { kind: 'select', columns: 'numbers', by: 'variance' },
  { kind: 'select', columns: 'numbers', by: 'score', most: 2 },
]

const levelSteps: readonly PreparationStep[] = [
  { kind: 'oneHot', columns: 'categories' },
  { kind: 'oneHot', columns: 'categories', drop: 'first', missing: 'zeros', least: 2 },
  { kind: 'oneHot', columns: 'categories', drop: 'sign', unseen: 'ownColumn', most: 2 },
  { kind: 'codes', columns: 'categories' },
  { kind: 'codes', columns: 'categories', least: 2 },
  { kind: 'frequency', columns: 'categories' },
  { kind: 'ordinal', columns: 'categories' },
]

const plans: fc.Arbitrary<PreparationPlan> = fc.oneof(
  fc.constant(standardPreparation()),
  fc.constant(realMlpPreparation()),
  fc
    .tuple(
      fc.constantFrom(...levelSteps),
      fc.constantFrom('mean' as const, 'median' as const, 'mostFrequent' as const),
      fc.boolean(),
      fc.array(fc.constantFrom(...numberSteps), { maxLength: 3 }),
      fc.constantFrom('float32' as const, 'float64' as const),
      fc.constantFrom('standard' as const, 'none' as const),
    )
    .map(([levels, by, indicator, numbers, dtype, target]) => ({
      steps: [
        { kind: 'dateParts' as const, columns: 'dates' as const },
        levels,
        { kind: 'impute' as const, columns: 'numbers' as const, by, indicator },
        ...numbers,
      ],
      dtype,
      target,
    })),
)

/** Preparations of random tables; a table that has no features at all gives a left value, which is fine. */
const fitted = (check: (preparation: Preparation, own: Case, plan: PreparationPlan) => void) =>
  fc.assert(
    fc.property(cases, plans, (own, plan) => {
      const found = prepare(plan)(own.train)
      if (E.isRight(found)) check(found.right, own, plan)
      else expect(['empty', 'columns']).toContain(found.left.kind)
    }),
    seeded,
  )

const bits = (x: ReturnType<typeof tensor>) =>
  Array.from(toTypedArray(x), (value) => (Object.is(value, -0) ? '-0' : value))

describe('laws of preparations', () => {
  test('there is a name to each column of x, names differ, and every number is finite', () => {
    fitted(({ features, spec, apply }, { all }) => {
      const { x } = right(apply(all.features))
      expect(x.shape).toEqual([all.n, features.length])
      expect(x.dtype).toBe(spec.dtype)
      expect(new Set(features.map(({ name }) => name)).size).toBe(features.length)
      expect(toTypedArray(x).every(Number.isFinite)).toBe(true)
    })
  })

  test('a row comes out the same alone, and fitting and applying change nothing', () => {
    fitted(({ apply, spec }, { all, train }, plan) => {
      const before = JSON.stringify(spec)
      const whole = toArray(right(apply(all.features)).x) as number[][]
      whole.forEach((row, i) => {
        const alone = right(apply(tableRowsAt(all.features, int32([i]), 'raw'))).x
        expect(toArray(alone)).toEqual([row])
      })
      expect(JSON.stringify(spec)).toBe(before)
      expect(JSON.stringify(right(prepare(plan)(train)).spec)).toBe(before)
    })
  })

  test('JSON keeps every bit', () => {
    fitted((preparation, { all }, plan) => {
      const again = right(decodePreparation(JSON.parse(JSON.stringify(preparation.spec))))
      expect(again.spec).toEqual(preparation.spec)
      expect(bits(right(again.apply(all.features)).x)).toEqual(bits(right(preparation.apply(all.features)).x))
      expect(right(decodePreparationPlan(JSON.parse(JSON.stringify(plan))))).toEqual(plan)
    })
  })

  test('what is fitted depends neither on rows of other parts nor on the order of its own, in any bit', () => {
    fitted(({ spec }, { all, rows, train }, plan) => {
      // The other rows are gone, their levels and their numbers with them.
      const alone = labelledTable({
        features: rawTable({
          file: 'alone.csv',
          n: train.n,
          lines: train.features.lines,
          columns: train.features.columns.map((column): Column => {
            if ('values' in column) return column
            const codes = Array.from(toTypedArray(column.codes))
            const levels = column.levels.filter((_, code) => codes.includes(code))
            const code = (own: number) => (own < 0 ? -1 : levels.indexOf(column.levels[own] ?? ''))
            return { ...column, levels, codes: int32(codes.map(code)) }
          }),
        }),
        y: train.y,
        targets: values,
      })
      const order = int32(rows.map((_, i) => i))
      expect(right(prepare(plan)(labelledRowsAt(alone, order, 'train'))).spec).toEqual(spec)
      const turned = labelledRowsAt(all, int32(rows.toReversed()), 'train')
      // A score is a sum in the order of rows, so equal ones may fall otherwise.
      if (!plan.steps.some((step) => step.kind === 'select' && step.by === 'score'))
        expect(right(prepare(plan)(turned)).spec).toEqual(spec)
    })
  })

  test('the order of columns makes no difference, and others are ignored', () => {
    fitted(({ apply }, { all }) => {
      const { file, n, lines, columns } = all.features
      const other: Column = { kind: 'number', name: 'other', values: tensor(new Float64Array(n)) }
      const turned = rawTable({ file, n, lines, columns: [other, ...columns.toReversed()] })
      const found = right(apply(turned))
      expect(bits(found.x)).toEqual(bits(right(apply(all.features)).x))
      expect(found.ignored).toContain('other')
    })
  })

  test('training rows are no case; rows without any cell are said and give numbers', () => {
    fitted(({ apply, spec }, { train }) => {
      expect(right(apply(train.features)).cases).toEqual([])
      const empty = rawTable({
        file: 'empty.csv',
        n: 1,
        lines: int32([7]),
        columns: spec.columns.map(({ name }): Column => ({
          kind: 'number',
          name,
          values: tensor(new Float64Array([NaN])),
        })),
      })
      const { x, cases: found } = right(apply(empty))
      expect(toTypedArray(x).every(Number.isFinite)).toBe(true)
      expect(found.every(({ line, count }) => line === 7 && count === 1)).toBe(true)
      const whole = spec.columns.filter(({ name }) => {
        const column = train.features.columns.find((own) => own.name === name)
        return column !== undefined && !('values' in column)
          ? !toTypedArray(column.codes).includes(-1)
          : column !== undefined && !toTypedArray(column.values).some(Number.isNaN)
      })
      const told = found.map(({ column }) => column)
      // A date is told by its parts.
      whole
        .filter(({ kind }) => kind !== 'date')
        .forEach(({ name }) => {
          expect(told).toContain(name)
        })
    })
  })

  test('a level that training had not is said of each column, and one is as good as another', () => {
    fitted(({ apply, spec }) => {
      const texts = spec.columns.filter(({ kind }) => kind !== 'number' && kind !== 'date')
      const later = rawTable({
        file: 'later.csv',
        n: 2,
        lines: int32([2, 3]),
        columns: spec.columns.map(({ name, kind }): Column =>
          kind === 'number' || kind === 'date'
            ? { kind, name, values: tensor(new Float64Array(2)) }
            : { kind, name, codes: int32([0, 1]), levels: ['nowhere', 'never'] },
        ),
      })
      const { x, cases: found } = right(apply(later))
      const unseen = found.filter(({ kind }) => kind === 'unseen')
      expect(unseen.map(({ column, count, line, levels }) => [column, count, line, levels]).sort()).toEqual(
        texts.map(({ name }) => [name, 2, 2, ['nowhere', 'never']]).sort(),
      )
      const [first, second] = toArray(x) as number[][]
      expect(second).toEqual(first)
    })
  })

  test('invert undoes what can be undone', () => {
    const undone: readonly PreparationStep[] = [
      { kind: 'impute', columns: 'numbers', by: 'median', indicator: true },
      { kind: 'power', columns: 'numbers', form: 'yeoJohnson' },
      { kind: 'scale', columns: 'numbers', to: 'standard' },
      { kind: 'oneHot', columns: 'categories' },
    ]
    fc.assert(
      fc.property(cases, ({ train }) => {
        const found = prepare({ steps: [{ kind: 'drop', columns: 'dates' }, ...undone], dtype: 'float64' })(
          train,
        )
        if (E.isLeft(found)) return
        const { columns, lost } = found.right.invert(right(found.right.apply(train.features)).x)
        expect(lost).toEqual([])
        columns.forEach((back) => {
          const own = train.features.columns.find(({ name }) => name === back.name)
          if (own === undefined) throw new Error(`${back.name} came from nowhere`)
          if ('values' in back && 'values' in own) {
            const was = Array.from(toTypedArray(own.values))
            const [least, greatest] = [
              Math.min(...was.filter((x) => x < Infinity)),
              Math.max(...was.filter((x) => x < Infinity)),
            ]
            toTypedArray(back.values).forEach((x, i) => {
              if (Number.isNaN(was[i])) expect(x).toBeNaN()
              else
                expect(Math.abs(x - (was[i] ?? 0))).toBeLessThanOrEqual(
                  1e-7 * Math.max(1, Math.abs(least), Math.abs(greatest)),
                )
            })
          }
          if ('codes' in back && 'codes' in own) {
            const text = (column: { codes: ReturnType<typeof tensor>; levels: readonly string[] }) =>
              Array.from(toTypedArray(column.codes), (code) => column.levels[code])
            expect(text(back)).toEqual(text(own))
          }
        })
      }),
      seeded,
    )
  })

  test('targets come back from every scaling', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(dyadic({ min: 1 / 64, max: 1e6 }), fc.double({ min: 1e-3, max: 1e9, noNaN: true })),
          {
            minLength: 1,
            maxLength: 20,
          },
        ),
        fc.constantFrom('standard' as const, 'log' as const, 'log1p' as const, 'none' as const),
        (y, target) => {
          const features = rawTable({
            file: 'made.csv',
            n: y.length,
            columns: [{ kind: 'number', name: 'a', values: tensor(Float64Array.from(y)) }],
            lines: int32(y.map((_, i) => i)),
          })
          const all = labelledTable({ features, y: tensor(Float64Array.from(y)), targets: values })
          const train = labelledRowsAt(all, int32(y.map((_, i) => i)), 'train')
          const preparation = right(prepare({ ...standardPreparation(), target, dtype: 'float64' })(train))
          const back = toTypedArray(preparation.invertTargets(right(preparation.applyLabelled(train)).y))
          const [least, greatest] = [Math.min(...y), Math.max(...y)]
          const within = target === 'standard' ? 1e-14 * greatest : 1e-12
          y.forEach((own, i) =>
            expect(Math.abs((back[i] ?? NaN) - own)).toBeLessThanOrEqual(
              Math.max(within, 1e-12 * own, 1e-14 * (greatest - least)),
            ),
          )
        },
      ),
      seeded,
    )
  })
})
