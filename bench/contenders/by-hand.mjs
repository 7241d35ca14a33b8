// Loops in plain JavaScript over preallocated typed arrays: what a careful user writes without a library.
import { absoluteSum, products, sequence, smallBatch, smallSizes, weightsOf } from './data.mjs'
import { serve } from './serve.mjs'

const repeated = (f, check) => ({
  check: check(f()),
  run: (count) => {
    for (let i = 0; i < count; i++) f()
  },
})

const product = (m, k, n, a, aRow, aColumn, b, bRow, bColumn, c) => {
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) {
      let total = 0
      for (let l = 0; l < k; l++) total += a[i * aRow + l * aColumn] * b[l * bRow + j * bColumn]
      c[i * n + j] = total
    }
}

const small = (kind) => {
  const { x, y } = smallBatch()
  const rows = 32
  const layers = weightsOf(smallSizes).map(({ inputs, out, w }) => {
    const of = (size) => new Float32Array(size)
    return {
      inputs,
      out,
      parameters: [w, of(out)],
      gradients: [of(inputs * out), of(out)],
      moments: [of(inputs * out), of(out)],
      squares: [of(inputs * out), of(out)],
      activations: of(rows * out),
      deltas: of(rows * out),
    }
  })
  let t = 0
  const step = () => {
    let input = x
    layers.forEach(({ inputs, out, parameters: [w, b], activations }, l) => {
      const last = l === layers.length - 1
      for (let r = 0; r < rows; r++)
        for (let o = 0; o < out; o++) {
          let z = b[o]
          for (let i = 0; i < inputs; i++) z += input[r * inputs + i] * w[i * out + o]
          activations[r * out + o] = last ? z : Math.tanh(z)
        }
      input = activations
    })
    const output = layers[layers.length - 1]
    let loss = 0
    for (let r = 0; r < rows; r++) {
      const difference = output.activations[r] - y[r]
      loss += difference * difference
      output.deltas[r] = (2 * difference) / rows
    }
    for (let l = layers.length - 1; l >= 0; l--) {
      const { inputs, out, parameters, gradients, deltas } = layers[l]
      const below = l === 0 ? x : layers[l - 1].activations
      const [gw, gb] = gradients
      gw.fill(0)
      gb.fill(0)
      for (let r = 0; r < rows; r++)
        for (let o = 0; o < out; o++) {
          const d = deltas[r * out + o]
          gb[o] += d
          for (let i = 0; i < inputs; i++) gw[i * out + o] += below[r * inputs + i] * d
        }
      if (l > 0) {
        const target = layers[l - 1].deltas
        for (let r = 0; r < rows; r++)
          for (let i = 0; i < inputs; i++) {
            let d = 0
            for (let o = 0; o < out; o++) d += deltas[r * out + o] * parameters[0][i * out + o]
            const a = below[r * inputs + i]
            target[r * inputs + i] = d * (1 - a * a)
          }
      }
    }
    t += 1
    const [first, second] = [1 - 0.9 ** t, 1 - 0.999 ** t]
    layers.forEach(({ parameters, gradients, moments, squares }) => {
      for (let k = 0; k < 2; k++) {
        const [p, g, m, v] = [parameters[k], gradients[k], moments[k], squares[k]]
        if (kind === 'sgd') for (let i = 0; i < p.length; i++) p[i] -= 0.05 * g[i]
        else
          for (let i = 0; i < p.length; i++) {
            m[i] = 0.9 * m[i] + 0.1 * g[i]
            v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i]
            p[i] -= (0.001 * (m[i] / first)) / (Math.sqrt(v[i] / second) + 1e-8)
          }
      }
    })
    return loss / rows
  }
  let check = 0
  for (let i = 0; i < 6; i++) check = step()
  return {
    check,
    run: (count) => {
      for (let i = 0; i < count; i++) step()
    },
  }
}

await serve(
  {
    ...Object.fromEntries(
      Object.entries(products).map(([name, [m, k, n, transposed]]) => [
        name,
        () => {
          const [a, b, c] = [sequence(1, m * k), sequence(2, k * n), new Float32Array(m * n)]
          const [aRow, aColumn] = transposed === 'tn' ? [1, m] : [k, 1]
          const [bRow, bColumn] = transposed === 'nt' ? [1, k] : [n, 1]
          return repeated(() => {
            product(m, k, n, a, aRow, aColumn, b, bRow, bColumn, c)
            return c
          }, absoluteSum)
        },
      ]),
    ),
    'small-sgd': () => small('sgd'),
    'small-adam': () => small('adam'),
    ...Object.fromEntries(
      [10, 1000, 100_000].map((n) => [
        `rosenbrock-${n}`,
        () => {
          const [x, out] = [sequence(200, n, 2), new Float32Array(n)]
          return repeated(() => {
            out[0] = 0
            for (let i = 0; i + 1 < n; i++) {
              const [a, b] = [x[i], x[i + 1]]
              const t = b - a * a
              out[i] += -400 * a * t - 2 * (1 - a)
              out[i + 1] = 200 * t
            }
            return out
          }, absoluteSum)
        },
      ]),
    ),
    'softmax-128x1024': () => {
      const [x, y] = [sequence(201, 128 * 1024, 8), new Float32Array(128 * 1024)]
      return repeated(
        () => {
          for (let r = 0; r < 128; r++) {
            const start = r * 1024
            let most = -Infinity
            for (let c = start; c < start + 1024; c++) if (x[c] > most) most = x[c]
            let total = 0
            for (let c = start; c < start + 1024; c++) total += y[c] = Math.exp(x[c] - most)
            for (let c = start; c < start + 1024; c++) y[c] /= total
          }
          return y
        },
        (found) => found.reduce((total, e) => total + e * e, 0),
      )
    },
    'tanh-1e6': () => {
      const [x, y] = [sequence(202, 1_000_000, 8), new Float32Array(1_000_000)]
      return repeated(() => {
        for (let i = 0; i < x.length; i++) y[i] = Math.tanh(x[i])
        return y
      }, absoluteSum)
    },
    'adam-1e6': () => {
      const n = 1_000_000
      const [start, p, g] = [sequence(1, n), sequence(1, n), sequence(2, n)]
      const [m, v] = [new Float32Array(n), new Float32Array(n)]
      let t = 0
      const step = () => {
        t += 1
        const rate = 0.001 / (1 - 0.9 ** t)
        const root = 1 / Math.sqrt(1 - 0.999 ** t)
        for (let i = 0; i < n; i++) {
          m[i] = 0.9 * m[i] + 0.1 * g[i]
          v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i]
          p[i] -= (rate * m[i]) / (Math.sqrt(v[i]) * root + 1e-8)
        }
      }
      for (let i = 0; i < 5; i++) step()
      return {
        check: absoluteSum(p.map((e, i) => e - start[i])),
        run: (count) => {
          for (let i = 0; i < count; i++) step()
        },
      }
    },
  },
  `Node ${process.versions.node}`,
)
