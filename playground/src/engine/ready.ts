import { loadBackend, type BackendName } from 'puregrad'

/** The fastest backend there is here; where it is not WebAssembly, what kept it away. Never rejects. */
export const ready = async (): Promise<{ readonly backend: BackendName; readonly problem?: string }> => {
  try {
    const backend = await loadBackend()
    return backend === 'typescript'
      ? {
          backend,
          problem:
            typeof WebAssembly === 'undefined'
              ? 'there is no WebAssembly here'
              : 'puregrad.wasm was refused or did not arrive',
        }
      : { backend }
  } catch (error) {
    return { backend: 'typescript', problem: error instanceof Error ? error.message : String(error) }
  }
}
