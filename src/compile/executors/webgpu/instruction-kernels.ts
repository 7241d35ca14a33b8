import type { Instruction } from '../kernel-program.ts'
import type { Kernel } from './kernel.ts'
import { productKernels } from './product.ts'
import { nestKernels } from './reducing-nest.ts'
import { refuse, type Site } from './site.ts'

type OfKind<K extends Instruction['kind']> = Extract<Instruction, { readonly kind: K }>

/** The instructions that are no others around them. */
export type PlainKind = Exclude<Instruction['kind'], 'loop' | 'while' | 'if'>

const writers: { readonly [K in PlainKind]?: (site: Site, instruction: OfKind<K>) => readonly Kernel[] } = {
  nest: (site, nest) => nestKernels(site, nest, nest),
  matmul: productKernels,
}

/** The dispatches of an instruction. */
export const instructionKernels = (site: Site, instruction: OfKind<PlainKind>): readonly Kernel[] => {
  const write = writers[instruction.kind] as
    ((site: Site, instruction: Instruction) => readonly Kernel[]) | undefined
  return write === undefined ? refuse(site, `there is no WGSL of it`) : write(site, instruction)
}
