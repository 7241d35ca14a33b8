import fc from 'fast-check'
import { isRight } from 'fp-ts/lib/Either.js'
import { describe, expect, it, vi } from 'vitest'
import {
  add,
  concat,
  jit,
  jitAsync,
  leavesOf,
  less,
  mapTree,
  mul,
  precompile,
  reshape,
  scan,
  square,
  sum,
  tensor,
  toArray,
  traceCount,
  valueAndGrad,
  whileLoop,
  type JitOptions,
  type Tensor,
} from '../../src/index.ts'
import { isTensor } from '../../src/core/tensor/tensor.ts'
import { isRecord } from '../../src/core/tensor/tree.ts'
import {
  accumulateGradients,
  adam,
  applyStep,
  averageParameters,
  chain,
  lookahead,
  optimizerKinds,
  scaleLoss,
  sgd,
  type Optimizer,
} from '../../src/optim/index.ts'
import { fit } from '../../src/training/index.ts'
import { restoreTree, storeTree } from '../../src/training/stored-tree.ts'
import { plan, start } from '../training/small-run.ts'

type Node = unknown

/** A tree with the order of its keys. */
const inOrder = (node: Node): unknown =>
  isTensor(node)
    ? { tensor: toArray(node) }
    : Array.isArray(node)
      ? node.map(inOrder)
      : isRecord(node)
        ? { record: Object.entries(node).map(([key, child]) => [key, inOrder(child)]) }
        : node

/** The keys of a tree in their order, and nothing of its tensors but where they are. */
const keysOf = (node: Node): string => JSON.stringify(inOrder(mapTree(node, () => 'tensor')))

const leaf = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 9 }).map((n): Node => tensor([n, -n])) },
  { weight: 1, arbitrary: fc.constantFrom<Node>(1, 2, 'name', null) },
)
/** Trees two or three records deep, with names that objects order by themselves ('1', '0') among others. */
const { tree } = fc.letrec<{ tree: Node }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.array(tie('tree'), { minLength: 1, maxLength: 2 }),
    fc
      .uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c', 'w', '1', '0', '__proto__'), tie('tree')), {
        selector: ([name]) => name,
        minLength: 2,
        maxLength: 4,
      })
      .map((entries): Node => Object.fromEntries(entries)),
  ),
}))

/** The tree with the keys of every record in another order; `draw` gives numbers below its argument. */
const shuffled = (node: Node, draw: (below: number) => number): Node => {
  if (isTensor(node)) return mul(node, draw(5) + 1)
  if (Array.isArray(node)) return node.map((child) => shuffled(child, draw))
  if (!isRecord(node)) return node
  const left = Object.entries(node)
  const entries: [string, Node][] = []
  while (left.length > 0) {
    const [[name, child]] = left.splice(draw(left.length), 1) as [[string, Node]]
    entries.push([name, shuffled(child, draw)])
  }
  return Object.fromEntries(entries)
}

const drawer = (start: number) => {
  let state = start >>> 0
  return (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state >>> 8) % below
  }
}

/** All that a function can tell of the order of keys: that of the tensors, of the names, and of what it returns. */
const asked = (x: Node) => {
  const leaves = leavesOf(x)
  return {
    joined: concat([tensor([0]), ...leaves.map((one) => reshape(one, [-1]))]),
    back: x,
    doubled: mapTree(x, (one) => add(one, one)),
    first: isRecord(x) && !isTensor(x) ? Object.keys(x)[0] : undefined,
  }
}

/** Calls with the tree and with shuffles of it give what the function gives, by one program for each order. */
const callsAgree = (one: Node, start: number, call: (x: Node) => unknown, traces: () => number): void => {
  const draw = drawer(start)
  const seen = new Set<string>()
  for (let i = 0; i < 6; i++) {
    const x = i % 3 === 0 ? shuffled(one, () => 0) : shuffled(one, draw)
    const expected = inOrder(asked(x))
    seen.add(keysOf(x))
    expect(inOrder(call(x))).toEqual(expected)
    expect(traces()).toBe(seen.size)
  }
}

