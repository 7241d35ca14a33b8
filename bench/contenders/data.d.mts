export declare const sequence: (seed: number, count: number, scale?: number) => Float32Array<ArrayBuffer>
export declare const mlpSizes: readonly number[]
export declare const smallSizes: readonly number[]
export declare const weightsOf: (
  sizes: readonly number[],
) => readonly { readonly inputs: number; readonly out: number; readonly w: Float32Array<ArrayBuffer> }[]
export declare const mlpBatch: (rows: number) => {
  readonly x: Float32Array<ArrayBuffer>
  readonly labels: Int32Array<ArrayBuffer>
}
export declare const smallBatch: () => {
  readonly x: Float32Array<ArrayBuffer>
  readonly y: Float32Array<ArrayBuffer>
}
export declare const residualData: () => {
  readonly kernels: readonly {
    readonly shape: readonly [number, number, number, number]
    readonly elements: Float32Array<ArrayBuffer>
  }[]
  readonly dense: Float32Array<ArrayBuffer>
  readonly x: Float32Array<ArrayBuffer>
  readonly labels: Int32Array<ArrayBuffer>
}
export declare const absoluteSum: (elements: ArrayLike<number>) => number
export declare const products: Readonly<
  Record<string, readonly [number, number, number] | readonly [number, number, number, 'tn' | 'nt']>
>
