// Builds after `npm ci`. Without the compiler (`npm ci --omit=dev`) there is nothing to build with, so nothing happens.
try {
  import.meta.resolve('@typescript/native/package.json')
} catch {
  process.exit(0)
}
await import('./build.mjs')
