import type { Plugin } from 'vitest/config'

export declare const mutation: (json?: string) => readonly Plugin[]
