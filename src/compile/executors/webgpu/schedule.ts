import { doConflict, type Access } from './accesses.ts'
import type { Kernel } from './kernel.ts'
import { canJoin, shaderOf, type Shader } from './shader.ts'

/** The kernels of an instruction, one after the other, and what they touch. */
export interface Work {
  readonly path: string
  readonly kernels: readonly Kernel[]
  readonly accesses: readonly Access[]
}

/** What a device allows a shader. */
export interface ShaderLimits {
  readonly hasSubgroups: boolean
  readonly bindings: number
  readonly workgroupBytes: number
}

/** A dispatch, and the instructions it is of. */
export interface Scheduled {
  readonly path: string
  readonly shader: Shader
  readonly kernels: readonly Kernel[]
}

/** Only so many instructions are looked back at; what is further behind counts as done. */
const horizon = 64

/** Kernels of one dispatch, at most. */
const mostParts = 12

/** From which level to which a kernel can be run. */
interface Part {
  readonly path: string
  readonly kernel: Kernel
  readonly earliest: number
  readonly latest: number
}

/**
 * The kernels with their levels. A later one is open to the only kernel of an instruction that nothing waits for so
 * soon.
 */
const partsOf = (works: readonly Work[]): readonly Part[] => {
  const firsts: number[] = []
  const behind: number[] = []
  const latest = works.map(() => Infinity)
  let settled = 0
  works.forEach(({ kernels, accesses }, i) => {
    const begin = Math.max(0, i - horizon)
    if (i > begin && i >= horizon) {
      settled = Math.max(settled, behind[begin]!)
      latest[begin] = Math.min(latest[begin]!, settled - 1)
    }
    const before = [...works.keys()].slice(begin, i).filter((j) => doConflict(accesses, works[j]!.accesses))
    const first = before.reduce((level, j) => Math.max(level, behind[j]!), settled)
    before.forEach((j) => {
      latest[j] = Math.min(latest[j]!, first - 1)
    })
    firsts.push(first)
    behind.push(first + kernels.length)
  })
  const last = Math.max(0, ...behind) - 1
  return works.flatMap(({ path, kernels }, i) =>
    kernels.map((kernel, k) => {
      const earliest = firsts[i]! + k
      return { path, kernel, earliest, latest: kernels.length === 1 ? Math.min(latest[i]!, last) : earliest }
    }),
  )
}

/*
 * Instructions that do not wait for each other become one dispatch. Each kernel has a level: behind the last kernel of
 * every instruction in front of it that it shares memory with, where one of the two writes. Kernels of one level are
 * written into one shader, as far as the limits of the device allow:
 *
 *   0 matmul h = x·w        level 0
 *   1 nest   s = h + b      level 1, since it reads h
 *   2 nest   t = 2·u        level 0, with instruction 0, or 1, with instruction 1: nothing waits for it
 */
export const scheduled = (works: readonly Work[], limits: ShaderLimits): readonly Scheduled[] => {
  const levels: Part[][][] = []
  const batchesAt = (level: number): Part[][] => (levels[level] ??= [])
  const parts = partsOf(works)
  const isFree = ({ earliest, latest }: Part): boolean => latest > earliest
  for (const part of [...parts.filter((each) => !isFree(each)), ...parts.filter(isFree)]) {
    const { earliest, latest, kernel } = part
    const open = levels.slice(earliest, latest + 1).flat()
    const fitting = open.find(
      (batch) =>
        batch.length < mostParts &&
        canJoin([...batch.map((each) => each.kernel), kernel], limits.bindings, limits.workgroupBytes),
    )
    if (fitting === undefined) batchesAt(latest).push([part])
    else fitting.push(part)
  }
  // Levels without batches are holes, which flatMap skips.
  return levels.flatMap((batches) =>
    batches.map((batch) => ({
      path: [...new Set(batch.map(({ path }) => path))].join(' and '),
      shader: shaderOf(batch.map(({ kernel }) => kernel)),
      kernels: batch.map(({ kernel }) => kernel),
    })),
  )
}
