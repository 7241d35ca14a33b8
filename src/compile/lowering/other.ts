import type { Instruction } from '../executors/kernel-program.ts'
import { sizeOf } from '../../core/tensor/shape.ts'
import { FusionError } from './fusion-error.ts'
import type { OtherWork, Storage } from './graph.ts'
import { contiguousLayout, slicedLayout, type Layout } from './layout.ts'
import { placeOf, type Access } from './nest.ts'
import { nestInstructions } from './nest-instructions.ts'

const copied = (shape: readonly number[], from: Access, to: Access): readonly Instruction[] =>
  sizeOf(shape) === 0
    ? []
    : nestInstructions({
        domain: shape,
        loads: [{ ...from, dtype: to.storage.dtype, full: true }],
        steps: [],
        stores: [{ ...to, register: 0 }],
        accumulations: [],
        outer: undefined,
        columns: undefined,
      })

const filled = (zero: Storage, to: Storage): readonly Instruction[] =>
  copied([to.size], { storage: zero, strides: [0], offset: 0 }, { storage: to, strides: [1], offset: 0 })

const accessOf = (storage: Storage, { strides, offset }: Layout): Access => ({ storage, strides, offset })

/** The instructions of an equation that is not fused; `zero` holds a zero of the dtype of each output. */
export const emitOther = (
  { work, reads, writes }: OtherWork,
  zero: readonly Storage[],
): readonly Instruction[] => {
  const [out] = writes
  const [zeroStorage] = zero
  if (out === undefined || zeroStorage === undefined) throw new FusionError()
  if (work.kind === 'joined') return []
  if (work.kind === 'zeros') return filled(zeroStorage, out)
  const { equation } = work
  const at = (i: number): ReturnType<typeof placeOf> => placeOf(reads[i]?.root.storage as Storage, 0)
  const shapeAt = (i: number): readonly number[] => reads[i]?.layout.shape ?? []
  const target = placeOf(out, 0)
  const along = (axis: number): { readonly outer: number; readonly n: number; readonly inner: number } => ({
    outer: sizeOf(shapeAt(0).slice(0, axis)),
    n: shapeAt(0)[axis] ?? 1,
    inner: sizeOf(shapeAt(0).slice(axis + 1)),
  })
  const { dtype } = reads[0]?.root.kind === 'leaf' ? reads[0].root.storage : (reads[0]?.root ?? out)
  switch (equation.operation) {
    case 'pad': {
      const { start, step, shape } = equation.params
      const inner = shapeAt(0)
      const layout = slicedLayout(contiguousLayout(shape), start, step, inner)
      return [
        ...filled(zeroStorage, out),
        ...copied(
          inner,
          accessOf(reads[0]?.root.storage as Storage, reads[0]?.layout as Layout),
          accessOf(out, layout),
        ),
      ]
    }
    case 'cumsum':
      return [
        {
          kind: 'cumsum',
          dtype,
          ...along(equation.params.axis),
          reverse: equation.params.reverse,
          x: at(0),
          out: target,
        },
      ]
    case 'argmax':
      return [{ kind: 'argmax', dtype, ...along(equation.params.axis), x: at(0), out: target }]
    case 'argsort': {
      const n = shapeAt(0)[shapeAt(0).length - 1] ?? 1
      return [
        { kind: 'argsort', dtype, rows: n === 0 ? 0 : sizeOf(shapeAt(0)) / n, n, x: at(0), out: target },
      ]
    }
    case 'gather':
    case 'scatterAdd': {
      const { axis, batchDims } = equation.params
      const indexed = equation.operation === 'gather' ? shapeAt(0) : (equation.outputs[0]?.shape ?? [])
      const picked = shapeAt(1)
      const indices = reads[1]?.root
      const indexDType = indices?.kind === 'node' ? indices.dtype : (indices?.storage.dtype ?? 'int32')
      return [
        {
          kind: equation.operation,
          dtype,
          indexDType: indexDType as 'int32' | 'uint32',
          batch: sizeOf(indexed.slice(0, batchDims)),
          outer: sizeOf(indexed.slice(batchDims, axis)),
          n: indexed[axis] ?? 0,
          inner: sizeOf(indexed.slice(axis + 1)),
          k: sizeOf(picked.slice(batchDims)),
          x: at(0),
          indices: at(1),
          out: target,
        },
      ]
    }
    case 'threefry':
      return [{ kind: 'threefry', count: sizeOf(shapeAt(0)) / 2, keys: at(0), counters: at(1), out: target }]
    case 'randomBits':
      return [
        {
          kind: 'randomBits',
          batch: sizeOf(shapeAt(0)) / 2,
          count: sizeOf(equation.params.shape),
          keys: at(0),
          out: target,
        },
      ]
    default:
      throw new FusionError()
  }
}
