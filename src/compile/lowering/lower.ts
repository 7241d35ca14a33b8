import {
  largestWord,
  type FactorPrecision,
  type InPlace,
  type KernelProgram,
} from '../executors/kernel-program.ts'
import type { Typed } from '../../core/primitive/primitive.ts'
import { outputTypes, type Program } from '../../core/primitive/program.ts'
import type { ConcreteTensor } from '../../core/tensor/concrete.ts'
import { ShapeError } from '../../core/tensor/errors.ts'
import { sizeOf } from '../../core/tensor/shape.ts'
import { collectConstants, type Constants } from './constants.ts'
import { givenReference, writtenStorage, type LeafReference, type Reference, type Storage } from './graph.ts'
import { overlayOf, successors } from './in-place.ts'
import { contiguousLayout, type Layout } from './layout.ts'
import { alignment, storageBytes } from './memory.ts'
import type { Overlay } from './region-context.ts'
import type { Refused } from './refusal.ts'
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
  /** What fusion should have put into a nest and could not: computed apart, at the price of a pass over memory each. */
  readonly refused: readonly Refused[]
}

export interface LowerOptions {
  /** One stated order of operations on every executor. */
  readonly reproducible?: boolean
  /** How products of float32 take their factors; as they are unless it is given. */
  readonly products?: FactorPrecision
  /** Whether elementwise work shares nests. Without it every operation has one of its own. */
  readonly fuse?: boolean
  /**
   * Each output in row-major order from a multiple of so many bytes on, as a device binds memory. Without it an output may
   * be any view of the slab.
   */
  readonly outputAlignment?: number
  /**
   * Bytes up to which every value in between has memory of its own, so that instructions wait for no others than those
   * whose results they read; 0 unless it is given.
   */
  readonly apartUpTo?: number
  /** Numbers of inputs that results may be written over. None unless given. */
  readonly givenUp?: readonly number[]
}

const requireAddressable = (bytes: number, what: string): void => {
  if (bytes > largestWord)
    throw new ShapeError(
      `jit: ${what} of the compiled function take ${String(bytes)} bytes; it can address at most ${String(largestWord)}`,
    )
}

/** Storages of outputs that the program writes itself lie in the slab; returns its size. */
const placeOutputs = (outputs: readonly Reference[], multiple: number): number => {
  let bytes = 0
  for (const output of outputs) {
    const storage = writtenStorage(output)
    if (storage.place !== undefined) continue
    storage.place = { space: 'output', byteOffset: bytes }
    bytes += Math.ceil(storageBytes(storage) / multiple) * multiple
  }
  return bytes
}

const outputPlace = (output: Reference, shape: readonly number[], constants: Constants): OutputPlace => {
  const storage = writtenStorage(output)
  const { layout } = output
  const { place } = storage
  if (place?.space === 'input') return { kind: 'input', index: place.index, layout: { ...layout, shape } }
  if (place?.space === 'constant') return { kind: 'constant', tensor: constants.tensorIn(storage), layout }
  return { kind: 'slab', byteOffset: (place as { readonly byteOffset: number }).byteOffset, layout }
}

/** Where an input may lie that is overwritten by a result. */
const inPlaceOf = ({ place: from }: Storage, { place: to }: Storage): InPlace => ({
  input: (from as { readonly index: number }).index,
  byteOffset: (to as { readonly byteOffset: number }).byteOffset,
})

/** The results that are to be written over inputs: where they will be those inputs at a next call. */
const wishedOverlays = (
  program: Program,
  types: readonly Typed[],
  inputs: readonly LeafReference[],
  givenUp: readonly number[],
  outputs: readonly Reference[],
): readonly Overlay[] =>
  successors(program.inputs, givenUp, types).flatMap(([input, output]) => {
    const from = inputs[input]!.root.storage
    const overlay = overlayOf(from, outputs[output]!)
    const isPassedOn = outputs.some(({ root }) => root.storage === from)
    return overlay?.to.place?.space === 'output' && !isPassedOn ? [overlay] : []
  })

/**
 * A program without calls (see `inlineCalls`) as a kernel program: elementwise work fused with the products and
 * reductions around it, transposes and broadcasts turned into strides, and every buffer given its place.
 */
export const lower = (
  program: Program,
  {
    reproducible = false,
    products = 'float32',
    fuse = true,
    outputAlignment,
    apartUpTo = 0,
    givenUp = [],
  }: LowerOptions = {},
): Lowered => {
  const constants = collectConstants()
  const refused: Refused[] = []
  const inputs = program.inputs.map(({ dtype, shape }, index) =>
    givenReference({ dtype, size: sizeOf(shape), place: { space: 'input', index } }, contiguousLayout(shape)),
  )
  const inputBytes = inputs.map(({ root }) => storageBytes(root.storage))
  const types = outputTypes(program)
  const region = lowerRegion(program, inputs, {
    fuse,
    products,
    refused,
    constantReference: constants.referenceTo,
    depth: 0,
    nested: false,
    outputForm: () => (outputAlignment === undefined ? 'view' : 'dense'),
    apartUpTo,
    lowerInner: lowerRegion,
  })
  const outputBytes = placeOutputs(region.outputs, outputAlignment ?? alignment)
  const wished = wishedOverlays(program, types, inputs, givenUp, region.outputs)
  const { bytes: arenaBytes, emit, overlays } = region.plan(wished)
  requireAddressable(constants.byteLength(), 'the constants')
  requireAddressable(arenaBytes, 'the values in between')
  requireAddressable(outputBytes, 'the results')
  inputBytes.forEach((bytes, i) => {
    requireAddressable(bytes, `input ${String(i)}`)
  })
  const instructions = emit(0)
  return {
    kernels: {
      reproducible,
      arenaBytes,
      constants: constants.bytes(),
      inputBytes,
      outputBytes,
      inPlace: overlays.map(({ from, to }) => inPlaceOf(from, to)),
      instructions,
    },
    outputs: region.outputs.map((output, i) => outputPlace(output, types[i]?.shape ?? [], constants)),
    refused,
  }
}
