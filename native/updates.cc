#include "updates.h"

namespace puregrad {
namespace {

// Both have sizes of one space: then they are the same elements.
bool isSame(const View &a, const View &b) {
  return a.memory == b.memory && a.firstByte == b.firstByte && a.strides[rowAxis] == b.strides[rowAxis] &&
         a.strides[columnAxis] == b.strides[columnAxis];
}
bool isSameOrApart(const View &a, const View &b) { return isSame(a, b) || !overlap(a, b); }

bool isRows(const View &view) { return view.dtype == F32 && view.extent == FULL && view.strides[columnAxis] == 1; }

}  // namespace

bool isUpdate(const Matmul &matmul, const NestBody &body, Update &update) {
  const bool simple = matmul.dtype == F32 && matmul.outerCount == 1 && matmul.m > 1 && matmul.n > 1 && body.loadCount == 3 &&
                      body.storeCount == 1 && body.accumulationCount == 0;
  if (!simple) return false;
  // The registers of factor · c, in either order, and of what it is added to or subtracted from.
  const Step &first = body.steps[0];
  const bool adds = body.stepCount == 1 && first.operation == MUL_ADD;
  const bool subtracts = body.stepCount == 2 && first.operation == MUL && body.steps[1].operation == SUB &&
                         body.steps[1].inputs[1] == body.loadCount;
  if (!adds && !subtracts) return false;
  const int32_t third = adds ? first.inputs[2] : body.steps[1].inputs[0];
  if (third >= body.loadCount || body.stores[0].reg != body.loadCount + body.stepCount - 1) return false;
  const bool turned = body.loads[first.inputs[1]].extent == ONE;
  const View &factor = body.loads[first.inputs[turned]], &c = body.loads[first.inputs[!turned]];
  const View &addend = body.loads[third], &to = body.stores[0].view;
  if (factor.extent != ONE || overlap(factor, to) || overlap(factor, matmul.c)) return false;
  if (!isRows(c) || !isSame(c, matmul.c) || !isRows(addend) || overlap(addend, matmul.c) || !isRows(to)) return false;
  if (!isSameOrApart(to, addend) || !isSameOrApart(to, matmul.c)) return false;
  // What lies in the output is seen, unless it is overwritten.
  if (matmul.c.place.base == OUTPUT && !isSame(to, matmul.c)) return false;
  update = {factor.place, subtracts, addend, to, false, nullptr};
  return true;
}

}  // namespace puregrad
