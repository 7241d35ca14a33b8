// Made by scripts/step-header.ts of the table of primitives.
#pragma once

namespace puregrad {

enum StepOp {
  ABS, ACOS, ACOSH, ADD, ASIN, ASINH, ATAN, ATAN2, ATANH, BESSEL_I, BESSEL_IE, BESSEL_J, BETA_INC,
  BINOMIAL_QUANTILE, CAST, CBRT, CEIL, COPY_SIGN, COS, COSH, DIGAMMA, DIV, EQUAL, ERF, ERFC, ERFCINV, ERFCX,
  ERFINV, EXP, EXP2, EXPM1, FLOOR, GAMMA, GAMMA_DENSITY, GAMMA_P, GAMMA_P_INV, GAMMA_P_SLOPE, GAMMA_Q, HYPOT,
  LESS, LESS_EQUAL, LGAMMA, LOG, LOG10, LOG1P, LOG2, LOG_BETA, LOG_NDTR, MAX, MIN, MUL, MUL_ADD, NDTR, NDTRI,
  NEG, POISSON_QUANTILE, POLYGAMMA, POW, ROUND, ROW_MAX, ROW_SUM, RSQRT, SELECT, SIGMOID, SIGN, SIN, SINC,
  SINH, SQRT, SUB, TAN, TANH, TRUNC, STEP_OPS,
};

constexpr const char *stepNames[STEP_OPS] = {
  "abs", "acos", "acosh", "add", "asin", "asinh", "atan", "atan2", "atanh", "besselI", "besselIe", "besselJ",
  "betaInc", "binomialQuantile", "cast", "cbrt", "ceil", "copySign", "cos", "cosh", "digamma", "div", "equal",
  "erf", "erfc", "erfcinv", "erfcx", "erfinv", "exp", "exp2", "expm1", "floor", "gamma", "gammaDensity",
  "gammaP", "gammaPInv", "gammaPSlope", "gammaQ", "hypot", "less", "lessEqual", "lgamma", "log", "log10",
  "log1p", "log2", "logBeta", "logNdtr", "max", "min", "mul", "mulAdd", "ndtr", "ndtri", "neg",
  "poissonQuantile", "polygamma", "pow", "round", "rowMax", "rowSum", "rsqrt", "select", "sigmoid", "sign",
  "sin", "sinc", "sinh", "sqrt", "sub", "tan", "tanh", "trunc",
};

constexpr int stepInputs[STEP_OPS] = {
  1, 1, 1, 2, 1, 1, 1, 2, 1, 2, 2, 2, 3, 3, 1, 1, 1, 2, 1, 1, 1, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2,
  2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 2, 1, 2, 2, 2, 3, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 3, 1, 1, 1, 2, 1, 1, 2, 1, 1,
  1,
};

}  // namespace puregrad
