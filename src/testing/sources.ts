import * as fc from 'fast-check'
import { drawSource, type SourceOptions } from './grammar/draw-source.ts'
import { smallerSources } from './shrink-source.ts'
import type { Source } from './source.ts'

/** Fast-check asks for an instance of its class. */
// eslint-disable-next-line functional/no-classes
class SourceArbitrary extends fc.Arbitrary<Source> {
  readonly #options: SourceOptions

  constructor(options: SourceOptions) {
    super()
    // eslint-disable-next-line functional/no-this-expressions
    this.#options = options
  }

  generate(random: fc.Random): fc.Value<Source> {
    const draw = { integer: (min: number, max: number) => random.nextInt(min, max) }
    // eslint-disable-next-line functional/no-this-expressions
    return new fc.Value(drawSource(draw, this.#options), undefined)
  }

  canShrinkWithoutContext(value: unknown): value is Source {
    return typeof value === 'object' && value !== null && 'lines' in value
  }

  shrink(value: Source): fc.Stream<fc.Value<Source>> {
    return fc.stream(smallerSources(value)).map((source) => new fc.Value(source, undefined))
  }
}

/**
 * Random well-typed functions as source text: over all operations and transformations, nested in one another, with
 * arguments for them. They shrink to few lines, small shapes and small numbers.
 *
 * @example
 * ```ts
 * import fc from 'fast-check'
 * import { runSource, sourceInputs, sources } from 'puregrad/testing'
 * const [source] = fc.sample(sources(), { numRuns: 1, seed: 1 })
 * runSource(source!)(...sourceInputs(source!)).length > 0 // => true
 * ```
 * @category Random programs
 */
export const sources = (options: SourceOptions = {}): fc.Arbitrary<Source> => new SourceArbitrary(options)
