import { bytesOf } from '../../../core/tensor/dtype.ts'
import type { Instruction, KernelProgram, Place } from '../kernel-program.ts'
import type { Placement, PlacementOf } from './binder.ts'
import { instructionKernels } from './instruction-kernels.ts'
import type { Kernel } from './kernel.ts'

/** What a run does, in order. */
export type Action =
  | { readonly kind: 'dispatch'; readonly path: string; readonly kernel: Kernel }
  | { readonly kind: 'loop'; readonly count: number; readonly body: readonly Action[] }
  | {
      readonly kind: 'while'
      readonly atMost: number | null
      readonly condition: readonly Action[]
      readonly predicate: Placement
      readonly body: readonly Action[]
    }
  | {
      readonly kind: 'if'
      readonly predicate: Placement
      readonly onTrue: readonly Action[]
      readonly onFalse: readonly Action[]
    }

/** A program as dispatches, and the memory they need. */
export interface Plan {
  readonly actions: readonly Action[]
  /** Constants, the arena, inputs that are brought there, and what instructions use for themselves. */
  readonly memoryBytes: number
  /** Inputs that are copied into memory before anything else, and where to. */
  readonly brought: readonly { readonly input: number; readonly bytes: number; readonly at: number }[]
}

/** Places are bound where they begin at a multiple of this. */
export const alignment = 256

export const aligned = (bytes: number): number => Math.ceil(bytes / alignment) * alignment

interface Drafting {
  readonly placementOf: PlacementOf
  readonly scratch: number
  readonly useScratch: (bytes: number) => void
}

const actionsOf = (
  drafting: Drafting,
  instructions: readonly Instruction[],
  path: string,
): readonly Action[] =>
  instructions.flatMap((instruction, i): readonly Action[] => {
    const own = `${path} ${String(i)}`
    const inside = (list: readonly Instruction[], name: string): readonly Action[] =>
      actionsOf(drafting, list, `${own} ${name}`)
    const predicateAt = (place: Place): Placement => {
      const { binding, bytes } = drafting.placementOf(place)
      return { binding, bytes: bytes + place.offset * bytesOf('bool') }
    }
    switch (instruction.kind) {
      case 'loop':
        return [{ kind: 'loop', count: instruction.count, body: inside(instruction.body, 'body') }]
      case 'while':
        return [
          {
            kind: 'while',
            atMost: instruction.atMost,
            condition: inside(instruction.condition, 'condition'),
            predicate: predicateAt(instruction.predicate),
            body: inside(instruction.body, 'body'),
          },
        ]
      case 'if':
        return [
          {
            kind: 'if',
            predicate: predicateAt(instruction.predicate),
            onTrue: inside(instruction.onTrue, 'true'),
            onFalse: inside(instruction.onFalse, 'false'),
          },
        ]
      default:
        return instructionKernels({ ...drafting, path: own, kind: instruction.kind }, instruction).map(
          (kernel) => ({ kind: 'dispatch', path: `${own} (${instruction.kind})`, kernel }),
        )
    }
  })

/** The inputs to bring into memory, the shortest first, so that a kernel binds no more than it may. */
const tooMany = (
  { bindings }: Kernel,
  inputBytes: readonly number[],
  mostBindings: number,
): readonly number[] => {
  const inputs = bindings
    .filter((binding) => typeof binding === 'number')
    .sort((a, b) => inputBytes[a]! - inputBytes[b]!)
  // Memory is bound where it was not yet.
  const excess = bindings.length + (bindings.includes('memory') ? 0 : 1) - mostBindings
  return bindings.length <= mostBindings ? [] : inputs.slice(0, excess)
}

const planWith = (program: KernelProgram, brought: readonly number[]): Plan => {
  const arena = aligned(program.constants.length)
  const places = new Map<number, number>()
  let next = arena + aligned(program.arenaBytes)
  for (const input of brought) {
    places.set(input, next)
    next += aligned(program.inputBytes[input]!)
  }
  let used = 0
  const placementOf: PlacementOf = (place) => {
    switch (place.space) {
      case 'output':
        return { binding: 'output', bytes: 0 }
      case 'constant':
        return { binding: 'memory', bytes: 0 }
      case 'arena':
        return { binding: 'memory', bytes: arena }
      case 'input': {
        const at = places.get(place.index)
        return at === undefined ? { binding: place.index, bytes: 0 } : { binding: 'memory', bytes: at }
      }
    }
  }
  const actions = actionsOf(
    {
      placementOf,
      scratch: next - arena,
      useScratch: (bytes) => {
        used = Math.max(used, bytes)
      },
    },
    program.instructions,
    'instruction',
  )
  return {
    actions,
    memoryBytes: next + aligned(used),
    brought: brought.map((input) => ({
      input,
      bytes: program.inputBytes[input]!,
      at: places.get(input)!,
    })),
  }
}

/** A program as dispatches, none of which binds more buffers than a device allows. */
export const planOf = (
  program: KernelProgram,
  mostBindings: number,
  brought: readonly number[] = [],
): Plan => {
  const plan = planWith(program, brought)
  const more = [
    ...new Set(
      dispatchesIn(plan.actions).flatMap(({ kernel }) => tooMany(kernel, program.inputBytes, mostBindings)),
    ),
  ]
  return more.length === 0 ? plan : planOf(program, mostBindings, [...brought, ...more])
}

/** Dispatches of a run that goes every way once, loops in full. */
export const dispatchesOf = (actions: readonly Action[]): number =>
  actions.reduce((sum, action) => {
    switch (action.kind) {
      case 'dispatch':
        return sum + 1
      case 'loop':
        return sum + action.count * dispatchesOf(action.body)
      case 'while':
        return sum + dispatchesOf(action.condition) + dispatchesOf(action.body)
      case 'if':
        return sum + Math.max(dispatchesOf(action.onTrue), dispatchesOf(action.onFalse))
    }
  }, 0)

/** Every dispatch there is, once. */
export const dispatchesIn = (
  actions: readonly Action[],
): readonly Extract<Action, { readonly kind: 'dispatch' }>[] =>
  actions.flatMap((action) =>
    action.kind === 'dispatch'
      ? [action]
      : action.kind === 'loop'
        ? dispatchesIn(action.body)
        : action.kind === 'while'
          ? dispatchesIn([...action.condition, ...action.body])
          : dispatchesIn([...action.onTrue, ...action.onFalse]),
  )

/** The most turns of a loop, of those that there are. */
export const deepestCount = (actions: readonly Action[]): number =>
  Math.max(
    0,
    ...actions.map((action) => {
      switch (action.kind) {
        case 'dispatch':
          return 0
        case 'loop':
          return Math.max(action.count, deepestCount(action.body))
        case 'while':
          return deepestCount([...action.condition, ...action.body])
        case 'if':
          return deepestCount([...action.onTrue, ...action.onFalse])
      }
    }),
  )
