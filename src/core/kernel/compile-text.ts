let refusing: unknown

/**
 * A function made of text of our own, or `undefined` where text may not be compiled: under a content-security policy
 * without `unsafe-eval`, or in Node with `--disallow-code-generation-from-strings`. Callers have loops written
 * beforehand for that, which give the same bytes.
 *
 * An environment that has refused is not asked again, as each attempt is reported as a violation of its policy.
 *
 * @throws SyntaxError where the text is wrong.
 */
export const compileText = (
  parameters: readonly string[],
  body: string,
): ((...given: readonly unknown[]) => unknown) | undefined => {
  const { Function: constructor } = globalThis
  if (constructor === refusing) return undefined
  try {
    return new constructor(...parameters, body) as (...given: readonly unknown[]) => unknown
  } catch (error) {
    if (error instanceof SyntaxError) throw error
    refusing = constructor
    return undefined
  }
}
