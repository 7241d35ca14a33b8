/**
 * Studies over many trainings: sweeps, ensembles, several criteria, search over hyper-parameters.
 *
 * @packageDocumentation
 */
export { contourGrid, type ContourGrid, type ContourGridOptions } from './contour-grid.ts'
export { multiStart, type Basin, type EndPoint } from './multi-start.ts'
export { layerOutputs, probe, type LayerProbe, type ProbeOptions } from './probe.ts'
export { rateBound, type RateBound, type RateBoundOptions } from './rate-bound.ts'
export { gainReport, signalReport, type GainOptions, type SignalReport } from './signal-report.ts'
export { sweep, type Sweep, type SweepPoint } from './sweep.ts'
export { trajectory, type TrajectoryOptions, type Waypoint } from './trajectory.ts'
