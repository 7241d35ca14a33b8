export { integer, logUniform, oneOf, struct, uniform } from './space.ts'
export { logInteger, uniformStep } from './stepped-spaces.ts'
export { variant } from './variant-space.ts'
