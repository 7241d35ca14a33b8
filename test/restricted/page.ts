/** What a page under a policy runs: the self-check, and tells its results and every violation of the policy. */
import { backend, loadBackend } from '../../src/index.ts'
import { selfCheck } from './self-check.ts'
import { tell } from './tell.ts'

const violations: string[] = []
document.addEventListener('securitypolicyviolation', ({ violatedDirective }) =>
  violations.push(violatedDirective),
)

const evaluates = ((): boolean => {
  try {
    // oxlint-disable-next-line typescript/no-implied-eval -- to show that the policy forbids it
    return new Function('return true')() === true
  } catch {
    return false
  }
})()

const told = async (): Promise<object> => {
  try {
    const before = backend()
    const here = await loadBackend()
    const backends = here === 'wasm' ? (['wasm', 'typescript'] as const) : (['typescript'] as const)
    return { before, backend: here, evaluates, results: selfCheck(backends as never) }
  } catch (error) {
    return { problem: String(error), stack: error instanceof Error ? error.stack : '' }
  }
}
const found = await told()
// Violations are told a little later than they happen.
setTimeout(() => {
  tell({ ...found, violations })
}, 50)

export {}
