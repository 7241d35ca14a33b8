import { expect, test } from 'vitest'
import { findBrowser } from '../restricted/find-browser.ts'
import { softwareGpu } from '../webgpu/software-gpu.ts'

const carried = process.platform === 'linux' && process.arch === 'x64'

// What needs a browser or a device is left out without one, quietly: here that would be a fault.
test.runIf(carried)(
  'where a package carries a browser, nothing that needs one or its device is left out',
  async () => {
    expect(findBrowser()).toBeDefined()
    expect(await softwareGpu()).toBeDefined()
  },
)
