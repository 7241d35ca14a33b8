import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { ArgumentError, tensor, toArray, toTypedArray } from '../../../src/index.ts'
import { decodePreparation, prepare, RoleError, standardPreparation } from '../../../src/data/index.ts'
import { right } from './right.ts'
import { columns, labelled, table, values } from './tables.ts'

const cells = {
  age: [20, null, 40, 30],
  sex: ['f', 'm', 'f', null],
  name: ['a', 'b', 'c', 'd'],
  fare: [1, 2, 3, 4],
}
// z-scores as float32
const [near, wide] = [Math.fround(0.5 / Math.sqrt(1.25)), Math.fround(1.5 / Math.sqrt(1.25))]
const [low, high, root] = [Math.fround(1 / Math.sqrt(3)), Math.fround(Math.sqrt(3)), Math.fround(Math.SQRT2)]
const kinds = { name: 'identifier' } as const

describe('what is fitted on', () => {
  const dev = labelled('dev', columns(cells, kinds), [1, 2, 3, 4], values)
  const raw = labelled('raw', columns(cells, kinds), [1, 2, 3, 4], values)

  test('another part than the training part does not compile, nor does it run', () => {
    // @ts-expect-error -- a dev part
    expect(() => prepare()(dev)).toThrow(/expected a training part, got a dev part/)
    // @ts-expect-error -- rows of no role yet
    expect(() => prepare()(raw)).toThrow(RoleError)
    // @ts-expect-error -- a spread is no part
    // oxlint-disable-next-line typescript/no-unsafe-class-instance-assignment -- which is what is tried
    expect(() => prepare()({ ...dev, role: 'train' })).toThrow(RoleError)
  })

  test('the dev part passes through what was fitted, and keeps its role', () => {
    const train = labelled('train', columns(cells, kinds), [1, 2, 3, 4], values)
    expect(right(right(prepare()(train)).applyLabelled(dev)).role).toBe('dev')
  })

  test('columns without a cell and rows that are none are said', () => {
    const empty = columns({ a: [1, 2], b: [null, null] })
    const { spec } = right(prepare()(labelled('train', empty, [1, 2], values)))
    expect(spec.left).toEqual([{ column: 'b', reason: 'empty' }])
    // A step may name a column that happens to be empty, as in one fold of several.
    const named = prepare({ steps: [{ kind: 'scale', columns: ['a', 'b'], to: 'standard' }] })
    expect(right(named(labelled('train', empty, [1, 2], values))).features.length).toBe(1)
    const none = prepare()(labelled('train', columns({ a: [] }), [], values))
    expect(E.isLeft(none) ? none.left.message : '').toBe(
      'prepare: expected at least one row in the training part, got none',
    )
    const nothing = prepare()(labelled('train', columns({ b: [null, null] }), [1, 2], values))
    expect(E.isLeft(nothing) ? nothing.left.kind : '').toBe('empty')
  })

  test('a plan that is none is refused, with all that is wrong', () => {
    const plan = { steps: [{ kind: 'scale', columns: 'number', to: 'standart' }], targets: 'log' }
    expect(() => prepare(plan as never)).toThrow(ArgumentError)
    expect(() => prepare(plan as never)).toThrow(/did you mean target\?/)
    expect(() => prepare(plan as never)).toThrow(/steps\[0\].columns: expected one of numbers/)
  })

  test('targets that have no logarithm, and cells that no step fills', () => {
    const train = labelled('train', columns(cells, kinds), [1, 0, 3, 4], values)
    const found = prepare({ ...standardPreparation(), target: 'log' })(train)
    expect(E.isLeft(found) ? found.left.message : '').toBe(
      "prepare: y: expected targets above 0, got 0 in row 1 of the training part; take target 'standard'",
    )
    const gaps = prepare({ steps: [{ kind: 'oneHot', columns: 'categories' }] })(train)
    expect(E.isLeft(gaps) ? gaps.left.message : '').toBe(
      'prepare: age: 1 cells of the training part have no number after the last step: add impute, or drop the column',
    )
  })
})

describe('the standard preparation', () => {
  const train = labelled('train', columns(cells, kinds), [1, 2, 3, 4], values)
  const prepared = right(prepare()(train))

  test('names what it gives, in the order of the columns', () => {
    expect(prepared.features.map(({ name }) => name)).toEqual([
      'age',
      'age missing',
      'sex=f',
      'sex=m',
      'sex=(missing)',
      'fare',
    ])
    expect(prepared.spec.left).toEqual([{ column: 'name', reason: 'identifier' }])
  })

  test('fills, scales and codes', () => {
    const x = toArray(right(prepared.apply(train.features)).x)
    expect(x).toEqual([
      [-root, -low, 1, 0, 0, -wide],
      [0, high, 0, 1, 0, -near],
      [root, -low, 1, 0, 0, near],
      [0, -low, 0, 0, 1, wide],
    ])
  })

  test('an unseen level is zeros, a cell that misses for the first time is filled, and both are said', () => {
    const later = table(columns({ sex: ['x', 'f'], fare: [null, 2], age: [30, 30], other: [1, 2] }), 2)
    const { x, cases, ignored } = right(prepared.apply(later))
    expect(toArray(x)).toEqual([
      [0, -low, 0, 0, 0, 0],
      [0, -low, 1, 0, 0, -near],
    ])
    expect(cases).toEqual([
      { kind: 'missing', column: 'fare', count: 1, line: 2, rule: 'filled', value: 2.5 },
      { kind: 'unseen', column: 'sex', count: 1, line: 2, rule: 'zeros', levels: ['x'] },
    ])
    expect(ignored).toEqual(['other'])
  })

  test('columns that are absent or of another kind are one error', () => {
    const later = table(columns({ sex: ['f'], fare: ['cheap'] }), 1)
    const found = prepared.apply(later)
    expect(E.isLeft(found) ? found.left.problems.map(({ column }) => column) : []).toEqual(['age', 'fare'])
  })

  test('comes back from JSON bit for bit', () => {
    const again = right(decodePreparation(JSON.parse(JSON.stringify(prepared.spec))))
    expect(again.spec).toEqual(prepared.spec)
    expect(toTypedArray(right(again.apply(train.features)).x)).toEqual(
      toTypedArray(right(prepared.apply(train.features)).x),
    )
  })

  test('targets are standardized, and come back', () => {
    const part = right(prepared.applyLabelled(train))
    expect(toArray(part.y)).toEqual([-wide, -near, near, wide])
    expect(toArray(prepared.invertTargets(tensor([0, 0])))).toEqual([2.5, 2.5])
  })

  test('features tell what the cells were', () => {
    const { columns: back, lost } = prepared.invert(right(prepared.apply(train.features)).x)
    expect(lost).toEqual([])
    expect(back.map(({ name }) => name)).toEqual(['age', 'sex', 'fare'])
    const sex = back.find(({ name }) => name === 'sex')
    expect(sex !== undefined && 'codes' in sex ? [toArray(sex.codes), sex.levels] : []).toEqual([
      [0, 1, 0, -1],
      ['f', 'm'],
    ])
  })
})
