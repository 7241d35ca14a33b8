import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import {
  add,
  ArgumentError,
  cast,
  cond,
  div,
  DonatedError,
  grad,
  greater,
  jit,
  jitAsync,
  leavesOf,
  matmul,
  mul,
  ones,
  scan,
  precompile,
  slice,
  square,
  sub,
  sum,
  tensor,
  toArray,
  toTypedArray,
  traceCount,
  transpose,
  UnknownValueError,
  zeros,
  type DType,
  type Tensor,
  tanh,
} from '../../src/index.ts'
import {
  closeDevice,
  DeviceError,
  deviceWork,
  fromDevice,
  isOnDevice,
  toDevice,
} from '../../src/webgpu/index.ts'
import { softwareDevice } from './software-device.ts'

const found = await softwareDevice()
const gpu = found!
afterAll(() => {
  if (found !== undefined) closeDevice(found)
})

const numbers = async (x: Tensor): Promise<unknown> => toArray(await fromDevice(x))

/** A task of the event loop: what the collector found is told between tasks. */
const nextTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))

describe.skipIf(found === undefined)('values on a device', () => {
  test('products take their factors in bfloat16 where that is asked for, as on every other backend', async () => {
    const [a, b] = [
      tensor([
        [1 + 2 ** -9, 2 ** -9, 1e-39],
        [3, -(1 + 2 ** -7 + 2 ** -8), 2],
      ]),
      tensor([[1], [1], [2 ** 100]]),
    ]
    const multiply = (x: Tensor, y: Tensor): Tensor => matmul(x, y)
    const onDevice = jit(multiply, { backend: gpu, products: 'bfloat16' })
    // 1 + 2⁻⁷ + 2⁻⁸ lies between two neighbours of which 1 + 2⁻⁶ is the even one.
    const expected = [[1 + 2 ** -9], [2 - 2 ** -6 + 2 ** 101]]
    expect(await numbers(await onDevice(a, b))).toEqual(expected)
    expect(toArray(jit(multiply, { backend: 'typescript', products: 'bfloat16' })(a, b))).toEqual(expected)
    const [inParts, plain] = [
      jit(multiply, { backend: gpu, products: 'bfloat16x6' }),
      jit(multiply, { backend: gpu }),
    ]
    expect(await numbers(await inParts(a, b))).toEqual(await numbers(await plain(a, b)))
  })

  test.each<[DType, readonly unknown[]]>([
    ['float32', [1.5, -2, 3]],
    ['int32', [1, -2, 2 ** 31 - 1]],
    ['uint32', [1, 2, 2 ** 32 - 1]],
    ['bool', [true, false, true]],
    ['float16', [1.5, -2, 65504]],
    ['bfloat16', [1.5, -2, 3]],
  ])('%s goes there and comes back', async (dtype, elements) => {
    const x = tensor(elements as never, { dtype })
    const sent = await toDevice(gpu, x)
    expect([isOnDevice(sent), isOnDevice(x), sent.shape, sent.dtype]).toEqual([true, false, [3], dtype])
    const back = await fromDevice(sent)
    expect([isOnDevice(back), back.dtype]).toEqual([false, dtype])
    expect(toArray(back)).toEqual(toArray(x))
    const passed = await jit((y: Tensor) => [slice(y, [1]), y] as const, { backend: gpu })(sent)
    expect((await fromDevice(passed)).map((y) => toArray(y))).toEqual([toArray(slice(x, [1])), toArray(x)])
  })

  test('trees keep their structure, views their elements, and empty tensors are there', async () => {
    const matrix = transpose(tensor([[1, 2, 3], [4, 5, 6]])) as Tensor // prettier-ignore
    const tree = { a: matrix, rest: [zeros([0, 2]), 'text', 3] as const, flag: true }
    const sent = await toDevice(gpu, tree)
    expect({ ...sent, a: 0, rest: sent.rest.slice(1) }).toEqual({ ...tree, a: 0, rest: ['text', 3] })
    const back = await fromDevice(sent)
    expect([toArray(back.a), back.rest[0].shape]).toEqual([[[1, 4], [2, 5], [3, 6]], [0, 2]]) // prettier-ignore
    expect(await toDevice(gpu, sent.a)).toBe(sent.a)
  })

  test('results stay there, in any number of calls, and are read by one copy when asked', async () => {
    const prototype = Object.getPrototypeOf(gpu.home.device.createBuffer({ size: 4, usage: 8 })) as GPUBuffer
    const read = prototype.mapAsync
    let reads = 0
    prototype.mapAsync = function (...args) {
      reads += 1
      return read.apply(this, args)
    }
    try {
      const step = jit((p: { readonly w: Tensor }, rate: number) => {
        const g = grad(({ w }: { readonly w: Tensor }) => sum(square(w)))(p)
        return { w: sub(p.w, mul(rate, g.w)) }
      }, { backend: gpu }) // prettier-ignore
      let p: { readonly w: Tensor } = { w: tensor([1, 2]) }
      for (let i = 0; i < 20; i++) p = await step(p, 0.25)
      expect(reads).toBe(0)
      expect(toArray((await fromDevice({ p, again: [p.w] })).p.w)).toEqual([1, 2].map((x) => x * 2 ** -20))
      expect(reads).toBe(1)
      expect(traceCount(step)).toBe(1)
    } finally {
      prototype.mapAsync = read
    }
  })

  test('what a function returns may be an argument, a constant, a number or what it closes over', async () => {
    const held = tensor([7, 8])
    const f = jitAsync((x: Tensor, n: number) => ({ x, n, one: ones([2]), held, y: add(x, n), kind: 'f' }), {
      backend: gpu,
    })
    const first = await f(tensor([1, 2]), 3)
    const second = await f(first.y, 4)
    const { x, n, one, held: kept, y, kind } = await fromDevice(second)
    expect([x, one, kept, y].map((t) => toArray(t))).toEqual([
      [4, 5],
      [1, 1],
      [7, 8],
      [8, 9],
    ])
    expect([n, kind]).toEqual([4, 'f'])
    expect([second.x, second.one, second.held].every(isOnDevice)).toBe(true)
  })

  test('float64 stays here, where what depends on it alone is computed', async () => {
    const f = jit(
      (x: Tensor, t: Tensor, n: number) => {
        const next = add(t, n)
        return { x: mul(x, cast(next, 'float32')), t: next, half: mul(t, 0.5), n }
      },
      { backend: gpu },
    )
    const t = tensor(1, { dtype: 'float64' })
    const sent = await toDevice(gpu, { x: tensor([1, 2]), t })
    expect(sent.t).toBe(t)
    const first = await f(sent.x, sent.t, 2 ** -50)
    const { x, t: after, half, n } = await f(first.x, first.t, 1)
    expect([x, after, half].map(isOnDevice)).toEqual([true, false, false])
    expect([toArray(await fromDevice(x)), toArray(after), toArray(half), n]).toEqual([
      [2, 4],
      2 + 2 ** -50,
      0.5 + 2 ** -51,
      1,
    ])
    expect(toArray(await jit((y: Tensor) => mul(y, 2), { backend: gpu })(t))).toBe(2)
  })

  test('float64 of values there is computed all the same, and stays there', async () => {
    const f = jit(
      (x: Tensor, t: Tensor) => ({
        t: add(t, sum(cast(x, 'float64'))),
        x: mul(x, cast(div(1, t), 'float32')),
      }),
      { backend: gpu },
    )
    const [x, t] = [tensor([1, 2 ** -24]), tensor(2 ** 30, { dtype: 'float64' })]
    const first = await f(x, t)
    expect([first.t.dtype, isOnDevice(first.t)]).toEqual(['float64', true])
    const second = await f(first.x, first.t)
    const read = await fromDevice([first, second])
    expect(toArray(read[0]!.t)).toBe(2 ** 30 + 1 + 2 ** -24)
    const here = (first_: { readonly x: Tensor; readonly t: Tensor }) =>
      add(first_.t, sum(cast(first_.x, 'float64')))
    expect(toArray(read[1]!.t)).toBe(toArray(here(read[0]!)))
  })

  test('what has no shader is run by the processor, in loops and branches too, and named', async () => {
    const x = tensor([[4, 1], [1, 3]]) // prettier-ignore
    const inDoubles = (a: Tensor): Tensor => cast(tanh(cast(a, 'float64')), 'float32')
    const f = (a: Tensor, b: Tensor) => {
      const root = inDoubles(a)
      const turns = scan((c: Tensor) => [inDoubles(add(c, a)), sum(c)], root, undefined, { length: 3 })
      const chosen = cond(greater(sum(a), 100), (y: Tensor) => y, (y: Tensor) => inDoubles(y), root)
      return [root, turns, mul(chosen, b), greater(root, 0.4)] as const
    } // prettier-ignore
    const compiled = jit(f, { backend: gpu })
    const expected = f(x, ones([2, 2]))
    const found_ = await fromDevice(await compiled(x, ones([2, 2])))
    leavesOf(found_).forEach((leaf, i) => {
      const other = leavesOf(expected)[i]!
      expect([...toTypedArray(leaf)].map((e) => e.toFixed(4))).toEqual(
        [...toTypedArray(other)].map((e) => e.toFixed(4)),
      )
    })
    const { dispatches, onProcessor } = await deviceWork(compiled)(x, ones([2, 2]))
    expect(dispatches).toBeGreaterThan(1)
    expect(onProcessor.length).toBeGreaterThan(2)
    onProcessor.forEach((line) =>
      expect(line).toMatch(/^instruction .*\(nest\): tanh of float64 has no WGSL$/),
    )
    expect(await deviceWork(jit(square, { backend: gpu }))(x)).toEqual({ dispatches: 1, onProcessor: [] })
    expect(() => deviceWork(jit(square))).toThrow(
      /deviceWork: expected a function that jit has compiled for a/,
    )
  })

  test('it is compiled ahead without running', async () => {
    let runs = 0
    const f = jit((x: Tensor) => {
      runs += 1
      return mul(x, 3)
    }, { backend: gpu }) // prettier-ignore
    await precompile(f)(zeros([2]))
    expect([runs, traceCount(f)]).toEqual([1, 1])
    expect(await numbers(await f(tensor([1, 2])))).toEqual([3, 6])
    expect([runs, traceCount(f)]).toEqual([1, 1])
    expect(() => precompile((x: Tensor) => x)).toThrow(/precompile: expected a function that jit/)
  })

  test('calls that are made together do not see each other', async () => {
    const f = jit((x: Tensor, n: number) => mul(x, n), { backend: gpu, donate: [0] })
    const x = await toDevice(gpu, tensor([1, 2]))
    const both = await fromDevice(await Promise.all([1, 2, 3, 4].map((n) => f(x, n))))
    expect(both.map((y) => toArray(y))).toEqual([1, 2, 3, 4].map((n) => [n, 2 * n]))
  })
})

