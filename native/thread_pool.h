// One persistent pool for the process: its threads spin briefly after work, then sleep.
#pragma once
#include <cstdint>

namespace puregrad {

// The number of threads work may be spread over, the calling one included. 1 where there are no threads.
int threadCount();
void setThreadCount(int count);

// Runs task(context, i, thread) for i in [0, parts), spread over at most `threads` threads (the caller is thread 0;
// part i always runs on thread i mod threads, so results do not depend on timing), and returns when all are done.
// Not reentrant: a task must not call it.
void parallel(int threads, int64_t parts, void (*task)(void *context, int64_t part, int thread), void *context);

}  // namespace puregrad
