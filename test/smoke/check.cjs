// As check.mjs, by `require`.
const { backend, grad, jit, square, sum, tensor, toArray } = require('puregrad')

const shown = JSON.stringify(toArray(jit(grad((x) => sum(square(x))))(tensor([1, 2, 3]))))
if (shown !== '[2,4,6]') throw new Error(`the gradient of sum(square(x)) at [1, 2, 3] came out as ${shown}`)
console.log(`gradient ${shown} on ${backend()}`)
