import { largestWord, type KernelProgram } from '../executors/kernel-program.ts'
import { outputTypes, type Program } from '../../core/primitive/program.ts'
import { copyElements, isContiguous, viewOf, type ConcreteTensor } from '../../core/tensor/concrete.ts'
import { ShapeError } from '../../core/tensor/errors.ts'
import { sizeOf } from '../../core/tensor/shape.ts'
import { FusionError } from './fusion-error.ts'
import { givenReference, type LeafReference, type Storage } from './graph.ts'
import { compactLayout, contiguousLayout, type Layout } from './layout.ts'
import { alignedSize, storageBytes } from './memory.ts'
import { lowerRegion } from './region.ts'

/** Where an output of a program is found after a run. */
export type OutputPlace =
  | { readonly kind: 'slab'; readonly byteOffset: number; readonly layout: Layout }
  | { readonly kind: 'input'; readonly index: number; readonly layout: Layout }
  | { readonly kind: 'constant'; readonly tensor: ConcreteTensor; readonly layout: Layout }

/** A program ready for an executor, and where its outputs will be. */
export interface Lowered {
  readonly kernels: KernelProgram
  readonly outputs: readonly OutputPlace[]
}

/** The elements along the axes that vary. */
const compactTensor = (
  { view, shape, dtype }: ConcreteTensor,
  varies: readonly boolean[],
): ConcreteTensor => {
  const axes = [...shape.keys()].filter((axis) => varies[axis] === true)
  return viewOf(
    view.data,
    dtype,
    axes.map((axis) => shape[axis] as number),
    axes.map((axis) => view.stride[axis] as number),
    view.offset,
  )
}

/** Whether every element is the same, as where a number was added up to a full tensor. */
const allAlike = (tensor: ConcreteTensor): boolean => {
  const { data, offset, stride } = tensor.view
  const first = data[offset]
  return (
    tensor.shape.every((n, axis) => n === 1 || stride[axis] === 0) ||
    (isContiguous(tensor) && data.subarray(offset, offset + tensor.size).every((x) => Object.is(x, first)))
  )
}

const requireAddressable = (bytes: number, what: string): void => {
  if (bytes > largestWord)
    throw new ShapeError(
      `jit: ${what} of the compiled function take ${String(bytes)} bytes; it can address at most ${String(largestWord)}`,
    )
}

/** As `lower`, with fusion or without; with it, a FusionError where a group cannot be arranged. */
export const lowerWith = (program: Program, reproducible: boolean, fuse: boolean): Lowered => {
  // By the tensor, or by the one number all its elements are.
  const constants = new Map<ConcreteTensor | string, Storage>()
  const constantOf = new Map<Storage, ConcreteTensor>()
  let constantBytes = 0
  const constantReference = (tensor: ConcreteTensor): LeafReference => {
    // Repeated elements are stored once: a number broadcast to a shape stays a number.
    const alike = tensor.size > 0 && allAlike(tensor)
    const varies = tensor.shape.map((n, axis) => n !== 1 && !alike && tensor.view.stride[axis] !== 0)
    const constant = alike ? tensor.view.data[tensor.view.offset] : undefined
    const key =
      constant === undefined ? tensor : `${tensor.dtype} ${Object.is(constant, -0) ? '-0' : String(constant)}`
    const known = constants.get(key)
    const storage: Storage = known ?? {
      dtype: tensor.dtype,
      size: sizeOf(tensor.shape.filter((_, axis) => varies[axis] === true)),
      place: { space: 'constant', byteOffset: constantBytes },
      ...(constant === undefined ? {} : { constant }),
    }
    if (known === undefined) {
      constants.set(key, storage)
      constantOf.set(storage, compactTensor(tensor, varies))
      const bytes = storageBytes(storage)
      constantBytes += bytes > 8 ? alignedSize(bytes) : 8
      if (constantBytes % 8 !== 0) constantBytes = alignedSize(constantBytes)
    }
    return givenReference(storage, compactLayout(tensor.shape, varies))
  }
  const inputs = program.inputs.map(({ dtype, shape }, index) =>
    givenReference({ dtype, size: sizeOf(shape), place: { space: 'input', index } }, contiguousLayout(shape)),
  )
  const region = lowerRegion(program, inputs, {
    fuse,
    constantReference,
    depth: 0,
    nested: false,
    outputForm: () => 'view',
  })
  // Storages of outputs that the region writes itself lie in the slab.
  let outputBytes = 0
  for (const { root } of region.outputs) {
    const storage = root.storage as Storage
    if (storage.place === undefined) {
      storage.place = { space: 'output', byteOffset: outputBytes }
      outputBytes += alignedSize(storageBytes(storage))
    }
  }
  const planned = region.plan()
  const inputBytes = program.inputs.map(({ dtype, shape }) => storageBytes({ dtype, size: sizeOf(shape) }))
  requireAddressable(constantBytes, 'the constants')
  requireAddressable(planned.bytes, 'the values in between')
  requireAddressable(outputBytes, 'the results')
  inputBytes.forEach((bytes, i) => {
    requireAddressable(bytes, `input ${String(i)}`)
  })
  const instructions = planned.emit(0)
  const bytes = new Uint8Array(alignedSize(constantBytes))
  constantOf.forEach((tensor, { place }) => {
    const { buffer, byteOffset, byteLength } = copyElements(tensor)
    bytes.set(
      new Uint8Array(buffer, byteOffset, byteLength),
      (place as { readonly byteOffset: number }).byteOffset,
    )
  })
  const types = outputTypes(program)
  return {
    kernels: {
      reproducible,
      arenaBytes: planned.bytes,
      constants: bytes,
      inputBytes,
      outputBytes,
      instructions,
    },
    outputs: region.outputs.map(({ root, layout }, i): OutputPlace => {
      const { place } = root.storage as Storage
      const shape = types[i]?.shape ?? []
      if (place?.space === 'input') return { kind: 'input', index: place.index, layout: { ...layout, shape } }
      if (place?.space === 'constant')
        return {
          kind: 'constant',
          tensor: constantOf.get(root.storage as Storage) as ConcreteTensor,
          layout,
        }
      return { kind: 'slab', byteOffset: (place as { readonly byteOffset: number }).byteOffset, layout }
    }),
  }
}

/**
 * A program without calls (see `inlineCalls`) as a kernel program: elementwise work fused with the products and
 * reductions around it, transposes and broadcasts turned into strides, and every buffer given its place.
 */
export const lower = (
  program: Program,
  { reproducible = false }: { readonly reproducible?: boolean } = {},
): Lowered => {
  try {
    return lowerWith(program, reproducible, true)
  } catch (error) {
    if (error instanceof FusionError) return lowerWith(program, reproducible, false)
    throw error
  }
}
