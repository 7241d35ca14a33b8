import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { baselineOf, classPredictions, judge, valuePredictions } from '../../src/evaluation/index.ts'
import {
  comparisonText,
  featureImportancePicture,
  judgementText,
  measureWords,
  pictureSvg,
  precisionRecallPicture,
  residualPicture,
  rocPicture,
  type Wording,
} from '../../src/report/index.ts'
import { classes, doubles, eightRows, tenRows } from '../evaluation/printed-rows.ts'

const both = ({ en, bg }: Wording): void => {
  expect(en).not.toBe('')
  expect(bg).toMatch(/[а-я]/)
  expect(en).not.toMatch(/undefined|NaN|\[object/)
  expect(bg).not.toMatch(/undefined|NaN|\[object|\d\.\d/)
}

describe('a judgement in words', () => {
  const label = Array.from({ length: 400 }, (_, i) => (i % 10 === 0 ? 1 : 0))
  const names = ['no', 'yes']
  const found = judge(
    classPredictions(
      doubles(label.map((is, i) => (is === 1 ? [0.6, 0.4] : [1 - 0.04 * (i % 7), 0.04 * (i % 7)]))),
      names,
    ),
    classes(label),
    { baseline: baselineOf({ y: classes(label), targets: { kind: 'classes', names } }) },
  )
  test('says that nothing is gained over the baseline, and what to do about it', () => {
    const { verdict, figures, notes } = judgementText(found)
    expect(verdict.en).toMatch(/^Not shown to be better than the baseline by accuracy: 0\.9 against 0\.9 /)
    expect(verdict.bg).toMatch(
      /^Не е доказано по-добър от базовия модел \(baseline\) по точност: 0,9 срещу 0,9 /,
    )
    expect(figures.find(({ name }) => name === measureWords.accuracy)).toMatchObject({ baseline: 0.9 })
    expect(notes[0]?.en).toBe(
      'No row was taken for yes, which has 40: balance the classes (withClassWeights), or lower the threshold for it.',
    )
    ;[verdict, ...notes].forEach(both)
  })
  test('every note has words in both languages', () => {
    const measured = { value: 0.25, interval: [0.1, 0.4] } as const
    const difference = { difference: 0.1, interval: [0, 0.2], pValue: 0.05 } as const
    judgementText({
      ...found,
      notes: [
        { kind: 'class-never-decided', name: 'yes', rows: 4 },
        { kind: 'class-poorly-found', name: 'yes', recall: measured },
        { kind: 'probabilities-worse', difference },
        { kind: 'miscalibrated', error: measured },
        { kind: 'ranks-without-deciding', area: measured },
        { kind: 'biased', name: 'mpg', residual: measured },
        { kind: 'biased', name: 'mpg', residual: { value: -0.25, interval: [-0.4, -0.1] } },
        { kind: 'too-few-rows', rows: 30, needed: 1200 },
      ],
    }).notes.forEach(both)
  })
  test('a regression is beside the mean', () => {
    const { said, y } = eightRows
    const baseline = baselineOf({ y, targets: { kind: 'values', names: ['s', 't'] } })
    const { verdict, figures } = judgementText(judge(said, y, { baseline }))
    expect(verdict.en).toMatch(/^Better than the baseline by mean squared error/)
    expect(figures[0]).toMatchObject({ name: { en: 'R²' }, baseline: 0 })
    both(verdict)
  })
})

test('which of several models to take', () => {
  const pair = { difference: 0.1, interval: [0.05, 0.15], pValue: 0.01, verdict: 'better' } as const
  const model = (name: string) => ({ name, measures: {}, folds: 5, overBaseline: pair, toBest: pair })
  const text = (best: string, asGood: readonly string[], choose: string | undefined) =>
    comparisonText({
      kind: 'classes',
      by: 'accuracy',
      folds: 5,
      baseline: {},
      models: [model('linear'), model('network')],
      best,
      asGood,
      choose,
    })
  const all = [
    text('network', ['linear', 'network'], 'linear'),
    text('linear', ['linear'], 'linear'),
    text('linear', ['linear', 'network'], 'linear'),
    text('network', ['network'], undefined),
  ]
  all.forEach(both)
  expect(new Set(all.map(({ en }) => en)).size).toBe(4)
  expect(all[0]!.en).toBe(
    'Take linear: it is the simplest of those that may be as good as network, the best by accuracy.',
  )
})

test('pictures of an evaluation are drawn, in both languages', async () => {
  const { said, y } = tenRows
  const pictures = [
    rocPicture(said, y),
    rocPicture(said, y, { classes: [1] }),
    precisionRecallPicture(said, y),
    precisionRecallPicture(said, y, { classes: [1], title: 'b' }),
    residualPicture(eightRows.said, eightRows.y),
    featureImportancePicture(
      ['age', 'fare'].map((name, i) => ({ name, value: i, interval: [i - 0.1, i + 0.1], values: [i] })),
      { by: 'logLoss', most: 1 },
    ),
  ]
  expect(pictures[0]).toMatchObject({ series: { length: 4 } })
  expect(pictures[3]).toMatchObject({ series: { length: 1 }, rules: [{ at: 0.3 }] })
  expect(pictures[5]).toMatchObject({ settings: [{ name: 'fare' }] })
  for (const picture of pictures)
    for (const language of ['en', 'bg'] as const) {
      const drawn = await pictureSvg(picture, { language })()
      expect(E.isRight(drawn) ? drawn.right : '').toMatch(/^<svg[\s\S]+<\/svg>\s*$/)
    }
  // A class without rows has no curve.
  const only = valuePredictions(doubles([1]), ['y'])
  expect(residualPicture(only, doubles([2])).series[0]?.points).toEqual([[1, 1]])
  expect(rocPicture(said, classes([0, 0, 0, 0, 1, 1, 1, 1, 1, 1])).series.length).toBe(3)
})
