import type { Instruction } from '../kernel-program.ts'
import { argmaxKernels, argsortKernels, cumsumKernels } from './along-axis.ts'
import { copyKernels } from './copy.ts'
import { gatherKernels, scatterKernels } from './indexing.ts'
import type { Kernel } from './kernel.ts'
import { productKernels } from './product.ts'
import { randomKernels, threefryKernels } from './random-words.ts'
import { nestKernels } from './reducing-nest.ts'
import { routineKernels } from './routines.ts'
import type { Site } from './site.ts'

type OfKind<K extends Instruction['kind']> = Extract<Instruction, { readonly kind: K }>

/** The instructions that are no others around them. */
export type PlainKind = Exclude<Instruction['kind'], 'loop' | 'while' | 'if'>

const writers: { readonly [K in PlainKind]: (site: Site, instruction: OfKind<K>) => readonly Kernel[] } = {
  nest: (site, nest) => nestKernels(site, nest, nest),
  matmul: productKernels,
  gather: gatherKernels,
  scatterAdd: scatterKernels,
  cumsum: cumsumKernels,
  argmax: argmaxKernels,
  argsort: argsortKernels,
  threefry: threefryKernels,
  randomBits: randomKernels,
  routine: routineKernels,
  copyAt: copyKernels,
}

/** The dispatches of an instruction. */
export const instructionKernels = (site: Site, instruction: OfKind<PlainKind>): readonly Kernel[] => {
  const write = writers[instruction.kind] as (site: Site, instruction: Instruction) => readonly Kernel[]
  return write(site, instruction)
}
