import type { Tensor } from 'puregrad'
import {
  activation,
  batchNorm,
  constant,
  dense,
  dropout,
  heNormal,
  heUniform,
  layerNorm,
  lecunNormal,
  lecunUniform,
  network,
  normalInitializer,
  orthogonal,
  uniformInitializer,
  xavierNormal,
  xavierUniform,
  zerosInitializer,
  type AnyLayer,
  type InitializerSpec,
  type Network,
} from 'puregrad/nn'
import type { Settings } from './settings.ts'

/** Parameters and layer states by the names of layers. */
export type Params = Readonly<Record<string, Readonly<Record<string, Tensor>>>>

export type Net = Network<Params, Params>

export const initializerOf = ({
  initializer,
  initialScale,
}: Pick<Settings, 'initializer' | 'initialScale'>): InitializerSpec => {
  switch (initializer) {
    case 'heNormal':
      return heNormal
    case 'heUniform':
      return heUniform
    case 'xavierNormal':
      return xavierNormal
    case 'xavierUniform':
      return xavierUniform
    case 'lecunNormal':
      return lecunNormal
    case 'lecunUniform':
      return lecunUniform
    case 'orthogonal':
      return orthogonal(initialScale)
    case 'normal':
      return normalInitializer(initialScale)
    case 'uniform':
      return uniformInitializer(initialScale)
    case 'constant':
      return constant(initialScale)
    case 'zeros':
      return zerosInitializer
  }
}

/**
 * The network of settings: hidden layers `hidden1`, `norm1`, `drop1` … and `output`. A hidden layer has its dropout at a
 * rate of 0 too, so that parameters have the same names whatever the rates are, and a rate can change at a fork.
 */
export const networkOf = (settings: Settings, features: number, classes: number): Net => {
  const weight = initializerOf(settings)
  const hidden = settings.hidden.flatMap(
    ({ units, activation: name, normalization, dropout: rate }, i): readonly AnyLayer[] => [
      normalization === 'batch'
        ? dense(`hidden${String(i + 1)}`, units, { weight, bias: false })
        : dense(`hidden${String(i + 1)}`, units, { weight }),
      ...(normalization === 'batch' ? [batchNorm(`norm${String(i + 1)}`)] : []),
      ...(normalization === 'layer' ? [layerNorm(`norm${String(i + 1)}`)] : []),
      activation(name),
      dropout(`drop${String(i + 1)}`, rate),
    ],
  )
  return network(features, ...hidden, dense('output', classes, { weight })) as unknown as Net
}
