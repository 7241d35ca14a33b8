/**
 * Random distributions, choices and matrices, all from explicit keys.
 *
 * @packageDocumentation
 */
export {}
