export declare const fields: Readonly<
  Record<string, { readonly sources: readonly string[]; readonly tests: readonly string[] }>
>
