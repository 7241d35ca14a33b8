// Runs against the packed package, never against src: by plain Node as it is, and bundled for browsers.
import { backend, grad, jit, square, sum, tensor, toArray } from 'puregrad'

const gradient = toArray(jit(grad((x) => sum(square(x))))(tensor([1, 2, 3])))
const shown = JSON.stringify(gradient)
if (shown !== '[2,4,6]') throw new Error(`the gradient of sum(square(x)) at [1, 2, 3] came out as ${shown}`)
console.log(`gradient ${shown} on ${backend()}`)
