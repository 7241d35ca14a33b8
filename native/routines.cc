// The one list of the routines, found by the hash of their names.
#include "routines.h"

namespace puregrad {

extern const Routine attentionRoutine;
extern const Routine attentionTangentRoutine;
extern const Routine attentionCotangentRoutine;
extern const Routine choleskyRoutine;
extern const Routine convolutionRoutine;
extern const Routine correlationRoutine;
extern const Routine windowArgmaxRoutine;
extern const Routine windowPutRoutine;
extern const Routine windowTakeRoutine;
extern const Routine luFactorRoutine;
extern const Routine solveRoutine;
extern const Routine triangularSolveRoutine;
extern const Routine eighRoutine;
extern const Routine fftRoutine;
extern const Routine qrRoutine;
extern const Routine svdRoutine;

extern const Routine *const allRoutines[] = {
  &attentionRoutine,
  &attentionTangentRoutine,
  &attentionCotangentRoutine,
  &choleskyRoutine,
  &convolutionRoutine,
  &correlationRoutine,
  &windowArgmaxRoutine,
  &windowPutRoutine,
  &windowTakeRoutine,
  &luFactorRoutine,
  &solveRoutine,
  &triangularSolveRoutine,
  &eighRoutine,
  &fftRoutine,
  &qrRoutine,
  &svdRoutine,
};
extern const int routineCount = sizeof(allRoutines) / sizeof(allRoutines[0]);

int64_t numberOf(const char *name) {
  uint32_t hash = 0x811c9dc5u;
  for (; *name != 0; name++) hash = (hash ^ static_cast<uint8_t>(*name)) * 16777619u;
  return hash & 0x7fffffff;
}

const Routine *routineOf(int64_t number) {
  for (const Routine *routine : allRoutines)
    if (numberOf(routine->name) == number) return routine;
  return nullptr;
}

}  // namespace puregrad
