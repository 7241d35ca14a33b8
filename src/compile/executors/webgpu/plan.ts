import { bytesOf } from '../../../core/tensor/dtype.ts'
import type { Instruction, KernelProgram, Place } from '../kernel-program.ts'
import type { Placement, PlacementOf } from './binder.ts'
import { instructionKernels } from './instruction-kernels.ts'
import { accessesOf } from './accesses.ts'
import { processorWork, type ProcessorWork } from './processor-work.ts'
import { WithoutShader } from './site.ts'
import { scheduled, type ShaderLimits, type Work } from './schedule.ts'
import type { Kernel } from './kernel.ts'
import { canJoin, loopShaderOf, turnsTogether, type Shader } from './shader.ts'

/** What a run does, in order. */
export type Action =
  | {
      readonly kind: 'dispatch'
      readonly path: string
      readonly shader: Shader
      /** What the shader is of. */
      readonly kernels: readonly Kernel[]
    }
  | { readonly kind: 'processor'; readonly what: readonly string[]; readonly work: ProcessorWork }
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
  /** How often the loops around an instruction run, outermost first. */
  readonly loops: readonly number[]
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
      hasSubgroups: drafting.limits.hasSubgroups,
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
    accesses: [...accessesOf(placementOf, instruction, drafting.loops), ...(used > 0 ? [own] : [])],
  }
}

/** The kernels of an instruction, or why there is no WGSL for it. */
const attempted = (drafting: Drafting, instruction: Plain, path: string): Work | WithoutShader => {
  try {
    return workOf(drafting, instruction, path)
  } catch (error) {
    if (error instanceof WithoutShader) return error
    throw error
  }
}

/** What the processor does in actions, in words. */
export const processorsPart = (actions: readonly Action[]): readonly string[] =>
  actions.flatMap((action) => {
    switch (action.kind) {
      case 'dispatch':
        return []
      case 'processor':
        return action.what
      case 'loop':
        return processorsPart(action.body)
      case 'while':
        return processorsPart([...action.condition, ...action.body])
      case 'if':
        return processorsPart([...action.onTrue, ...action.onFalse])
    }
  })

type Around = Exclude<Instruction, Plain>

/** So many workgroups of a body are run by one, one after another. */
const mostInTurn = 4

/** A loop whose body is so little work that one workgroup makes all turns; undefined where it is more, or another counter counts. */
const inOneWorkgroup = (
  { limits, loops }: Drafting,
  body: readonly Action[],
  count: number,
  path: string,
): Action | undefined => {
  const depth = loops.length
  const dispatches = body.flatMap((action) => (action.kind === 'dispatch' ? [action] : []))
  const kernels = dispatches.flatMap((action) => action.kernels)
  const workgroups = kernels.reduce((sum, kernel) => sum + kernel.workgroups, 0)
  const isSmall =
    count > 1 &&
    kernels.length > 0 &&
    dispatches.length === body.length &&
    workgroups <= mostInTurn &&
    kernels.every((kernel) => kernel.depth === undefined || kernel.depth === depth) &&
    canJoin(kernels, limits.bindings, limits.workgroupBytes)
  if (!isSmall) return undefined
  const batches = dispatches.map((action) => action.kernels)
  const shader = loopShaderOf(batches, count, depth)
  return {
    kind: 'loop',
    count: Math.ceil(count / turnsTogether),
    body: [{ kind: 'dispatch', path, shader, kernels }],
  }
}

const actionOf = (drafting: Drafting, instruction: Around, path: string): Action => {
  const inside = (list: readonly Instruction[], name: string): readonly Action[] =>
    actionsOf(drafting, list, `${path} ${name}`)
  const predicateAt = (place: Place): Placement => {
    const { binding, bytes } = drafting.placementOf(place)
    return { binding, bytes: bytes + place.offset * bytesOf('bool') }
  }
  switch (instruction.kind) {
    case 'loop': {
      const { count } = instruction
      const within = { ...drafting, loops: [...drafting.loops, count] }
      const body = actionsOf(within, instruction.body, `${path} body`)
      const what = processorsPart(body)
      // A loop that would wait in every turn runs there as a whole.
      return what.length === 0
        ? (inOneWorkgroup(drafting, body, count, path) ?? { kind: 'loop', count, body })
        : { kind: 'processor', what, work: processorWork(drafting.placementOf, [instruction]) }
    }
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

/**
 * Instructions up to the next loop or condition are scheduled together; those without a shader that follow each other are
 * one round trip.
 */
const actionsOf = (
  drafting: Drafting,
  instructions: readonly Instruction[],
  path: string,
): readonly Action[] => {
  const actions: Action[] = []
  const works: Work[] = []
  const waiting: { readonly instruction: Instruction; readonly why: string }[] = []
  const finishShaders = (): void => {
    for (const each of scheduled(works.splice(0), drafting.limits))
      actions.push({ kind: 'dispatch', ...each })
  }
  const finishProcessor = (): void => {
    const part = waiting.splice(0)
    if (part.length === 0) return
    const all = part.map(({ instruction }) => instruction)
    actions.push({
      kind: 'processor',
      what: part.map(({ why }) => why),
      work: processorWork(drafting.placementOf, all),
    })
  }
  instructions.forEach((instruction, i) => {
    const own = `${path} ${String(i)}`
    if (!isPlain(instruction)) {
      finishShaders()
      finishProcessor()
      actions.push(actionOf(drafting, instruction, own))
      return
    }
    const work = attempted(drafting, instruction, own)
    if (work instanceof WithoutShader) {
      finishShaders()
      waiting.push({ instruction, why: work.message })
    } else {
      finishProcessor()
      works.push(work)
    }
  })
  finishShaders()
  finishProcessor()
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
      loops: [],
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
      case 'processor':
        return sum
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
  actions.flatMap((action) => {
    switch (action.kind) {
      case 'dispatch':
        return [action]
      case 'processor':
        return []
      case 'loop':
        return dispatchesIn(action.body)
      case 'while':
        return dispatchesIn([...action.condition, ...action.body])
      case 'if':
        return dispatchesIn([...action.onTrue, ...action.onFalse])
    }
  })

/** The most turns of a loop, of those that there are. */
export const deepestCount = (actions: readonly Action[]): number =>
  Math.max(
    0,
    ...actions.map((action) => {
      switch (action.kind) {
        case 'dispatch':
        case 'processor':
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
