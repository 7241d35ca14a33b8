import { nativeExecutor } from '../../src/compile/executors/native.ts'
import { allSizes, productLaw } from './product-law.ts'

// Run by itself, since the tiles are chosen once for a process.
productLaw(nativeExecutor()!, 'bfloat16', 60)
if (process.env['PUREGRAD_TILES'] !== undefined) {
  // Products that are large enough for parts; and some so deep that threads share what is looked at before.
  const large = (sizes: readonly number[]): readonly number[] => sizes.filter((size) => size > 16)
  const { across, depths } = allSizes
  productLaw(nativeExecutor()!, 'bfloat16x6', 60, { across: large(across), depths: large(depths) })
  productLaw(nativeExecutor()!, 'bfloat16x6', 8, { across: [17], depths: [13007] })
}
console.log('lawful')
