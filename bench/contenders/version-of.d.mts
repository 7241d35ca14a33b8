export declare const versionOf: (name: string) => string
