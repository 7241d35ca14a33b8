import { loadWebGpuProgram, type DeviceBuffer } from '../executors/webgpu/load-webgpu-program.ts'
import type { FactorPrecision } from '../executors/kernel-program.ts'
import {
  noDeviceWork,
  type DeviceBackend,
  type DeviceProgram,
  type DeviceWork,
} from '../jit/device-backend.ts'
import { compile } from '../jit/compile.ts'
import { numberTensors } from '../jit/number-inputs.ts'
import { lower, type OutputPlace } from '../lowering/lower.ts'
import { outputTypes, type Program } from '../../core/primitive/program.ts'
import type { ConcreteTensor } from '../../core/tensor/concrete.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import { frozenSizes } from '../../core/tensor/shape.ts'
import { placeAlignment } from './buffer-pool.ts'
import type { Slab } from './device-memory.ts'
import { DeviceTensor } from './device-tensor.ts'
import type { OpenDevice } from './open-device.ts'
import { splitProgram } from './split-program.ts'
import { requireOfDevice, sent, sizeInBytes, writeElements } from './to-device.ts'

/** Up to so many bytes, instructions of a program wait only for those whose results they read. */
const apartUpTo = 2 ** 26

/** What a run reads, on the device. */
interface Arguments {
  readonly buffers: readonly DeviceBuffer[]
  readonly slabs: readonly Slab[]
}

/** Where each input begins among those that are sent together, and how many bytes they take. */
const together = (
  inputs: readonly ConcreteTensor[],
): { readonly starts: readonly number[]; readonly bytes: number } => {
  let bytes = 0
  const starts = inputs.map((input) => {
    const start = bytes
    if (!(input instanceof DeviceTensor))
      bytes += Math.max(1, Math.ceil(sizeInBytes(input) / placeAlignment)) * placeAlignment
    return start
  })
  return { starts, bytes }
}

/** Sends what is not on the device, in one piece of memory, which is pinned. */
const argumentsOf = async (
  home: OpenDevice,
  inputs: readonly ConcreteTensor[],
  pinned: Slab[],
): Promise<Arguments> => {
  const { starts, bytes } = together(inputs)
  const fresh = bytes === 0 ? undefined : await home.memory.take(bytes)
  if (fresh !== undefined) pinned.push(fresh)
  const places = inputs.map((input, i) => {
    if (input instanceof DeviceTensor) return input.holding
    const place = { slab: fresh!, offset: starts[i]! }
    writeElements(home, input, place.slab.buffer, place.offset)
    return place
  })
  return {
    buffers: places.map(({ slab, offset }) => ({ buffer: slab.buffer, offset })),
    slabs: places.map(({ slab }) => slab),
  }
}

/** Makes the results of a run, which wrote to a slab; results that are constants are sent once. */
const resultsOf = (home: OpenDevice, program: Program, outputs: readonly OutputPlace[]) => {
  const types = outputTypes(program)
  const constants = Promise.all(
    outputs.map(async (place) => (place.kind === 'constant' ? sent(home, place.tensor, 'jit') : undefined)),
  )
  // The run that needs them sees the failure.
  void constants.catch(() => undefined)
  return async ({ slabs, buffers }: Arguments, written: Slab): Promise<readonly DeviceTensor[]> => {
    const known = await constants
    return outputs.map((place, i) => {
      const shape = frozenSizes(place.layout.shape)
      const { dtype } = types[i]!
      const at = (slab: Slab, offset: number): DeviceTensor =>
        new DeviceTensor(shape, dtype, home, slab, offset)
      switch (place.kind) {
        case 'slab':
          return at(written, place.byteOffset)
        case 'input':
          return at(slabs[place.index]!, buffers[place.index]!.offset)
        case 'constant':
          return at(known[i]!.holding.slab, known[i]!.holding.offset)
      }
    })
  }
}

/** The slabs of values that lie on the device. */
const slabsOf = (home: OpenDevice, leaves: readonly ConcreteTensor[]): Slab[] =>
  leaves.flatMap((leaf) => {
    if (!(leaf instanceof DeviceTensor)) return []
    requireOfDevice(home, leaf, 'jit')
    return [leaf.place.slab]
  })

