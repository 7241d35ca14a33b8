import * as t from 'io-ts'
import { grad, item, square, tensor } from '../../src/node.ts'
import { task, type Tasks } from './task.ts'

const double = grad(square)

/** The square and its derivative, which show that a tool is there. */
export const hello: Tasks = {
  square: task(t.number, (x) => () => square(tensor(x, { dtype: 'float64' })), item),
  double: task(t.number, (x) => () => double(tensor(x, { dtype: 'float64' })), item),
}
