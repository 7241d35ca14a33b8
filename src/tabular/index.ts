/**
 * From a table to a model: recipes that prepare, train and judge.
 *
 * @packageDocumentation
 */
export {}
