/**
 * A model in use: one file with all that a prediction needs, and predictions from it.
 *
 * @packageDocumentation
 */
export {}
