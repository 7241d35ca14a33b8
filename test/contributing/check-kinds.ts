// Run in a copy of the sources to which primitives of several kinds have been added: throws where one of them fails.
import assert from 'node:assert/strict'
import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import * as puregrad from '../../src/index.ts'
import {
  add,
  cast,
  cond,
  decodeProgram,
  encodeProgram,
  grad,
  jit,
  jitAsync,
  jvp,
  less,
  mul,
  scan,
  stage,
  sum,
  tensor,
  toTypedArray,
  vmap,
  where,
  type BackendName,
  type DType,
  type Tensor,
} from '../../src/index.ts'
import { printSource, runSource, sourceInputs, sources } from '../../src/testing/index.ts'

type F = (...xs: Tensor[]) => Tensor
type Results = Tensor | readonly Results[]
type Work = (...xs: Tensor[]) => Results

const added = puregrad as unknown as Readonly<Record<string, F>>
const { arctan2, radius, isNegative, bitAnd, cube, lerp } = added as Record<string, F>
const scaleBits = (x: Tensor, by: number): Tensor =>
  (added['scaleBits'] as unknown as (x: Tensor, by: number) => Tensor)(x, by)

const leaves = (results: Results): readonly Tensor[] =>
  Array.isArray(results) ? (results as readonly Results[]).flatMap(leaves) : [results as Tensor]

/** Dtypes, shapes and bits of all results. */
const bits = (results: Results): string =>
  leaves(results)
    .map((x) => {
      const data = toTypedArray(x)
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      return `${x.dtype}[${x.shape.join()}] ${[...bytes].join()}`
    })
    .join('\n')

const backends: readonly BackendName[] = ['native', 'wasm', 'typescript']

const sameEverywhere = async (what: string, work: Work, args: readonly Tensor[]): Promise<void> => {
  const expected = bits(work(...args))
  for (const backend of backends)
    for (const reproducible of [false, true]) {
      const options = { backend, reproducible }
      const where = `${what} on ${backend}${reproducible ? ', reproducible' : ''}`
      assert.equal(bits(jit<Tensor[], Results>(work, options)(...args)), expected, where)
      // A copy, since what is given up is gone.
      const copies = args.map((x) => tensor(toTypedArray(x).slice() as never, { dtype: x.dtype }))
      const donating = jit<Tensor[], Results>(work, { ...options, donate: [0] })
      if (args.every(({ shape }) => shape.length === 1))
        assert.equal(bits(donating(...copies)), expected, `${where}, donated`)
    }
  assert.equal(bits(await jitAsync<Tensor[], Results>(work)(...args)), expected, `${what}, async`)
}

const floats = (dtype: DType): readonly Tensor[] =>
  [
    [0.5, -1.25, 3, -0.75],
    [1, 2.5, -0.5, -4],
    [0.25, 0.5, 1, -2],
  ].map((x) => tensor(x, { dtype }))

/** Functions of two floats, exact to the bit on every engine where products of small dyadic numbers are. */
const ofTwo = (t: Tensor): Readonly<Record<string, F>> => ({
  arctan2: (a, b) => arctan2!(a, b),
  isNegative: (a, b) => where(isNegative!(a), b, a) as Tensor,
  cube: (a, b) => add(cube!(a), b) as Tensor,
  lerp: (a, b) => lerp!(a, b, a),
  scaleBits: (a, b) => add(scaleBits(a, 3), b) as Tensor,
  radius: (a, b) => radius!(scaleBits(a, 2), mul(b, t) as Tensor),
})