describe.skipIf(found === undefined)('memory of a device', () => {
  const bytes = (): number => gpu.home.memory.pool.bytes()

  test('what nobody refers to is used again: 700 results of 256 kB take less than half', async () => {
    const step = jit((x: Tensor) => add(x, 1), { backend: gpu })
    let x = await toDevice(gpu, zeros([2 ** 16]) as Tensor)
    let most = 0
    for (let i = 0; i < 700; i++) {
      x = await step(x)
      most = Math.max(most, bytes())
    }
    expect(most).toBeLessThan(88 * 2 ** 20)
    expect(toArray(slice(await fromDevice(x), [0], [1]) as Tensor)).toEqual([700])
  })

  test('what is given up is used again at once', async () => {
    const step = jit((x: Tensor) => add(x, 1), { backend: gpu, donate: [0] })
    let x = await step(await toDevice(gpu, zeros([2 ** 18]) as Tensor))
    x = await step(await step(x))
    const before = bytes()
    for (let i = 0; i < 50; i++) x = await step(x)
    expect(bytes()).toBe(before)
  })

  test('small values that are kept do not keep the large ones beside them', async () => {
    const step = jit((x: Tensor) => [add(x, 1), sum(slice(x, [0], [3]))] as const, {
      backend: gpu,
      donate: [0],
    })
    let x: Tensor = await toDevice(gpu, zeros([2 ** 18]) as Tensor)
    const before = bytes()
    const losses: Tensor[] = []
    for (let i = 0; i < 60; i++) {
      const [next, loss] = await step(x)
      x = next
      losses.push(loss)
    }
    await nextTask()
    expect(bytes() - before).toBeLessThan(40 * 2 ** 20)
    expect((await fromDevice(losses)).map((loss) => toArray(loss))).toEqual(losses.map((_, i) => 3 * i))
  })

  test('a piece larger than the device has is refused with the way back', async () => {
    const { maxBufferSize } = gpu.home.device.limits
    const whole = gpu.home.memory.take(maxBufferSize + 1)
    await expect(whole).rejects.toThrow(/needed in one piece.*smaller batches, or another backend/)
    await expect(whole).rejects.toBeInstanceOf(DeviceError)
    const large = jit((x: Tensor) => add(x, zeros([20_000, 20_000])), { backend: gpu })(tensor(1))
    await expect(large).rejects.toMatchObject({ name: 'DeviceError', reason: 'memory' })
  })

  test('calls that wait for others take no memory yet: 100 of 256 kB each take less than 6 MB', async () => {
    const total = jit((x: Tensor, n: number) => sum(mul(x, n)), { backend: gpu })
    const x = ones([64, 1024])
    await total(x, 0)
    const before = gpu.home.memory.pool.bytes()
    const sums = await Promise.all(Array.from({ length: 100 }, (_, n) => total(x, n)))
    expect(gpu.home.memory.pool.bytes() - before).toBeLessThan(6e6)
    expect((await fromDevice(sums)).map((y) => toArray(y))).toEqual(sums.map((_, n) => 65536 * n))
  })
})

