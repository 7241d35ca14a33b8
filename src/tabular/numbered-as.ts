import * as E from 'fp-ts/lib/Either.js'
import { toTypedArray } from '../core/autodiff/read.ts'
import { tensor } from '../core/numeric/index.ts'
import type { Targets } from '../data/dataset.ts'
import { labelledTable, type LabelledTable } from '../data/table/table.ts'

/** The rows of a file with their classes numbered as a model, or another file, numbers them. */
export const numberedAs = (
  known: Targets,
  from: string,
  data: LabelledTable<'raw'>,
): E.Either<{ readonly message: string }, LabelledTable<'raw'>> => {
  const { features, y, targets } = data
  if (targets.kind !== known.kind)
    return E.left({
      message: `${features.file}: expected ${known.kind === 'classes' ? 'classes' : 'numbers'} as targets, as in ${from}, got ${targets.kind === 'classes' ? 'classes' : 'numbers'}`,
    })
  if (targets.kind === 'values') return E.right(data)
  const odd = targets.names.find((name) => !known.names.includes(name))
  return odd === undefined
    ? E.right(
        labelledTable({
          features,
          y: tensor(
            Int32Array.from(toTypedArray(y), (label) => known.names.indexOf(targets.names[label] ?? '')),
          ),
          targets: known,
        }),
      )
    : E.left({
        message: `${features.file}: the class "${odd}" does not occur in ${from}, so no model of it can tell it`,
      })
}