for (const dtype of ['float32', 'float64'] as const) {
  const [x, y, t] = floats(dtype) as readonly [Tensor, Tensor, Tensor]
  for (const [name, f] of Object.entries(ofTwo(tensor(1, { dtype })))) {
    const run = (kind: string, work: Work, ...args: Tensor[]) =>
      sameEverywhere(`${name} of ${dtype}, ${kind}`, work, args)
    const step = (carry: Tensor, row: Tensor): [Tensor, Tensor] => {
      const next = f(carry, row)
      return [next, less(next, row) as Tensor]
    }
    await run('alone', f, x, y)
    await run('among others', (a, b) => where(less(f(mul(a, 2), b), a), f(b, a), t) as Tensor, x, y)
    await run('cond', (a, b) => cond(less(sum(a), 9), f, (p: Tensor) => p, a, b), x, y)
    await run('vmap', (a, b) => vmap((p: Tensor) => f(add(mul(b, 0), p) as Tensor, b))(a), x, y)
    // What radius is made of may be rounded once less where numbers are not as round as these.
    if (name === 'radius') continue
    await run('scan', (a, b) => scan(step, sum(mul(a, 0)), b), x, y)
    await run(
      'vmap of scan',
      (a, b) => vmap((p: Tensor) => scan(step, p, b) as unknown as Results as never)(a),
      x,
      y,
    )
    const slope = (a: Tensor, b: Tensor): Tensor => grad((p: Tensor) => sum(f(p, b)))(a)
    if (name !== 'arctan2') {
      await run('grad', slope, x, y)
      await run('grad of grad', (a, b) => grad((p: Tensor) => sum(slope(p, b)))(a), x, y)
      await run('forward over reverse', (a, b) => jvp((p: Tensor) => slope(p, b), [a], [b]), x, y)
    }
  }
}

for (const [dtype, numbers] of [
  ['int32', [1, -1, 2147483647, -2147483648, 1290]],
  ['uint32', [1, 4294967295, 2147483648, 3000000000, 1290]],
] as const) {
  const x = tensor([...numbers], { dtype })
  const y = tensor([...numbers].reverse(), { dtype })
  const of: Readonly<Record<string, F>> = {
    bitAnd: (a, b) => cast(bitAnd!(add(a, b) as Tensor, a), 'float64'),
    'bitAnd, compared': (a, b) => less(bitAnd!(a, b), a) as Tensor,
    'bitAnd, added up': (a, b) => sum(bitAnd!(a, b)),
    cube: (a) => cube!(a),
    'cube among others': (a, b) => less(add(cube!(a), b), a) as Tensor,
    isNegative: (a) => isNegative!(a),
    scaleBits: (a) => scaleBits(a, 3),
  }
  for (const [name, f] of Object.entries(of)) await sameEverywhere(`${name} of ${dtype}`, f, [x, y])
}

// Misused.
assert.throws(() => bitAnd!(tensor([1]), tensor([2])), /bitAnd: expected int32 or uint32, got float32/)
const { program } = stage((a: Tensor, b: Tensor) => arctan2!(scaleBits(a, 2), b))(
  tensor([1, 2]),
  tensor([1, 2]),
)
const encoded = JSON.stringify(encodeProgram(program))
const refusal = (
  edit: (plain: { equations: { inputs: number[]; params: Record<string, unknown> }[] }) => void,
) => {
  const plain = JSON.parse(encoded)
  edit(plain)
  const decoded = decodeProgram(plain)
  return E.isLeft(decoded) ? decoded.left.message : 'none'
}
assert.equal(
  refusal(() => undefined),
  'none',
)
assert.match(
  refusal(({ equations }) => equations[1]!.inputs.pop()),
  /arctan2: expected 2 inputs, got 1/,
)
assert.match(
  refusal(({ equations }) => (equations[0]!.params['by'] = -1)),
  /params\.by: expected a whole number/,
)
assert.match(
  refusal(({ equations }) => delete equations[0]!.params['by']),
  /params\.by: .*got nothing/,
)
assert.match(
  refusal(({ equations }) => (equations[1]!.params['by'] = 1)),
  /params\.by: expected no parameters, got 1/,
)

// Drawn by the random programs, and well typed there.
const drawn = fc.sample(sources(), { numRuns: 4000, seed: 1 })
const texts = drawn.map(printSource)
for (const name of ['arctan2', 'radius', 'isNegative', 'bitAnd', 'cube', 'lerp']) {
  const at = texts.findIndex((text) => text.includes(`${name}(`))
  assert.ok(at >= 0, `${name} is not drawn`)
  runSource(drawn[at]!)(...sourceInputs(drawn[at]!))
}
console.log('all kinds hold')