describe.skipIf(found === undefined)('errors about a device', () => {
  const half = jit((x: Tensor) => mul(x, 0.5), { backend: gpu })

  test('elements that are not here', async () => {
    const x = await toDevice(gpu, tensor([1, 2]))
    expect(String(x)).toBe('Tensor(float32[2] on a WebGPU device)')
    expect(JSON.stringify(x)).toContain('on a WebGPU device')
    for (const use of [
      () => toArray(x),
      () => add(x, 1),
      () => grad((y: Tensor) => sum(square(y)))(x),
      () => jit((y: Tensor) => mul(y, 2))(x),
    ]) {
      expect(use).toThrow(UnknownValueError)
      expect(use).toThrow(/the elements of a float32 tensor of shape \[2\] .*`await fromDevice\(x\)`/)
    }
    await expect(jit((y: Tensor) => mul(y, x), { backend: gpu })(tensor([1, 1]))).rejects.toThrow(
      /pass the tensor as an argument/,
    )
  })

  test('options and values that do not suit', async () => {
    await expect(jit((x: Tensor) => x, { backend: gpu, reproducible: true })(tensor(1))).rejects.toThrow(
      /reproducible gives the same bytes on every backend/,
    )
    expect(() => jit((x: Tensor) => x, { backend: 'webgpu' as never })(tensor(1))).toThrow(
      /"webgpu" is not available here.*requestWebGpu/,
    )
    expect(() => jit((x: Tensor) => x, { backend: gpu, donated: [0] } as never)).toThrow(
      /"donated" is not an option; did you mean donate/,
    )
    await expect(jit((x: Tensor) => x, { backend: gpu, donate: [1] })(tensor(1))).rejects.toThrow(
      ArgumentError,
    )
    const transformed = grad((x: Tensor) => {
      void toDevice(gpu, x).catch((error: unknown) => messages.push(String(error)))
      return sum(x)
    })
    const messages: string[] = []
    transformed(tensor([1]))
    await nextTask()
    expect(messages.join()).toMatch(/toDevice: the tensor is .* a value of a transformation/)
  })

  test('a value that was given up', async () => {
    const x = await toDevice(gpu, tensor([1, 2]))
    await jit((y: Tensor) => mul(y, 2), { backend: gpu, donate: [0] })(x)
    await expect(half(x)).rejects.toThrow(DonatedError)
    await expect(fromDevice(x)).rejects.toThrow(/given up to a compiled function/)
  })

  test('another device, and a device that is closed', async () => {
    const other = (await softwareDevice())!
    const x = await toDevice(other, tensor([1, 2]))
    await expect(half(x)).rejects.toThrow(/lies on another device: read it with fromDevice there/)
    await expect(toDevice(gpu, x)).rejects.toThrow(/lies on another device/)
    const both = await fromDevice([x, await half(tensor([4, 8]))])
    expect(both.map((y) => toArray(y))).toEqual([[1, 2], [2, 4]]) // prettier-ignore
    const double = jit((y: Tensor) => mul(y, 2), { backend: other })
    const y = await double(x)
    closeDevice(other)
    for (const use of [() => double(x), () => fromDevice(y), () => toDevice(other, tensor(1))]) {
      await expect(use()).rejects.toBeInstanceOf(DeviceError)
      await expect(use()).rejects.toThrow(/the device was closed, and its values with it/)
    }
  })

  test('a device that is lost', async () => {
    const other = (await softwareDevice())!
    const x = await toDevice(other, tensor([1, 2]))
    const reading = fromDevice(x).catch(() => undefined)
    other.home.device.destroy()
    // What is under way says so, too.
    const half = jit((y: Tensor) => mul(y, 0.5), { backend: other })(x)
    await expect(half).rejects.toMatchObject({ name: 'DeviceError', reason: 'lost' })
    await reading
    await nextTask()
    await expect(fromDevice(x)).rejects.toBeInstanceOf(DeviceError)
  })

  test('work that a device refuses is an error of the next call', async () => {
    const other = (await softwareDevice())!
    const { device } = other.home
    device.queue.writeBuffer(device.createBuffer({ size: 4, usage: 8 }), 4, new Uint32Array(4))
    await device.queue.onSubmittedWorkDone()
    await nextTask()
    await expect(toDevice(other, tensor(1))).rejects.toThrow(/the device refused its work: /)
    closeDevice(other)
  })
})

test.skipIf(found === undefined)('a process with a device that nobody closes ends', () => {
  const script = fileURLToPath(new URL('leave-device-open.ts', import.meta.url))
  const { status, stdout } = spawnSync(process.execPath, ['--import', 'tsx', script], {
    encoding: 'utf8',
    timeout: 20_000,
  })
  expect([status, stdout.trim()]).toEqual([0, '25'])
})
