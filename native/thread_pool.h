// One persistent pool for the process: its threads wait briefly for more work, then sleep.
#pragma once
#include <cstdint>

namespace puregrad {

// The number of threads work may be spread over, the calling one included. 1 where there are no threads.
int threadCount();
void setThreadCount(int count);

// Runs task(context, i, thread) for i in [0, parts) on at most `threads` threads, the calling one among them, and
// returns when all are done. Whoever is free takes the next part, so that a busy core costs one part at most. `thread`
// < `threads` is the number of one running part at a time; where there is a thread for each part it is the number of
// the part, so that what is kept by it does not depend on timing. Work of few `nanoseconds` stays on the calling thread
// where the others sleep. Not reentrant: a task must not call it.
void parallel(int threads, int64_t parts, void (*task)(void *context, int64_t part, int thread), void *context,
              double nanoseconds = 1e9);

// Wakes sleeping threads, because work for them is near.
void wakeThreads(int threads);

}  // namespace puregrad
