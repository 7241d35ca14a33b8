import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { findBrowser } from '../restricted/find-browser.ts'

/** Where a browser keeps its software device: beside its executable, whatever links to that. */
const besideBrowser = async (): Promise<string | undefined> => {
  const browser = await findBrowser()
  const folders = [
    ...(browser === undefined ? [] : [dirname(realpathSync(browser))]),
    '/usr/lib/chromium',
    '/usr/lib/chromium-browser',
  ]
  return folders.find((folder) => existsSync(join(folder, 'vk_swiftshader_icd.json')))
}

/** Loads the Vulkan that a browser brings, in front of any other. */
const loadVulkan = (folder: string): void => {
  const library = readdirSync(folder).find((name) => name.startsWith('libvulkan.so'))
  process.env['VK_ICD_FILENAMES'] = join(folder, 'vk_swiftshader_icd.json')
  try {
    // 0x1000 is RTLD_NODELETE: the library is no addon, which is an error, and stays.
    process.dlopen(
      { exports: {} },
      join(folder, library ?? 'libvulkan.so.1'),
      constants.dlopen.RTLD_NOW | 0x1000,
    )
  } catch {
    // Loaded all the same.
  }
}

/** What keeps devices alive: one whose instance is collected never answers. */
const instances: unknown[] = []

/** A device in software, with all that its adapter allows; `undefined` where there is none. */
export const softwareDevice = async (): Promise<GPUDevice | undefined> => {
  const folder = await besideBrowser()
  if (folder === undefined) return undefined
  loadVulkan(folder)
  try {
    const { create, globals } = await import('webgpu')
    Object.assign(globalThis, globals)
    const gpu = create(['backend=vulkan'])
    instances.push(gpu)
    const adapter = await gpu.requestAdapter()
    if (adapter === null) return undefined
    const { maxStorageBuffersPerShaderStage, maxStorageBufferBindingSize, maxBufferSize } = adapter.limits
    return await adapter.requestDevice({
      requiredLimits: { maxStorageBuffersPerShaderStage, maxStorageBufferBindingSize, maxBufferSize },
    })
  } catch {
    return undefined
  }
}
