import {
  foldIn,
  key,
  matmul,
  mean,
  mul,
  normal,
  sin,
  square,
  sub,
  tanh,
  tensor,
  valueAndGrad,
  type Tensor,
} from '../../src/index.ts'

/** A state with something that stays on the processor. */
interface State {
  readonly w: Tensor
  readonly scale: Tensor
}

export const start: State = { w: normal(key(0), [3, 3]), scale: tensor(0.5, { dtype: 'float64' }) }

/** One step of descent on data that is drawn in it. */
export const step = (state: State, count: number): readonly [State, Tensor] => {
  const x = normal(foldIn(key(1), count), [16, 3])
  const loss = (w: Tensor): Tensor => mean(square(sub(tanh(matmul(x, w) as Tensor), sin(x))))
  const [value, gradient] = valueAndGrad(loss)(state.w)
  return [{ w: sub(state.w, mul(gradient, 0.5)), scale: mul(state.scale, 2) }, value]
}
