import { nativeExecutor } from '../../src/compile/executors/native.ts'
import { allSizes, productLaw } from './product-law.ts'

// Run by itself, since the tiles are chosen once for a process.
productLaw(nativeExecutor()!, 'bfloat16', 60)
const tiles = process.env['PUREGRAD_TILES']
// Products that are large enough for parts; an imitation takes its time.
const large = (sizes: readonly number[], most: number): readonly number[] =>
  sizes.filter((size) => size > 16 && size <= most)
const { across, depths } = allSizes
if (tiles === 'imitated')
  productLaw(nativeExecutor()!, 'bfloat16x6', 30, { across: large(across, 65), depths: large(depths, 513) })
if (tiles === 'vectors') {
  productLaw(nativeExecutor()!, 'bfloat16x6', 40, { across: large(across, 150), depths: large(depths, 1030) })
  // So deep that threads share what is looked at before.
  productLaw(nativeExecutor()!, 'bfloat16x6', 16, { across: [17], depths: [13007] })
}
console.log('lawful')
