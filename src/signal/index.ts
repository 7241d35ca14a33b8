/**
 * Fourier transforms, and convolution through them.
 *
 * @packageDocumentation
 */
export {}
