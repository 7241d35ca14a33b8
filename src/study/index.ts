/**
 * Studies over many trainings: sweeps, ensembles, several criteria, search over hyper-parameters.
 *
 * @packageDocumentation
 */
export { layerOutputs, probe, type LayerProbe, type ProbeOptions } from './probe.ts'
export { gainReport, signalReport, type GainOptions, type SignalReport } from './signal-report.ts'
