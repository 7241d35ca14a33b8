// Made by scripts/step-header.ts of src/compile/executors/steps.ts.
#pragma once

namespace puregrad {

enum StepOp {
  ABS, ADD, CAST, COS, DIV, EQUAL, ERF, EXP, EXPM1, FLOOR, LESS, LESS_EQUAL, LOG, LOG1P, MAX, MIN, MUL,
  MUL_ADD, NEG, POW, ROUND, ROW_MAX, ROW_SUM, RSQRT, SELECT, SIGMOID, SIGN, SIN, SQRT, SUB, TANH, STEP_OPS,
};

constexpr const char *stepNames[STEP_OPS] = {
  "abs", "add", "cast", "cos", "div", "equal", "erf", "exp", "expm1", "floor", "less", "lessEqual", "log",
  "log1p", "max", "min", "mul", "mulAdd", "neg", "pow", "round", "rowMax", "rowSum", "rsqrt", "select",
  "sigmoid", "sign", "sin", "sqrt", "sub", "tanh",
};

constexpr int stepInputs[STEP_OPS] = {
  1, 2, 1, 1, 2, 2, 1, 1, 1, 1, 2, 2, 1, 1, 2, 2, 2, 3, 1, 2, 1, 1, 1, 1, 3, 1, 1, 1, 1, 2, 1,
};

}  // namespace puregrad
