import { nativeExecutor } from '../../src/compile/executors/native.ts'
import { allSizes, productLaw } from './product-law.ts'

// Run by itself, since the tiles are chosen once for a process.
productLaw(nativeExecutor()!, 'bfloat16', 60)
// Products that are large enough for parts; and some so deep that threads share what is looked at before.
productLaw(nativeExecutor()!, 'bfloat16x6', 60, {
  across: allSizes.across.filter((size) => size > 16),
  depths: allSizes.depths.filter((size) => size > 16),
})
productLaw(nativeExecutor()!, 'bfloat16x6', 8, { across: [17], depths: [13007] })
console.log('lawful')
