/* oxlint-disable typescript/no-unsafe-class-instance-assignment -- spreads are what is tried */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { key, neg, take, tensor } from '../../src/index.ts'
import {
  allForDev,
  allForTest,
  allForTraining,
  dataset,
  kFold,
  labelledRowsAt,
  labelledTable,
  maxAbsScale,
  minibatches,
  minMaxScale,
  preparedDataset,
  rawTable,
  robustScale,
  RoleError,
  rowsAt,
  seal,
  splitData,
  standardize,
  tableRowsAt,
  whiten,
  withColumns,
  withFeatures,
  withTargets,
  withWeights,
  type Dataset,
  type Role,
} from '../../src/data/index.ts'
import { numberedRows, numbers, opened } from './rows.ts'

const raw = numberedRows([0, 1, 0, 1, 1])
const every = tensor(Int32Array.of(0, 1, 2, 3, 4))
const parts = {
  raw,
  train: allForTraining(raw),
  dev: allForDev(raw),
  test: opened(allForTest(raw)),
} as const

/** What the compiler would refuse. */
const forged = (part: object, role: Role = 'train'): Dataset<'train'> =>
  Object.assign(Object.create(null), part, { role }) as Dataset<'train'>

const demanding: Readonly<Record<string, (train: Dataset<'train'>) => unknown>> = {
  minibatches: (train) => minibatches(train, 2, key(0)),
  standardize: (train) => standardize(train),
  minMaxScale: (train) => minMaxScale(train),
  maxAbsScale: (train) => maxAbsScale(train),
  robustScale: (train) => robustScale(train),
  whiten: (train) => whiten(train),
}

describe.each(Object.entries(demanding))('%s asks for the training part', (name, use) => {
  test('and takes it', () => {
    expect(() => use(parts.train)).not.toThrow()
  })

  test.each(['raw', 'dev', 'test'] as const)('and refuses what is %s, whatever it calls itself', (role) => {
    // A cast is no pass.
    const part = parts[role] as unknown as Dataset<'train'>
    expect(() => use(part)).toThrow(RoleError)
    expect(() => use(part)).toThrow(
      /: expected a training part, got (a dev part|a test part|data of no role yet); /,
    )
    expect(() => use(forged(part))).toThrow(RoleError)
    expect(() => use(JSON.parse(JSON.stringify({ n: 5, role: 'train' })) as Dataset<'train'>)).toThrow(
      RoleError,
    )
  })

  test('and says who asks and what helps', () => {
    expect(() => use(forged(parts.train))).toThrow(
      `${name === 'whiten' ? 'standardize' : name}: expected a training part, got a record that nothing here made`,
    )
    expect(() => use(parts.dev as unknown as Dataset<'train'>)).toThrow(/allForTraining\(data\)/)
  })
})

describe('a role', () => {
  const roles = ['raw', 'train', 'dev', 'test'] as const

  test('goes from raw and train to any, and from dev and test nowhere', () => {
    for (const from of roles)
      for (const to of roles) {
        const moved = (): Dataset => rowsAt(parts[from] as Dataset<'raw'>, every, to)
        if (from === 'raw' || from === 'train' || from === to) expect(moved().role).toBe(to)
        else expect(moved).toThrow(RoleError)
      }
  })

  test('is given by the doors to data of no role yet only', () => {
    const doors: readonly ((data: Dataset<'raw'>) => unknown)[] = [allForTraining, allForDev, allForTest]
    for (const door of doors)
      for (const from of ['train', 'dev', 'test'] as const)
        expect(() => door(parts[from] as unknown as Dataset<'raw'>)).toThrow(RoleError)
  })

  test('stays through any changes of features, targets and weights', () => {
    const change = fc.constantFrom<(data: Dataset) => Dataset>(
      (data) => withFeatures(data, { x: neg(data.x) }),
      (data) => withTargets(data, { y: take(data.y, every) }),
      (data) => withWeights(data, tensor([1, 2, 0, 1, 1])),
      (data) => withWeights(data, undefined),
    )
    fc.assert(
      fc.property(fc.constantFrom(...roles), fc.array(change, { maxLength: 5 }), (role, changes) => {
        const end = changes.reduce<Dataset>((data, f) => f(data), parts[role])
        expect(end.role).toBe(role)
        const train = end as Dataset<'train'>
        if (role === 'train') expect(minibatches(train, 5, key(0)).length).toBe(1)
        else expect(() => minibatches(train, 5, key(0))).toThrow(RoleError)
      }),
    )
  })

  test('cannot be written over', () => {
    const dev = allForDev(raw)
    expect(() => Object.assign(dev, { role: 'train' })).toThrow(TypeError)
  })

  test('is needed to split, to fold and to seal', () => {
    const dev = parts.dev as unknown as Dataset<'raw'>
    expect(() => splitData({ train: 0.5, dev: 0.5 }, { key: key(0), stratify: false })(dev)).toThrow(
      RoleError,
    )
    expect(() => kFold(2, { key: key(0), stratify: false })(dev)).toThrow(RoleError)
    expect(() => seal(parts.train as unknown as Dataset<'test'>)).toThrow(RoleError)
  })

  test('is lost on the way to another thread, and a door gives it again', () => {
    expect(() => minibatches(forged({ ...parts.train }), 2, key(0))).toThrow(RoleError)
    const { x, y } = parts.train
    const sent = structuredClone({ x: numbers(x), y: numbers(y) })
    const received = dataset({ x: tensor(sent.x.map((cell) => [cell])), y: tensor(Int32Array.from(sent.y)) })
    expect(minibatches(allForTraining(received), 2, key(0)).length).toBe(3)
  })
})

