/* oxlint-disable typescript/no-unsafe-class-instance-assignment -- what is no part is tried here */
import { describe, expectTypeOf, it } from 'vitest'
import * as E from 'fp-ts/lib/Either.js'
import { key } from 'puregrad'
import {
  allForTest,
  allForTraining,
  digits16,
  kFold,
  minibatches,
  openTest,
  rowsAt,
  scaled,
  splitData,
  standardize,
  withFeatures,
  type Classes,
  type Dataset,
  type Scaler,
  type Sealed,
  type Split,
  type Values,
} from 'puregrad/data'

declare const scaler: Scaler
declare const split: Split<Classes>
declare const numbers: Dataset<'raw', Values>
declare const sealed: Sealed<Dataset<'test', Classes>>

describe('the role of a sample is part of its type', () => {
  it('goes from splitting to batching', () => {
    expectTypeOf(split.train).toEqualTypeOf<Dataset<'train', Classes>>()
    expectTypeOf(minibatches(split.train, 10, key(0))[0]).not.toBeAny()
    const done = splitData({ train: 0.7, dev: 0.2, test: 0.1 }, { key: key(0) })(numbers)
    if (E.isRight(done)) expectTypeOf(done.right.test).toEqualTypeOf<Sealed<Dataset<'test', Values>>>()
    const folds = kFold(5, { key: key(0) })(split.train)
    if (E.isRight(folds))
      expectTypeOf(folds.right[0]?.dev).toEqualTypeOf<Dataset<'dev', Classes> | undefined>()
  })

  it('has no test part where none was asked for', () => {
    const done = splitData({ train: 0.7, dev: 0.3 }, { key: key(0) })(numbers)
    // @ts-expect-error there is no test part
    if (E.isRight(done)) expectTypeOf(done.right.test).toBeAny()
  })
})

describe('leakage does not compile', () => {
  it('batches to train on', () => {
    // @ts-expect-error the whole is not the training part
    minibatches(digits16({ key: key(0), n: 10 }), 2, key(0))
    // @ts-expect-error dev is to choose by
    minibatches(split.dev, 2, key(0))
    // @ts-expect-error the test part is sealed
    minibatches(split.test, 2, key(0))
    const opened = openTest(sealed, [], 'final')
    // @ts-expect-error and an open one is still no training part
    if (E.isRight(opened)) minibatches(opened.right.data, 2, key(0))
  })

  it('statistics of a scaler', () => {
    // @ts-expect-error statistics come from the training part
    standardize(split.dev)
    // @ts-expect-error the test part least of all
    standardize(split.test)
    // @ts-expect-error also where it is split further
    kFold(5, { key: key(0) })(split.dev)
  })

  it('a role that is written over', () => {
    // @ts-expect-error a spread is no part
    minibatches({ ...split.dev, role: 'train' }, 2, key(0))
    // @ts-expect-error even of the same role
    minibatches({ ...split.train }, 2, key(0))
    // @ts-expect-error rows of dev stay dev
    rowsAt(split.dev, split.dev.y, 'train')
    // @ts-expect-error the door is for data of no role yet
    allForTraining(split.dev)
    expectTypeOf(rowsAt(split.train, split.train.y, 'dev')).toEqualTypeOf<Dataset<'dev', Classes>>()
    expectTypeOf(allForTraining(numbers)).toEqualTypeOf<Dataset<'train', Values>>()
    expectTypeOf(allForTest(numbers)).toEqualTypeOf<Sealed<Dataset<'test', Values>>>()
    expectTypeOf(withFeatures(split.dev, { x: split.dev.x })).toEqualTypeOf<Dataset<'dev', Classes>>()
  })

  it('a look at what is sealed', () => {
    // @ts-expect-error rows are behind the seal
    expectTypeOf(sealed.x).toBeAny()
    // @ts-expect-error and no scaler takes them out
    scaled(sealed, scaler)
    // @ts-expect-error a seal is not made by hand
    const forged: Sealed<Dataset<'test'>> = { n: 1, digest: '' }
    expectTypeOf(forged).not.toBeAny()
    // @ts-expect-error opening needs a ledger and a reason
    openTest(sealed, [])
  })

  it('targets of the other kind', () => {
    // @ts-expect-error numbers are not classes
    const classes: Dataset<'raw', Classes> = numbers
    expectTypeOf(classes).not.toBeAny()
  })
})
