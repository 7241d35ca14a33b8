/**
 * What was thrown, as a text: the message of an error, any other value as JavaScript writes it. Anything can be thrown,
 * also what has no text or throws again when it is looked at; so this never throws.
 */
export const reasonOf = (thrown: unknown): string => {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown)
  } catch {
    return `something without a text was thrown, of type ${typeof thrown}`
  }
}
