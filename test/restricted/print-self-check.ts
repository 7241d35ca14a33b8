/** Prints what the self-check computes on the backends of this process, which are its arguments. */
const [webAssembly, ...backends] = process.argv.slice(2)
// Before the library is loaded, as where an engine has none.
if (webAssembly === 'without-wasm') Reflect.deleteProperty(globalThis, 'WebAssembly')
const { selfCheck } = await import('./self-check.ts')
const { backend } = await import('../../src/index.ts')
process.stdout.write(JSON.stringify({ backend: backend(), results: selfCheck(backends as never) }))

export {}
