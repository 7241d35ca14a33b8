import type { TableQuestion } from '../tabular/table-question.ts'
import type { TableSource } from './options.ts'

/** What the options ask of a table. */
export const questionOf = (source: TableSource, seed: number): TableQuestion => {
  const { file, targets, task, drop, features, format, test, split, time, groups } = source
  const { classWeights, sampleWeights, categories, missing } = source
  const kinds = Object.fromEntries(categories.map((name) => [name, 'category' as const]))
  const [train, dev, tested] = split?.kind === 'shares' ? split.shares : []
  return {
    file,
    targets,
    drop,
    seed,
    reading: {
      ...format,
      ...(categories.length === 0 ? {} : { kinds }),
      ...(missing.length === 0 ? {} : { missing }),
    },
    ...(task === undefined ? {} : { task }),
    ...(features === undefined ? {} : { features }),
    ...(test === undefined ? {} : { test }),
    ...(train === undefined || dev === undefined
      ? {}
      : { shares: { train, dev, ...(tested === undefined ? {} : { test: tested }) } }),
    ...(time === undefined ? {} : { time }),
    ...(groups === undefined ? {} : { groups }),
    ...(classWeights === undefined ? {} : { classWeights }),
    ...(sampleWeights === undefined ? {} : { sampleWeights }),
  }
}
