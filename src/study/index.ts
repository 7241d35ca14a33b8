/**
 * Studies over many trainings: sweeps, ensembles, several criteria, search over hyper-parameters.
 *
 * @packageDocumentation
 */
export {}
