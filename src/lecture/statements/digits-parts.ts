import { arange, foldIn, type Key } from 'puregrad'
import { digits16, rowsAt, type Classes, type Dataset } from 'puregrad/data'

/** Clean digits: the first rows to train on, the rest to test with. */
export const digitsParts = (
  key: Key,
  { train, test }: { readonly train: number; readonly test: number },
): { readonly train: Dataset<'train', Classes>; readonly test: Dataset<'test', Classes> } => {
  const data = digits16({ key: foldIn(key, 'digits'), n: train + test })
  return {
    train: rowsAt(data, arange(0, train, 1, { dtype: 'int32' }), 'train'),
    test: rowsAt(data, arange(train, train + test, 1, { dtype: 'int32' }), 'test'),
  }
}