describe('a compiled function and the function agree on the order of keys', () => {
  const holds = (options: JitOptions, numRuns: number): void => {
    fc.assert(
      fc.property(tree, fc.integer(), (one, first) => {
        const f = jit(asked, options)
        callsAgree(one, first, f, () => traceCount(f))
      }),
      { numRuns },
    )
  }

  it.each<readonly [string, JitOptions]>([
    ['on the backend there is', {}],
    ['where numbers are static', { backend: 'typescript', static: [0] }],
    ['where one number is static', { backend: 'typescript', static: ['0.a'] }],
    ['where arguments are given up', { backend: 'typescript', donate: [0] }],
  ])('whichever came first, %s', (_, options) => {
    holds(options, 30)
  })

  it('where no code can be made of text', () => {
    vi.stubGlobal('Function', () => {
      throw new EvalError('no code from text')
    })
    try {
      holds({ backend: 'typescript' }, 30)
    } finally {
      vi.unstubAllGlobals()
    }
  })

  it('in promises, and where programs are made before they are called', async () => {
    const [ab, ba] = [
      { a: tensor([1]), b: tensor([2]) },
      { b: tensor([2]), a: tensor([1]) },
    ]
    const f = jitAsync(asked)
    await precompile(f)(ab)
    for (const x of [ab, ba, ab, ba]) expect(inOrder(await f(x))).toEqual(inOrder(asked(x)))
    expect(traceCount(f)).toBe(2)
  })

  it('after loops, whose steps may turn it', () => {
    interface Pair {
      readonly a: Tensor
      readonly b: Tensor
    }
    const turned = ({ a, b }: Pair): Pair => ({ b: mul(b, 2), a: add(a, 1) })
    const loops = (x: Pair) => [
      scan((at: Pair, _: Tensor) => [turned(at), turned(at)] as const, x, tensor([0, 0, 0])),
      whileLoop(({ a }: Pair) => less(sum(a), 5), turned, x),
    ]
    const f = jit(loops)
    const [ab, ba] = [
      { a: tensor([1]), b: tensor([2]) },
      { b: tensor([2]), a: tensor([1]) },
    ]
    for (const x of [ab, ba, ab, ba]) expect(inOrder(f(x))).toEqual(inOrder(loops(x)))
    expect(traceCount(f)).toBe(2)
  })

  it('of records that hide something', () => {
    const hiding = Object.defineProperty({ a: tensor([1]), c: tensor([3]) }, 'b', { value: tensor([2]) })
    const f = jit(asked)
    for (const x of [{ a: tensor([1]), b: tensor([2]) }, hiding, { a: tensor([1]), c: tensor([3]) }])
      expect(inOrder(f(x))).toEqual(inOrder(asked(x)))
    expect(traceCount(f)).toBe(2)
  })
})

describe('what goes from step to step keeps the order of its keys', () => {
  const params = { z: tensor([[1, 2]]), a: { w: tensor([3, 4]), b: tensor([1]) } }
  type Params = typeof params
  const loss = (p: Params): Tensor => add(sum(square(p.z)), mul(sum(square(p.a.w)), sum(p.a.b)))

  const optimizers = [
    ...optimizerKinds.map(({ kind, build }) => [kind, build<Params>({ learningRate: 0.1 })] as const),
    ['lookahead', lookahead(adam<Params>({ learningRate: 0.1 }))],
    ['scaleLoss', scaleLoss(sgd<Params>({ learningRate: 0.1 }))],
    ['averageParameters', chain(adam<Params>({ learningRate: 0.1 }), averageParameters<Params>(0.9))],
    ['accumulateGradients', accumulateGradients(2, adam<Params>({ learningRate: 0.1 }))],
  ] as readonly unknown[] as readonly (readonly [string, Optimizer<Params>])[]

  it.each(optimizers)('%s is compiled once for a training', (_, optimizer) => {
    const step = jit((at: { readonly params: Params; readonly state: unknown; readonly step: Tensor }) => {
      const [value, gradient] = valueAndGrad(loss)(at.params)
      const [move, state] = optimizer.update(gradient, at.state, { ...at, value })
      return { params: applyStep(at.params, move), state, step: add(at.step, 1) }
    })
    let at: { readonly params: Params; readonly state: unknown; readonly step: Tensor } = {
      params,
      state: optimizer.init(params),
      step: tensor(0, { dtype: 'float64' }),
    }
    const before = keysOf(at)
    for (let i = 0; i < 3; i++) at = step(at)
    expect(keysOf(at)).toBe(before)
    expect(traceCount(step)).toBe(1)
  })

  it('a state of training, also of networks and averages, and where it was stored', () => {
    const of = ({ params, layers, optimizer }: typeof start): string => keysOf({ params, layers, optimizer })
    for (const event of fit(plan)(start)) if ('state' in event) expect(of(event.state)).toBe(of(start))
    const stored = storeTree(start)
    const read = isRight(stored)
      ? restoreTree(stored.right.tensors, JSON.parse(JSON.stringify(stored.right.json)))
      : stored
    expect(isRight(read) && keysOf(read.right)).toBe(keysOf(start))
  })

  it('a tree of any keys that was stored', () => {
    fc.assert(
      fc.property(tree, fc.integer(), (one, first) => {
        const x = shuffled(one, drawer(first))
        const stored = storeTree(x)
        const read = isRight(stored)
          ? restoreTree(stored.right.tensors, JSON.parse(JSON.stringify(stored.right.json)))
          : stored
        expect(isRight(read) && inOrder(read.right)).toEqual(inOrder(x))
      }),
    )
  })
})
