import type { PredictionCase } from '../data/prepare/prediction-case.ts'

/** Cases of all rows so far, those of one column and kind together. */
export type Cases = ReadonlyMap<string, PredictionCase>

export const noCases: Cases = new Map()

/** The cases of some more rows; the first line stays that of the first rows. */
export const addCases = (sofar: Cases, more: readonly PredictionCase[]): Cases =>
  more.reduce<Cases>((all, each) => {
    const name = `${each.kind} ${each.rule} ${each.column}`
    const before = all.get(name)
    return new Map([
      ...all,
      [name, before === undefined ? each : { ...before, count: before.count + each.count }],
    ])
  }, sofar)
