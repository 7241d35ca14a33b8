import * as E from 'fp-ts/lib/Either.js'
import { afterEach, expect, test, vi } from 'vitest'
import { ArgumentError } from '../../src/index.ts'
import { requestWebGpu } from '../../src/webgpu/index.ts'

afterEach(() => {
  vi.unstubAllGlobals()
})

const left = async (gpu: unknown): Promise<unknown> => {
  const found = await requestWebGpu({ gpu })()
  return E.isLeft(found) ? found.left : 'a device'
}

const wayBack = 'without one, functions compile for the processor: leave out backend'

const limits = { maxBufferSize: 1 }
const adapter = {
  info: { vendor: 'acme', architecture: '', description: 'Card 1' },
  limits,
  features: new Set(['subgroups']),
}

test('there is no device: why, and what to do, as plain data', async () => {
  expect(await left({ requestAdapter: () => Promise.resolve(null) })).toEqual({
    kind: 'no adapter',
    message: `WebGPU: no adapter was found: there is no GPU with a driver that can be used here; ${wayBack}`,
  })
  expect(await left({ requestAdapter: () => Promise.reject(new Error('driver too old')) })).toEqual({
    kind: 'no adapter',
    message: `WebGPU: no adapter was found (driver too old); ${wayBack}`,
  })
  const refusing = { ...adapter, requestDevice: () => Promise.reject(new Error('limits')) }
  expect(await left({ requestAdapter: () => Promise.resolve(refusing) })).toEqual({
    kind: 'no device',
    message: `WebGPU: the adapter (Card 1, acme) gave no device (limits); ${wayBack}`,
  })
})

test('the adapter is asked by preference, for all its limits and what is of use', async () => {
  const asked: unknown[] = []
  const gpu = (): unknown => ({
    requestAdapter: (options: unknown) => {
      asked.push(options)
      return Promise.resolve({
        ...adapter,
        requestDevice: (options: unknown) => {
          asked.push(options)
          return Promise.reject(new Error('no'))
        },
      })
    },
  })
  await requestWebGpu({ gpu: gpu(), power: 'low' })()
  await requestWebGpu({ gpu: gpu() })()
  expect(asked).toMatchObject([
    { powerPreference: 'low-power' },
    { requiredFeatures: ['subgroups'], requiredLimits: { maxBufferSize: 1 } },
    { powerPreference: 'high-performance' },
    {},
  ])
})

test('without an answer of the page, the package is asked for in Node and nothing in a browser', async () => {
  vi.stubGlobal('navigator', { gpu: { requestAdapter: () => Promise.resolve(null) } })
  expect(await requestWebGpu()()).toMatchObject({ left: { kind: 'no adapter' } })
  vi.stubGlobal('navigator', {})
  vi.stubGlobal('process', undefined)
  expect(await requestWebGpu()()).toMatchObject({
    left: { kind: 'unsupported', message: expect.stringContaining('this browser has none') as string },
  })
})

test('options that are none', () => {
  expect(() => requestWebGpu({ powerPreference: 'low' } as never)).toThrow(
    /"powerPreference" is not an option/,
  )
  expect(() => requestWebGpu({ power: 'lo' as never })).toThrow(/power: expected one of high, low, got "lo"/)
  expect(() => requestWebGpu({ gpu: 3 })).toThrow(ArgumentError)
  expect(() => requestWebGpu({ gpu: 3 })).toThrow(
    /gpu: expected an object with the method requestAdapter, got 3/,
  )
})
