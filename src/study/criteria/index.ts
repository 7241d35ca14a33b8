export { dominates, paretoRanks, type Direction } from './dominance.ts'
export { frontMonoid, frontOf, knee, type Front, type FrontPoint } from './front.ts'
export { hypervolume, hypervolumeContributions } from './hypervolume.ts'
