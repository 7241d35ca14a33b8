import { key as keyOf, ones, toArray, type Key } from 'puregrad'
import { dropout, network, trainMode, type DropoutOptions } from 'puregrad/nn'

/**
 * The masks of a dropout layer: for each row of a batch one character a unit, 1 where it is kept. They follow from the
 * key of the update, the layer's name and its width alone, so that those of a training can be drawn again.
 */
export const masksOf = (
  name: string,
  { width, rate, mask }: { readonly width: number; readonly rate: number } & Pick<DropoutOptions, 'mask'>,
): ((update: Key, rows: number) => readonly string[]) => {
  const net = network(width, dropout(name, rate, { ...(mask === undefined ? {} : { mask }) }))
  const { params, state } = net.init(keyOf(0))
  return (update, rows) => {
    const [kept] = net.apply(trainMode(update), params, state, ones([rows, width]))
    return (toArray(kept) as readonly (readonly number[])[]).map((row) =>
      row.map((value) => (value === 0 ? '0' : '1')).join(''),
    )
  }
}
