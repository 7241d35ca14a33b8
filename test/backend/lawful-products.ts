import { nativeExecutor } from '../../src/compile/executors/native.ts'
import { productLaw } from './product-law.ts'

// Run by itself, since the tiles are chosen once for a process.
productLaw(nativeExecutor()!, 'bfloat16', 60)
console.log('lawful')
