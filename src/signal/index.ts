/**
 * Fourier transforms, and convolution through them.
 *
 * @packageDocumentation
 */
export { complexProduct, type Complex } from './complex.ts'
export type { FftNorm, FftOptions } from './fft-options.ts'
export { fft, fft2, ifft, ifft2 } from './fft.ts'
export { irfft, rfft } from './real-fft.ts'
export { convolve, correlate, type ConvolutionMode, type ConvolveOptions } from './convolve.ts'
export {
  fftFrequencies,
  fftShift,
  ifftShift,
  rfftFrequencies,
  type FrequencyOptions,
  type ShiftOptions,
} from './frequencies.ts'
