/*
 * A region is a program that lies in one piece among the instructions: the whole program, the body of a loop, a branch.
 * It is lowered in three steps, which three rooms do:
 *
 *   groups         `build-groups` walks the equations and puts nodes into groups
 *   works          `emit-…` says of each group which memory it reads and writes, in the order of execution
 *   places         `memory` gives every storage a part of the arena for the works from its first use to its last
 *
 * Then instructions are written out, with places. For h = x · w, y = relu(h), z = y · v with x, w, v given and z an output:
 * group 0 is the product with relu behind it, which writes y (h lies in y's memory); group 1 the second product. y lives
 * over works 0 and 1 in the arena; z has its place among the outputs already and takes none.
 */

import type { Equation, Program } from '../../core/primitive/program.ts'
import { buildGroups } from './build-groups.ts'
import { condWork } from './emit-cond.ts'
import { matmulWork } from './emit-matmul.ts'
import { nestWork } from './emit-nest.ts'
import { scanWork } from './emit-scan.ts'
import { emitRoutine, emitSingle, fillZeros, isSingle } from './emit-single.ts'
import { whileWork } from './emit-while.ts'
import type { Instruction } from '../executors/kernel-program.ts'
import { PuregradError } from '../../core/tensor/errors.ts'
import {
  ownerOf,
  storageOf,
  writtenStorage,
  type Group,
  type LeafReference,
  type Reference,
  type SingleGroup,
  type Storage,
} from './graph.ts'
import { canFail, layOver } from './in-place.ts'
import { planMemory, storageBytes, type Lifetime } from './memory.ts'
import type { Overlay, PlannedRegion, Region, RegionContext, Work } from './region-context.ts'
import { zeroOf } from './zero.ts'

const singleWork = ({ work, reads, writes }: SingleGroup, context: RegionContext): Work => {
  const plain = (emit: Work['emit']): Work => ({ reads: reads.map(writtenStorage), writes, inner: 0, emit })
  // What fails in the body of a loop fails in the loop, which is a work of its own around it.
  const fails = (equation: Equation): boolean => !context.nested && canFail(equation)
  if (work.kind === 'equation') {
    const { equation } = work
    const mayFail = fails(equation)
    if (equation.operation === 'scan')
      return { ...scanWork(equation.params, reads, writes, context), mayFail }
    if (equation.operation === 'cond')
      return { ...condWork(equation.params, reads, writes, context), mayFail }
    if (equation.operation === 'while')
      return { ...whileWork(equation.params, reads, writes, context), mayFail }
  }
  const out = writes[0]!
  const zero = context.constantReference(zeroOf(out.dtype)).root.storage
  if (work.kind === 'joined') return plain(() => [])
  if (work.kind === 'zeros') return plain(() => fillZeros(zero, out))
  const { equation } = work
  const emit = (): readonly Instruction[] => {
    const routine = emitRoutine(equation, { reads, out })
    if (routine !== undefined) return routine
    if (!isSingle(equation))
      throw new PuregradError(`unreachable: ${equation.operation} has no instruction of its own`)
    return emitSingle(equation, { reads, out, zero })
  }
  return { ...plain(emit), mayFail: fails(equation) }
}

const workOf = (group: Group, context: RegionContext): Work => {
  switch (group.kind) {
    case 'matmul':
      return matmulWork(group, context)
    case 'nest':
      return nestWork(group)
    case 'single':
      return singleWork(group, context)
  }
}

/** What another group reads has to be stored by its own. */
const storeWhatIsRead = (groups: readonly Group[]): void => {
  for (let i = 0; i < groups.length; i++) {
    const group = groups[i]!
    if (group.kind === 'single') continue
    const { nodes } = group
    for (let k = 0; k < nodes.length; k++) {
      const { operands } = nodes[k]!
      for (let j = 0; j < operands.length; j++) {
        const { root } = operands[j]!
        if (root.kind === 'node' && root.group !== group) storageOf(root)
      }
    }
  }
}

/** From when to when each storage is in use that has no place yet and gets none from elsewhere, by the works' positions. */
const lifetimes = (
  works: readonly Work[],
  placed: ReadonlySet<Storage>,
  readAfterwards: readonly Storage[],
): ReadonlyMap<Storage, Lifetime> => {
  const lives = new Map<Storage, { readonly bytes: number; readonly first: number; last: number }>()
  /** In the order of time. */
  const touch = (parts: readonly Storage[], at: number): void => {
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i]!
      const storage = part.within === undefined ? part : ownerOf(part)
      if (storage.place !== undefined || placed.has(storage)) continue
      const known = lives.get(storage)
      if (known === undefined) lives.set(storage, { bytes: storageBytes(storage), first: at, last: at })
      else known.last = at
    }
  }
  for (let at = 0; at < works.length; at++) {
    touch(works[at]!.reads, at)
    touch(works[at]!.writes, at)
  }
  touch(readAfterwards, works.length)
  return lives
}

/** Offsets in the arena for storages, and for the memory that programs inside an instruction need. */
const planRegion = (
  works: readonly Work[],
  lives: ReadonlyMap<Storage, Lifetime>,
  apartUpTo: number,
  overlays: readonly Overlay[],
): PlannedRegion => {
  const storages = [...lives.keys()]
  const { offsets, bytes } = planMemory(
    [...lives.values(), ...works.map(({ inner }, at) => ({ bytes: inner, first: at, last: at }))],
    apartUpTo,
  )
  return {
    bytes,
    overlays,
    emit: (base) => {
      storages.forEach((storage, i) => {
        storage.place = { space: 'arena', byteOffset: base + offsets[i]! }
      })
      overlays.forEach(({ from, to }) => {
        // Those of the whole program have places among the results.
        to.place ??= from.place!
      })
      return works.flatMap((work, at) => work.emit(base + offsets[storages.length + at]!))
    },
  }
}

/** Lowers a program over given inputs, except for places. */
export const lowerRegion = (
  program: Program,
  inputs: readonly LeafReference[],
  context: RegionContext,
): Region => {
  const { schedule, outputs } = buildGroups(program, inputs, context)
  const given = new Set(inputs.map(({ root }) => ownerOf(root.storage)))
  return {
    outputs,
    plan: (wished = []) => {
      const { groups } = schedule
      storeWhatIsRead(groups)
      const { works, overlays } = layOver(
        groups
          .filter((group) => group.kind === 'single' || group.nodes.length > 0)
          .map((group) => workOf(group, context)),
        wished,
      )
      const apart = works.map((work) => work.apartFrom?.(overlays) ?? work)
      const readAfterwards = context.nested ? outputs.map((output: Reference) => writtenStorage(output)) : []
      const placed = new Set([...given, ...overlays.map(({ to }) => to)])
      return planRegion(apart, lifetimes(apart, placed, readAfterwards), context.apartUpTo, overlays)
    },
  }
}
