import type { NetworkSettings } from '../tabular/network-plan.ts'
import type { Options } from './options.ts'

/** What the options say of the network of a table; the rest follows from the rows. */
export const networkAsked = (options: Options): Partial<NetworkSettings> => {
  const { hidden, optimizer, l1, dropout, dtype, learningRate, l2, batch, epochs, patience } = options
  return {
    hidden,
    optimizer,
    l1,
    dropout,
    dtype,
    ...(learningRate === undefined ? {} : { learningRate }),
    ...(l2 === undefined ? {} : { l2 }),
    ...(batch === undefined ? {} : { batch }),
    ...(epochs === undefined ? {} : { epochs }),
    ...(patience === undefined ? {} : { patience }),
  }
}
