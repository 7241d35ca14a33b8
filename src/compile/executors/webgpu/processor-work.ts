import { chooseExecutor } from '../choose-backend.ts'
import type { LoadedProgram } from '../executor.ts'
import type { Instruction, Nest, Place } from '../kernel-program.ts'
import { loadProgram } from '../load-program.ts'
import { bytesOf } from '../../../core/tensor/dtype.ts'
import { accessesOfAll, type Access } from './accesses.ts'
import type { Binding, PlacementOf } from './binder.ts'
import { withPlaces } from './with-places.ts'

/*
 * Instructions without a shader run on the processor, between two submissions: what they touch is read from the device, they
 * run there as a program of their own, and what they have written is sent back. All that they touch lies in one piece of
 * memory, the output of that program, which begins as a copy of its only input:
 *
 *   memory   …|  a  |…|  b  |…        a routine reads a and writes c: spans of 8 bytes, those that meet are one
 *   output   …|  c  |…
 *   piece    | a | c |                 read by one copy; c is written back, whole words with what lay beside it
 */

/** Bytes of a buffer on the device, and where they lie in the piece. */
interface Span {
  readonly binding: Binding
  readonly from: number
  readonly to: number
  readonly writes: boolean
  readonly at: number
}

/** What the processor does in the middle of a run. */
export interface ProcessorWork {
  readonly spans: readonly Span[]
  /** Bytes of the piece. */
  readonly bytes: number
  readonly run: LoadedProgram['run']
}

/** Spans begin where elements of every dtype may. */
const step = 8

const toStep = (bytes: number): number => Math.ceil(bytes / step) * step

/** The spans that are touched; those that share a step are one. */
const spansOf = (accesses: readonly Access[]): readonly Omit<Span, 'at'>[] => {
  const touched = accesses
    .filter(({ from, to }) => to > from)
    .map((access) => ({ ...access, from: access.from - (access.from % step), to: toStep(access.to) }))
    .sort((a, b) => a.from - b.from)
  const bindings = [...new Set(touched.map(({ binding }) => binding))]
  return bindings.flatMap((binding) =>
    touched
      .filter((access) => access.binding === binding)
      .reduce<readonly Omit<Span, 'at'>[]>((spans, next) => {
        const last = spans.at(-1)
        return last === undefined || next.from >= last.to
          ? [...spans, next]
          : [
              ...spans.slice(0, -1),
              { ...last, to: Math.max(last.to, next.to), writes: last.writes || next.writes },
            ]
      }, []),
  )
}

/** Copies the input to the output. */
const copyAll = (bytes: number): Nest => ({
  kind: 'nest',
  outer: [],
  rows: 1,
  columns: bytes / 4,
  loads: [
    {
      dtype: 'uint32',
      extent: 'full',
      place: { space: 'input', index: 0, offset: 0 },
      outerStrides: [],
      rowStride: 0,
      columnStride: 1,
    },
  ],
  steps: [],
  stores: [
    { register: 0, place: { space: 'output', offset: 0 }, outerStrides: [], rowStride: 0, columnStride: 1 },
  ],
  accumulations: [],
})

/** Instructions as work of the processor. */
export const processorWork = (
  placementOf: PlacementOf,
  instructions: readonly Instruction[],
): ProcessorWork => {
  let bytes = 0
  const spans = spansOf(accessesOfAll(placementOf, instructions)).map((span): Span => {
    const at = bytes
    bytes += span.to - span.from
    return { ...span, at }
  })
  const program = instructions.map((instruction) =>
    withPlaces(instruction, (place, dtype): Place => {
      const { binding, bytes: base } = placementOf(place)
      const byte = base + place.offset * bytesOf(dtype)
      const span = spans.find((each) => each.binding === binding && byte >= each.from && byte < each.to)
      // What touches nothing lies in no span.
      return {
        space: 'output',
        offset: span === undefined ? 0 : (span.at + byte - span.from) / bytesOf(dtype),
      }
    }),
  )
  const { run } = loadProgram(chooseExecutor(undefined), {
    reproducible: false,
    arenaBytes: 0,
    constants: new Uint8Array(0),
    inputBytes: [bytes],
    outputBytes: bytes,
    instructions: [copyAll(bytes), ...program],
  })
  return { spans, bytes, run }
}
