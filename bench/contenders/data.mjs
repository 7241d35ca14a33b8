// The numbers all contenders start from, made by integer arithmetic that every language has.

/** Element i of sequence `seed`, in [-0.5, 0.5). */
const elementOf = (seed, i) => {
  let h = Math.imul(i + 1 + Math.imul(seed, 1000003), 0x9e3779b1)
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b)
  h ^= h >>> 13
  return (h >>> 0) / 2 ** 32 - 0.5
}

/** @returns {Float32Array<ArrayBuffer>} */
export const sequence = (seed, count, scale = 1) =>
  Float32Array.from({ length: count }, (_, i) => scale * elementOf(seed, i))

export const mlpSizes = [784, 512, 256, 10]
export const smallSizes = [2, 16, 16, 1]

/** Weights of each layer, `[in, out]`; the biases are zeros. */
export const weightsOf = (sizes) =>
  sizes.slice(1).map((out, l) => {
    const inputs = sizes[l]
    return { inputs, out, w: sequence(l + 1, inputs * out, 2 * Math.sqrt(6 / (inputs + out))) }
  })

export const mlpBatch = (rows) => ({
  x: sequence(100, rows * 784, 2),
  labels: Int32Array.from({ length: rows }, (_, i) => (i * 7) % 10),
})

export const smallBatch = () => {
  const x = sequence(101, 64, 2)
  return { x, y: Float32Array.from({ length: 32 }, (_, i) => x[2 * i] * x[2 * i + 1]) }
}

/** The kernels of a small residual network, by channels in and out and by taps; two strides in the middle. */
const residualKernels = [
  [3, 16, 3],
  [16, 16, 3],
  [16, 16, 3],
  [16, 32, 3],
  [32, 32, 3],
  [16, 32, 1],
  [32, 64, 3],
  [64, 64, 3],
  [32, 64, 1],
]

/** Kernels `[height, width, in, out]`, the weights behind them, and 32 images `[height, width, channels]` with labels. */
export const residualData = () => ({
  kernels: residualKernels.map(([a, b, k], i) => ({
    shape: [k, k, a, b],
    elements: sequence(301 + i, k * k * a * b, 2 * Math.sqrt(6 / (k * k * (a + b)))),
  })),
  dense: sequence(320, 640, 1),
  x: sequence(321, 32 * 32 * 32 * 3, 2),
  labels: Int32Array.from({ length: 32 }, (_, i) => i % 10),
})

export const absoluteSum = (elements) => elements.reduce((total, e) => total + Math.abs(e), 0)

/** The products, by name: sizes, and which operand is given transposed. */
export const products = {
  'gemm-64': [64, 64, 64],
  'gemm-128': [128, 128, 128],
  'gemm-256': [256, 256, 256],
  'gemm-384': [384, 384, 384],
  'gemm-512': [512, 512, 512],
  'gemm-1024': [1024, 1024, 1024],
  'gemm-4096': [4096, 4096, 4096],
  'gemm-128x784x512': [128, 784, 512],
  'gemm-784x128x512-tn': [784, 128, 512, 'tn'],
  'gemm-128x512x784-nt': [128, 512, 784, 'nt'],
}
