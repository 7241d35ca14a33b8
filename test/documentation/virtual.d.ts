declare module 'virtual:documentation-examples' {
  export const examples: readonly {
    readonly name: string
    readonly wholePage: boolean
    readonly run: () => Promise<unknown>
  }[]
}
