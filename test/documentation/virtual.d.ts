declare module 'virtual:documentation-examples' {
  export const examples: readonly { readonly name: string; readonly run: () => Promise<unknown> }[]
}
