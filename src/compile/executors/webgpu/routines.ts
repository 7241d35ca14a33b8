import { attentionCotangentKernels, attentionKernels, attentionTangentKernels } from './attention.ts'
import type { Instruction } from '../kernel-program.ts'
import { eighKernels } from './eigh.ts'
import { choleskyKernels, luFactorKernels } from './factorizations.ts'
import { fftKernels } from './fourier.ts'
import type { Kernel } from './kernel.ts'
import { refuse, requireDType, type Site } from './site.ts'
import { qrKernels } from './orthogonal.ts'
import { svdKernels } from './svd.ts'
import { solveKernels, triangularSolveKernels } from './substitution.ts'
import { convolutionKernels, windowArgmaxKernels, windowPutKernels, windowTakeKernels } from './windows.ts'

type Routine = Extract<Instruction, { readonly kind: 'routine' }>

const writers: ReadonlyMap<string, (site: Site, routine: Routine) => readonly Kernel[]> = new Map([
  ['convolution', convolutionKernels],
  ['correlation', convolutionKernels],
  ['windowArgmax', windowArgmaxKernels],
  ['windowTake', windowTakeKernels],
  ['windowPut', windowPutKernels],
  ['attention', attentionKernels],
  ['attentionTangent', attentionTangentKernels],
  ['attentionCotangent', attentionCotangentKernels],
  ['cholesky', choleskyKernels],
  ['luFactor', luFactorKernels],
  ['triangularSolve', triangularSolveKernels],
  ['solve', solveKernels],
  ['fft', fftKernels],
  ['qr', qrKernels],
  ['eigh', eighKernels],
  ['svd', svdKernels],
])

/** The dispatches of a routine, of those that there is WGSL of. */
export const routineKernels = (site: Site, routine: Routine): readonly Kernel[] => {
  requireDType(site, routine.dtype)
  const write = writers.get(routine.name)
  return write === undefined ? refuse(site, `the routine ${routine.name} has no WGSL`) : write(site, routine)
}
