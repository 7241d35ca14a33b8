/** What a page under a policy runs: the self-check, with its results and every violation of the policy in the document. */
import { backend } from '../../src/index.ts'
import { selfCheck } from './self-check.ts'

const violations: string[] = []
document.addEventListener('securitypolicyviolation', ({ violatedDirective }) =>
  violations.push(violatedDirective),
)

const evaluates = ((): boolean => {
  try {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- to show that the policy forbids it
    return new Function('return true')() === true
  } catch {
    return false
  }
})()

const told = ((): unknown => {
  try {
    const here = backend()
    const backends = here === 'wasm' ? (['wasm', 'typescript'] as const) : (['typescript'] as const)
    return { backend: here, evaluates, results: selfCheck(backends as never) }
  } catch (error) {
    return { problem: String(error), stack: error instanceof Error ? error.stack : '' }
  }
})()
// Violations are told a little later than they happen.
setTimeout(() => {
  document.body.textContent = JSON.stringify({ ...(told as object), violations })
}, 50)
