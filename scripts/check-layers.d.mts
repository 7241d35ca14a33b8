export declare const checkLayers: (
  root: string,
) => Promise<{ readonly modules: number; readonly problems: readonly string[] }>
