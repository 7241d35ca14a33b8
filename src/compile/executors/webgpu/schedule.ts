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
  readonly bindings: number
  readonly workgroupBytes: number
}

/** A dispatch, and the instructions it is of. */
export interface Scheduled {
  readonly path: string
  readonly shader: Shader
}

/** Only so many instructions are looked back at; what is further behind counts as done. */
const horizon = 64

/** Kernels of one dispatch, at most. */
const mostParts = 12

interface Batch {
  readonly level: number
  readonly parts: { readonly path: string; readonly kernel: Kernel }[]
}

/*
 * Instructions that do not wait for each other become one dispatch. Each kernel has a level: behind the last kernel of
 * every instruction in front of it that it shares memory with, where one of the two writes. Kernels of one level are
 * written into one shader, as far as the limits of the device allow:
 *
 *   0 matmul h = x·w        level 0
 *   1 nest   s = h + b      level 1, since it reads h
 *   2 nest   t = 2·u        level 0, with instruction 0
 */
export const scheduled = (works: readonly Work[], limits: ShaderLimits): readonly Scheduled[] => {
  const behind: number[] = []
  const batches: Batch[] = []
  const open = new Map<number, Batch[]>()
  const place = (level: number, path: string, kernel: Kernel): void => {
    const known = open.get(level) ?? []
    const fitting = known.find(
      ({ parts }) =>
        parts.length < mostParts &&
        canJoin([...parts.map((part) => part.kernel), kernel], limits.bindings, limits.workgroupBytes),
    )
    if (fitting !== undefined) {
      fitting.parts.push({ path, kernel })
      return
    }
    const batch: Batch = { level, parts: [{ path, kernel }] }
    batches.push(batch)
    open.set(level, [...known, batch])
  }
  let settled = 0
  works.forEach(({ path, kernels, accesses }, i) => {
    if (i >= horizon) settled = Math.max(settled, behind[i - horizon]!)
    const first = works.slice(Math.max(0, i - horizon), i).reduce((level, other, k) => {
      const end = behind[Math.max(0, i - horizon) + k]!
      return end > level && doConflict(accesses, other.accesses) ? end : level
    }, settled)
    kernels.forEach((kernel, k) => {
      place(first + k, path, kernel)
    })
    behind.push(first + kernels.length)
  })
  return batches
    .sort((a, b) => a.level - b.level)
    .map(({ parts }) => ({
      path: [...new Set(parts.map(({ path }) => path))].join(' and '),
      shader: shaderOf(parts.map(({ kernel }) => kernel)),
    }))
}