describe('of a table', () => {
  const column = {
    kind: 'number',
    name: 'a',
    values: tensor([0, 1, 2, 3, 4], { dtype: 'float64' }),
  } as const
  const level = {
    kind: 'category',
    name: 'b',
    codes: tensor(Int32Array.of(0, 1, -1, 0, 1)),
    levels: ['x', 'y'],
  } as const
  const table = rawTable({ file: 'of a test', n: 5, columns: [column, level], lines: every })
  const labelled = labelledTable({
    features: table,
    y: raw.y,
    targets: raw.targets,
    weights: tensor([1, 2, 3, 4, 5]),
  })

  test('rows, columns, targets and weights go together', () => {
    const dev = labelledRowsAt(labelled, tensor(Int32Array.of(3, 1)), 'dev')
    const [a, b] = dev.features.columns
    expect([dev.n, dev.role, dev.features.n, dev.features.role]).toEqual([2, 'dev', 2, 'dev'])
    expect(a !== undefined && 'values' in a ? numbers(a.values) : []).toEqual([3, 1])
    expect(b !== undefined && 'codes' in b ? numbers(b.codes) : []).toEqual([0, 1])
    expect([numbers(dev.features.lines), numbers(dev.y), numbers(dev.weights!)]).toEqual([
      [3, 1],
      [1, 1],
      [4, 2],
    ])
  })

  test('the role passes to what is prepared, and cannot be forged', () => {
    const train = allForTraining(labelled)
    const prepared = preparedDataset(train, { x: raw.x, featureNames: ['a'] })
    expect(minibatches(prepared, 5, key(0))[0]?.weights?.shape).toEqual([5])
    const dev = allForDev(labelled)
    expect(preparedDataset(dev, { x: raw.x, featureNames: ['a'] }).role).toBe('dev')
    const loose = { ...dev, role: 'train' as const }
    // @ts-expect-error a spread is no part
    expect(() => preparedDataset(loose, { x: raw.x, featureNames: ['a'] })).toThrow(RoleError)
    // @ts-expect-error nor is one of the table
    expect(() => withColumns({ ...table }, [])).toThrow(RoleError)
    // @ts-expect-error rows of dev stay dev
    expect(() => tableRowsAt(dev.features, every, 'train')).toThrow(RoleError)
    // @ts-expect-error and with their targets
    expect(() => labelledRowsAt(dev, every, 'train')).toThrow(RoleError)
  })

  test('what is sealed has a name that depends on columns, levels and targets', () => {
    const digest = allForTest(labelled).digest
    const changed = (features: typeof table) =>
      allForTest(labelledTable({ features, y: raw.y, targets: raw.targets })).digest
    expect(changed(table)).toBe(digest)
    expect(changed(withColumns(table, [column]))).not.toBe(digest)
    expect(changed(withColumns(table, [column, { ...level, levels: ['x', 'z'] }]))).not.toBe(digest)
  })

  test('bad content is refused where it comes in', () => {
    expect(() => rawTable({ file: 'f', n: 4, columns: [column], lines: every })).toThrow(
      "rawTable: column 'a' has 5 cells, the table 4 rows",
    )
    expect(() =>
      labelledTable({ features: table, y: tensor([1, 2, 3, 4, 5]), targets: raw.targets }),
    ).toThrow('labelledTable: expected targets int32, got float32')
    expect(() => withWeights(raw, tensor([1, 2, -3, 4, 5]))).toThrow(
      'withWeights: the weight of row 2 is -3, expected a number from 0 on',
    )
    expect(() => withWeights(raw, tensor([0, 0, 0, 0, 0]))).toThrow('expected some above')
  })
})
