/*
 * A loop. For `scan` over xs [10, 4] with a carried h [4] and a stack of [10, 4], fixed w [4, 4]:
 *
 *   copy h into the carried storage          before the loop: the storage of output h, unless h lies there
 *   loop 10
 *     copyAt: element i of xs into x         x is memory of 4 elements inside the loop
 *     the body                               over w where it lies, the carried storage and x
 *     copyAt: the body's stack into row i    of the stack
 *     copy the next h                        over the carried storage, unless it was written there (`carried.ts`)
 *
 * The body is a region of its own: what it reads from around enters as a view of memory.
 */

import type { Instruction } from '../executors/kernel-program.ts'
import type { StructuralParameters } from '../../core/primitive/program.ts'
import { sizeOf } from '../../core/tensor/shape.ts'
import { placeOf } from './arrange.ts'
import { carriedForm, enterLoop, entersOver, handOn, nextOverCarried } from './carried.ts'
import { entering, givenReference, writtenStorage, type Reference, type Storage } from './graph.ts'
import { contiguousLayout } from './layout.ts'
import type { Overlay, Region, RegionContext, Work } from './region-context.ts'

type Scan = StructuralParameters['scan']

/** The parts of a loop. */
interface Loop {
  readonly params: Scan
  readonly depth: number
  /** What is read element by element, and the memory each element is copied into. */
  readonly sequences: readonly Reference[]
  readonly elements: readonly Storage[]
  readonly carried: readonly Storage[]
  readonly stacks: readonly Storage[]
  /** What the body gives: the next carried values, then an element of each stack. */
  readonly outputs: readonly Reference[]
  /** Which of the next carried values lie over those before. */
  readonly overlays: readonly Overlay[]
}

/** A copy of `count` elements at each turn; the side that is a sequence advances, in reverse from its end. */
const copyTurn = (
  { params: { length, reverse }, depth }: Loop,
  from: Storage,
  to: Storage,
  sequence: 'from' | 'to',
  count: number,
): readonly Instruction[] => {
  if (count === 0) return []
  const [first, advance] = reverse ? [(length - 1) * count, -count] : [0, count]
  const reads = sequence === 'from'
  return [
    {
      kind: 'copyAt',
      dtype: to.dtype,
      count,
      depth,
      from: placeOf(from, reads ? first : 0),
      fromAdvance: reads ? advance : 0,
      to: placeOf(to, reads ? 0 : first),
      toAdvance: reads ? 0 : advance,
    },
  ]
}

/** What the body only passes on is put into its stack before anything is written over it. */
const isGiven = ({ root }: Reference): boolean => root.kind === 'leaf' && root.after === undefined

const loopInstruction = (loop: Loop, body: readonly Instruction[]): Instruction => {
  const { sequences, elements, carried, stacks, outputs, overlays } = loop
  const reading = elements.flatMap((element, i) =>
    copyTurn(loop, writtenStorage(sequences[i]!), element, 'from', element.size),
  )
  const stacking = (first: boolean): readonly Instruction[] =>
    stacks.flatMap((stack, i) => {
      const result = outputs[carried.length + i]!
      return isGiven(result) === first
        ? copyTurn(loop, writtenStorage(result), stack, 'to', sizeOf(result.layout.shape))
        : []
    })
  return {
    kind: 'loop',
    count: loop.params.length,
    body: [...reading, ...stacking(true), ...body, ...stacking(false), ...handOn(carried, outputs, overlays)],
  }
}

/** The body, over what is fixed, the carried storages and the elements. */
const lowerBody = (
  { body, fixed, carried: count }: Scan,
  reads: readonly Reference[],
  carried: readonly Storage[],
  elements: readonly Storage[],
  context: RegionContext,
): Region =>
  context.lowerInner(
    body,
    [
      ...reads.slice(0, fixed).map(entering),
      ...[...carried, ...elements].map((storage, i) =>
        givenReference(storage, contiguousLayout(body.inputs[fixed + i]?.shape ?? [])),
      ),
    ],
    {
      ...context,
      depth: context.depth + 1,
      nested: true,
      outputForm: (output, i) => (i < count ? carriedForm(carried)(output, i) : 'dense'),
    },
  )

export const scanWork = (
  params: Scan,
  reads: readonly Reference[],
  writes: readonly Storage[],
  context: RegionContext,
): Work => {
  const { body, fixed, carried: count, length } = params
  const [carried, stacks] = [writes.slice(0, count), writes.slice(count)]
  const elements = body.inputs
    .slice(fixed + count)
    .map(({ dtype, shape }): Storage => ({ dtype, size: sizeOf(shape) }))
  const region = lowerBody(params, reads, carried, elements, context)
  const { outputs } = region
  const { bytes, overlays, emit } = region.plan(nextOverCarried(carried, outputs))
  const [initial, sequences] = [reads.slice(fixed, fixed + count), reads.slice(fixed + count)]
  const { depth } = context
  const loop: Loop = { params, depth, sequences, elements, carried, stacks, outputs, overlays }
  return {
    reads: reads.map(writtenStorage),
    writes: [...writes, ...elements],
    inner: bytes,
    storesOver: entersOver([...reads.slice(0, fixed), ...sequences], initial, carried),
    emit: (base) => [
      ...enterLoop(initial, carried),
      ...(length === 0 ? [] : [loopInstruction(loop, emit(base))]),
    ],
  }
}
