import { loadWebGpuProgram, type DeviceBuffer } from '../executors/webgpu/load-webgpu-program.ts'
import type { DeviceBackend, DeviceProgram } from '../jit/device-backend.ts'
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
import { requireStorable } from './require-storable.ts'
import { requireOfDevice, sent, sizeInBytes, writeElements } from './to-device.ts'

/** Refuses programs with values that a device cannot hold, wherever in the program they arise. */
const requireStorableProgram = (program: Program): void => {
  program.inputs.forEach((type, i) => requireStorable('jit', type, `input ${String(i)}`))
  program.constants.forEach((type) => {
    requireStorable('jit', type, 'a tensor that the function closes over')
  })
  program.equations.forEach(({ operation, outputs }) => {
    outputs.forEach((type) => requireStorable('jit', type, `the result of ${operation}`))
  })
}

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

/** Compiles programs for a device. */
export const deviceCompiler =
  (home: OpenDevice): DeviceBackend['compile'] =>
  (program, { reproducible, numbers }): DeviceProgram => {
    const { device, memory } = home
    home.requireAlive()
    if (reproducible)
      throw new ArgumentError(
        'jit: reproducible gives the same bytes on every backend, and WebGPU leaves the last bits of its functions to the ' +
          'device: leave the option out (runs on one device give the same bytes), or compile for another backend',
      )
    requireStorableProgram(program)
    const { kernels, outputs } = lower(program, { outputAlignment: placeAlignment })
    const ready = loadWebGpuProgram(device, kernels)
    // Whoever calls sees the failure; whoever only compiles ahead may not.
    void ready.catch(() => undefined)
    const results = resultsOf(home, program, outputs)
    const write = numberTensors(numbers, false)
    return {
      ready,
      runAsync: async (leaves, numberValues, givenUp) => {
        home.requireAlive()
        const inputs = numbers.length === 0 ? leaves : leaves.concat(write(numberValues))
        const pinned = slabsOf(home, leaves)
        pinned.forEach(memory.pin)
        try {
          const { run } = await ready
          const given = await argumentsOf(home, inputs, pinned)
          const slab = await memory.take(kernels.outputBytes)
          pinned.push(slab)
          await run(given.buffers, { buffer: slab.buffer, offset: 0 })
          const made = await results(given, slab)
          givenUp.forEach((i) => {
            const leaf = leaves[i]
            if (leaf instanceof DeviceTensor) memory.release(leaf.holding)
          })
          return made
        } finally {
          pinned.forEach(memory.unpin)
          await home.pace()
        }
      },
    }
  }
