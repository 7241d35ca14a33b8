import { jit, square, sum, tensor, toArray, type Tensor } from '../../src/index.ts'
import { fromDevice } from '../../src/webgpu/index.ts'
import { softwareDevice } from './software-device.ts'

// A device is asked for and left as it is; see values.test.ts.
const gpu = (await softwareDevice())!
const energy = jit((x: Tensor) => sum(square(x)), { backend: gpu })
console.log(toArray(await fromDevice(await energy(tensor([3, 4])))))
