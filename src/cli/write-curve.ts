import * as E from 'fp-ts/lib/Either.js'
import type { Targets } from '../data/dataset.ts'
import { learningCurves } from '../report/learning-curves.ts'
import type { TrainingCourse } from '../tabular/run-network.ts'
import type { Surroundings } from '../terminal/run-command.ts'
import { writeWhole } from '../terminal/write-file.ts'
import { said, summaryWords } from './messages.ts'

/** Draws and writes the learning curve; without the drawing packages that is a remark, not a failure. */
export const writeCurve = async (
  file: string,
  { curve, bestEpoch }: Pick<TrainingCourse, 'curve' | 'bestEpoch'>,
  kind: Targets['kind'],
  { warn, language }: Surroundings,
): Promise<E.Either<string, string | undefined>> => {
  const { pictureSvg } = await import('../report/picture-svg.ts')
  const svg = await pictureSvg(
    learningCurves(
      curve.map((losses, i) => ({ epoch: i + 1, ...losses })),
      { best: bestEpoch, measure: kind === 'classes' ? summaryWords.measure : summaryWords.squares },
    ),
    { language },
  )()
  if (E.isLeft(svg)) {
    warn(said.noCurve(svg.left.message)[language])
    return E.right(undefined)
  }
  return E.map(() => file)(await writeWhole(file, svg.right)())
}
