import { operations } from './apply.ts'
import { withLevel } from './level.ts'
import { Batched, type AnyValue, type FlatFunction } from './value.ts'

/**
 * A function mapped over a batch: marked inputs carry it as axis 0, and so does every output. An output that does
 * not depend on the batch is repeated along it (without copying), unless `carrying` says that it has none.
 */
export const vmapFlat = (
  f: FlatFunction,
  inputs: readonly AnyValue[],
  batched: readonly boolean[],
  size: number,
  carrying?: readonly boolean[],
): readonly AnyValue[] =>
  withLevel((level) =>
    f(inputs.map((x, i) => (batched[i] === true ? new Batched(level, x, size) : x))).map((output, i) =>
      output.kind === 'batched' && output.level === level
        ? output.value
        : carrying?.[i] === false
          ? output
          : operations.broadcastTo(output, [size, ...output.shape]),
    ),
  )
