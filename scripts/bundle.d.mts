/** The ES modules and the WebAssembly module, in `outdir`. */
export const bundleModules: (outdir: string) => Promise<void>
/** `dist/node`, in `outdir`. */
export const bundleForNode: (outdir: string) => Promise<unknown>
