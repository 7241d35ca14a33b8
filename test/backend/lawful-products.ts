import { nativeExecutor } from '../../src/compile/executors/native.ts'
import { allSizes, productLaw, severalBlocks } from './product-law.ts'

// Run by itself, since the tiles are chosen once for a process.
productLaw(nativeExecutor()!, 'bfloat16', 40)
const tiles = process.env['PUREGRAD_TILES']
// Products that are large enough for parts; an imitation takes its time.
const large = (sizes: readonly number[], most: number): readonly number[] =>
  sizes.filter((size) => size > 16 && size <= most)
const { rows, depths } = allSizes
const squares = (most: number, deepest: number) => {
  const sides = large(rows, most)
  return { rows: sides, columns: sides, depths: large(depths, deepest) }
}
productLaw(nativeExecutor()!, 'bfloat16', 4, severalBlocks)
if (tiles === 'imitated') productLaw(nativeExecutor()!, 'bfloat16x6', 15, squares(65, 513))
if (tiles === 'vectors') {
  productLaw(nativeExecutor()!, 'bfloat16x6', 20, squares(150, 1030))
  productLaw(nativeExecutor()!, 'bfloat16x6', 4, severalBlocks)
  // So deep that threads share what is looked at before.
  productLaw(nativeExecutor()!, 'bfloat16x6', 8, { rows: [17], columns: [17], depths: [13007] })
}
console.log('lawful')
