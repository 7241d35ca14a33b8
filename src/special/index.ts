/**
 * Special functions: the gamma family, error functions, Bessel functions, and the stable forms of logarithms.
 *
 * @packageDocumentation
 */
export {}