/** Runs the part of a program that a device computes; the values `givenUp` are given up once that has succeeded. */
type Run = (
  inputs: readonly ConcreteTensor[],
  givenUp: readonly ConcreteTensor[],
) => Promise<readonly DeviceTensor[]>

const loadedOn = (
  home: OpenDevice,
  program: Program,
  products: FactorPrecision,
): { readonly ready: Promise<DeviceWork>; readonly run: Run } => {
  const { device, memory } = home
  const { kernels, outputs } = lower(program, { products, outputAlignment: placeAlignment, apartUpTo })
  const ready = loadWebGpuProgram(device, kernels)
  // Whoever calls sees the failure; whoever only compiles ahead may not.
  void ready.catch(() => undefined)
  const results = resultsOf(home, program, outputs)
  return {
    ready,
    run: async (inputs, givenUp) => {
      const pinned = slabsOf(home, inputs)
      pinned.forEach(memory.pin)
      await home.enter()
      try {
        const { run } = await ready
        const given = await argumentsOf(home, inputs, pinned)
        const slab = await memory.take(kernels.outputBytes)
        pinned.push(slab)
        await run(given.buffers, { buffer: slab.buffer, offset: 0 })
        const made = await results(given, slab)
        givenUp.forEach((value) => {
          if (value instanceof DeviceTensor) memory.release(value.holding)
        })
        return made
      } finally {
        pinned.forEach(memory.unpin)
        home.leave()
        await home.pace()
      }
    },
  }
}

const refuseReproducible = (reproducible: boolean): void => {
  if (reproducible)
    throw new ArgumentError(
      'jit: reproducible gives the same bytes on every backend, and WebGPU leaves the last bits of its functions to the ' +
        'device: leave the option out (runs on one device give the same bytes), or compile for another backend',
    )
}

/** The parts of a program, where float64 arguments at the indices `there` lie on the device. */
const partsOf = (
  home: OpenDevice,
  program: Program,
  { products, numbers }: Omit<Parameters<DeviceBackend['compile']>[1], 'reproducible'>,
  there: readonly number[],
) => {
  const split = splitProgram(program, program.inputs.length - numbers.length, new Set(there))
  return {
    split,
    here:
      split.here.outputs.length === 0
        ? undefined
        : compile(split.here, { donates: false, givenUp: [], numbers: [] }),
    device: split.device.outputs.length === 0 ? undefined : loadedOn(home, split.device, products),
  }
}

/** The float64 arguments that lie on a device. */
const wideThere = (leaves: readonly ConcreteTensor[]): readonly number[] =>
  leaves.flatMap((leaf, i) => (leaf.dtype === 'float64' && leaf instanceof DeviceTensor ? [i] : []))

/** Compiles programs for a device; float64 that depends on nothing there is computed here. */
export const deviceCompiler =
  (home: OpenDevice): DeviceBackend['compile'] =>
  (program, { reproducible, products, numbers }): DeviceProgram => {
    home.requireAlive()
    refuseReproducible(reproducible)
    const known = new Map<string, ReturnType<typeof partsOf>>()
    const partsFor = (there: readonly number[]): ReturnType<typeof partsOf> => {
      const name = there.join()
      const parts = known.get(name) ?? partsOf(home, program, { products, numbers }, there)
      known.set(name, parts)
      return parts
    }
    const write = numberTensors(numbers, false)
    return {
      ready: async (leaves) => {
        const loaded = await partsFor(wideThere(leaves)).device?.ready
        return loaded === undefined
          ? noDeviceWork
          : { dispatches: loaded.dispatches, onProcessor: loaded.onProcessor }
      },
      runAsync: async (leaves, numberValues, givenUp) => {
        home.requireAlive()
        const { split, here, device } = partsFor(wideThere(leaves))
        const inputs = numbers.length === 0 ? leaves : leaves.concat(write(numberValues))
        const found =
          here?.run(
            split.hereInputs.map((input) => inputs[input]!),
            [],
            [],
          ) ?? []
        const computed =
          (await device?.run(
            split.deviceInputs.map(({ of, index }) => (of === 'here' ? found : inputs)[index]!),
            givenUp.map((i) => leaves[i]!),
          )) ?? []
        return split.outputs.map(({ of, index }) => (of === 'here' ? found : computed)[index]!)
      },
    }
  }
