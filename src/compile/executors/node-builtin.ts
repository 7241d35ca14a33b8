/** The name of a file of CommonJS. */
declare const __filename: unknown

/** A module of Node's own, without an import, so that this file loads in browsers too; `undefined` there. */
export const builtin = <N extends 'node:fs' | 'node:module'>(
  name: N,
): ReturnType<typeof process.getBuiltinModule<N>> | undefined =>
  (globalThis as { readonly process?: Partial<NodeJS.Process> }).process?.getBuiltinModule?.(name)

/**
 * Node's `require` from where this code lies; `undefined` in browsers. In a bundle in CommonJS `import.meta` is empty.
 *
 * @throws TypeError where Node runs text that lies nowhere.
 */
export const requireHere = (): NodeJS.Require | undefined =>
  builtin('node:module')?.createRequire(typeof __filename === 'string' ? __filename : import.meta.url)
