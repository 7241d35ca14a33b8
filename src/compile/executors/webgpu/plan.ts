import { bytesOf } from '../../../core/tensor/dtype.ts'
import type { Instruction, KernelProgram, Place } from '../kernel-program.ts'
import type { Placement, PlacementOf } from './binder.ts'
import { instructionKernels } from './instruction-kernels.ts'
import { accessesOf } from './accesses.ts'
import { scheduled, type ShaderLimits, type Work } from './schedule.ts'
import type { Shader } from './shader.ts'

/** What a run does, in order. */
export type Action =
  | { readonly kind: 'dispatch'; readonly path: string; readonly shader: Shader }
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
  readonly limits: ShaderLimits
  /** Memory that an instruction can use for itself: where it begins. */
  readonly takeScratch: (bytes: number) => void
  readonly scratch: () => number
}

type Plain = Exclude<Instruction, { readonly kind: 'loop' | 'while' | 'if' }>

const isPlain = (instruction: Instruction): instruction is Plain =>
  !['loop', 'while', 'if'].includes(instruction.kind)

/** The kernels of an instruction. What it uses for itself is memory that it writes. */
const workOf = (drafting: Drafting, instruction: Plain, path: string): Work => {
  const { placementOf } = drafting
  const scratch = drafting.scratch()
  let used = 0
  const kernels = instructionKernels(
    {
      placementOf,
      path,
      kind: instruction.kind,
      scratch,
      useScratch: (bytes) => {
        used = Math.max(used, aligned(bytes))
      },
    },
    instruction,
  )
  drafting.takeScratch(used)
  const { binding, bytes } = placementOf({ space: 'arena', offset: 0 })
  const own = { binding, from: bytes + scratch, to: bytes + scratch + used, writes: true }
  return {
    path: `${path} (${instruction.kind})`,
    kernels,
    accesses: [...accessesOf(placementOf, instruction), ...(used > 0 ? [own] : [])],
  }
}

const actionOf = (drafting: Drafting, instruction: Exclude<Instruction, Plain>, path: string): Action => {
  const inside = (list: readonly Instruction[], name: string): readonly Action[] =>
    actionsOf(drafting, list, `${path} ${name}`)
  const predicateAt = (place: Place): Placement => {
    const { binding, bytes } = drafting.placementOf(place)
    return { binding, bytes: bytes + place.offset * bytesOf('bool') }
  }
  switch (instruction.kind) {
    case 'loop':
      return { kind: 'loop', count: instruction.count, body: inside(instruction.body, 'body') }
    case 'while':
      return {
        kind: 'while',
        atMost: instruction.atMost,
        condition: inside(instruction.condition, 'condition'),
        predicate: predicateAt(instruction.predicate),
        body: inside(instruction.body, 'body'),
      }
    case 'if':
      return {
        kind: 'if',
        predicate: predicateAt(instruction.predicate),
        onTrue: inside(instruction.onTrue, 'true'),
        onFalse: inside(instruction.onFalse, 'false'),
      }
  }
}

/** Instructions up to the next loop or condition are scheduled together. */
const actionsOf = (
  drafting: Drafting,
  instructions: readonly Instruction[],
  path: string,
): readonly Action[] => {
  const actions: Action[] = []
  const works: Work[] = []
  const finish = (): void => {
    for (const each of scheduled(works.splice(0), drafting.limits))
      actions.push({ kind: 'dispatch', ...each })
  }
  instructions.forEach((instruction, i) => {
    const own = `${path} ${String(i)}`
    if (isPlain(instruction)) {
      works.push(workOf(drafting, instruction, own))
      return
    }
    finish()
    actions.push(actionOf(drafting, instruction, own))
  })
  finish()
  return actions
}

/** The inputs to bring into memory, the shortest first, so that a kernel binds no more than it may. */
const tooMany = (
  { bindings }: Shader,
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

/** So much memory is used anew before it is used again. */
const scratchWindow = 2 ** 26

const planWith = (program: KernelProgram, limits: ShaderLimits, brought: readonly number[]): Plan => {
  const arena = aligned(program.constants.length)
  const places = new Map<number, number>()
  let next = arena + aligned(program.arenaBytes)
  for (const input of brought) {
    places.set(input, next)
    next += aligned(program.inputBytes[input]!)
  }
  const begin = next - arena
  let scratch = begin
  let end = begin
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
      limits,
      scratch: () => scratch,
      takeScratch: (bytes) => {
        end = Math.max(end, scratch + bytes)
        scratch = scratch + bytes > begin + scratchWindow ? begin : scratch + bytes
      },
    },
    program.instructions,
    'instruction',
  )
  return {
    actions,
    memoryBytes: arena + end,
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
  limits: ShaderLimits,
  brought: readonly number[] = [],
): Plan => {
  const plan = planWith(program, limits, brought)
  const more = [
    ...new Set(
      dispatchesIn(plan.actions).flatMap(({ shader }) =>
        tooMany(shader, program.inputBytes, limits.bindings),
      ),
    ),
  ]
  return more.length === 0 ? plan : planOf(program, limits, [...brought, ...more])
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
