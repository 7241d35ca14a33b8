#include "thread_pool.h"

#if defined(__wasm__)

namespace puregrad {

int threadCount() { return 1; }
void setThreadCount(int) {}
void wakeThreads(int) {}
void parallel(int, int64_t parts, void (*task)(void *, int64_t, int), void *context, double) {
  for (int64_t part = 0; part < parts; part++) task(context, part, 0);
}

}  // namespace puregrad

#else

#include <pthread.h>
#include <sched.h>
#include <atomic>
#include <chrono>
#include <thread>
#include <type_traits>

namespace puregrad {

namespace {

constexpr int mostThreads = 64;
// The calling thread may own so many parts; more are grouped.
constexpr int64_t mostParts = 0xffff;
// How long threads wait awake: workers for the next piece of work, the caller for parts that others have begun.
constexpr int64_t awakeNanoseconds = 100000;
// Work that takes less on one thread is not worth waking another, unless so much of it comes close together.
constexpr double worthWaking = 50000, worthWakingTogether = 200000;

// Where other processes keep the cores busy, a worker is stopped for milliseconds in the midst of a part, and the caller
// waits for it. Only waits from `stalledNanoseconds` on count as a loss, no more than `keptGain` makes up for them, and from
// `tolerableLoss` on the caller works alone for a pause, twice as long each time until threads gain again.
constexpr int64_t stalledNanoseconds = 300000, keptGain = 500000, tolerableLoss = 1000000;
constexpr int64_t shortestPause = 5000000, longestPause = 80000000;

// The work in hand. `state` is a generation (32 bits), how many parts there are (16) and how many are taken (16): a part
// is taken by one exchange, which fails once the caller has gone on. The other fields only change when all parts of
// the generation before are taken and done, so that who took a part has read those of its own generation.
struct Pool {
  std::atomic<uint64_t> state{0};
  std::atomic<int64_t> done{0};
  std::atomic<int> active{1};
  std::atomic<bool> grouped{false};
  std::atomic<int64_t> parts{0};
  std::atomic<void (*)(void *, int64_t, int)> task{nullptr};
  std::atomic<void *> context{nullptr};
  std::atomic<int> sleepers{0};
  std::atomic<bool> callerSleeps{false};
  int started = 1;
  // Short work since the last pause, and when it was last asked for.
  double together = 0;
  int64_t lastShort = 0;
  // What threads have gained, the end of the pause and the length of the next one.
  int64_t gain = 0, pausedUntil = 0, pause = shortestPause;
  // Where the caller was when workers were last told to keep off.
  int callerCore = -1;
  pthread_t workers[mostThreads];
  pthread_mutex_t callers = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_t sleep = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
  pthread_cond_t finished = PTHREAD_COND_INITIALIZER;
};

// Made without code and never destroyed: workers may outlive static destructors at exit.
static_assert(std::is_trivially_destructible<Pool>::value, "nothing runs at exit");
Pool only;
Pool &pool() { return only; }

int available() {
#if defined(__linux__)
  cpu_set_t mine;
  if (sched_getaffinity(0, sizeof mine, &mine) == 0) {
    const int count = CPU_COUNT(&mine);
    return count < 1 ? 1 : count > mostThreads ? mostThreads : count;
  }
#endif
  const unsigned count = std::thread::hardware_concurrency();
  return count < 1 ? 1 : count > mostThreads ? mostThreads : static_cast<int>(count);
}

std::atomic<int> &count() {
  static std::atomic<int> threads{available()};
  return threads;
}

inline void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// Waits awake until `holds`, but not for long; whether it came to hold.
template <class Holds>
bool waitAwake(Holds holds) {
  using Clock = std::chrono::steady_clock;
  for (int i = 0; i < 64; i++) {
    if (holds()) return true;
    pause();
  }
  const Clock::time_point end = Clock::now() + std::chrono::nanoseconds(awakeNanoseconds);
  do {
    for (int i = 0; i < 16; i++) {
      if (holds()) return true;
      pause();
    }
  } while (Clock::now() < end);
  return false;
}

uint64_t partsOf(uint64_t state) { return state >> 16 & 0xffff; }
uint64_t takenOf(uint64_t state) { return state & 0xffff; }
bool open(uint64_t state) { return takenOf(state) < partsOf(state); }

// Takes parts of the work in hand until none is left; how many it took. The thread has number `self` among those of the pool.
int64_t takeParts(Pool &p, int self) {
  int64_t mine = 0;
  uint64_t state = p.state.load(std::memory_order_acquire);
  while (open(state)) {
    const auto task = p.task.load(std::memory_order_relaxed);
    void *const context = p.context.load(std::memory_order_relaxed);
    const int64_t parts = p.parts.load(std::memory_order_relaxed);
    const bool grouped = p.grouped.load(std::memory_order_relaxed);
    if (self >= p.active.load(std::memory_order_relaxed)) return mine;
    const int64_t taken = static_cast<int64_t>(takenOf(state)), groups = static_cast<int64_t>(partsOf(state));
    if (!p.state.compare_exchange_weak(state, state + 1, std::memory_order_acq_rel, std::memory_order_acquire)) continue;
    mine++;
    if (!grouped) {
      task(context, taken, static_cast<int>(taken));
    } else {
      for (int64_t part = parts * taken / groups; part < parts * (taken + 1) / groups; part++) task(context, part, self);
    }
    if (p.done.fetch_add(1) + 1 == groups && p.callerSleeps.load()) {
      pthread_mutex_lock(&p.sleep);
      pthread_cond_signal(&p.finished);
      pthread_mutex_unlock(&p.sleep);
    }
    state = p.state.load(std::memory_order_acquire);
  }
  return mine;
}

void *work(void *argument) {
  const int self = static_cast<int>(reinterpret_cast<intptr_t>(argument));
  Pool &p = pool();
  for (uint64_t seen = 0;;) {
    const auto changed = [&] { return p.state.load() >> 32 != seen; };
    if (!waitAwake(changed)) {
      pthread_mutex_lock(&p.sleep);
      p.sleepers.fetch_add(1);
      while (!changed()) pthread_cond_wait(&p.wake, &p.sleep);
      p.sleepers.fetch_sub(1);
      pthread_mutex_unlock(&p.sleep);
    }
    seen = p.state.load() >> 32;
    takeParts(p, self);
  }
  return nullptr;
}

// A worker that wakes on the core of the caller takes its time away, even beside an idle core; so workers may run
// everywhere but there.
void keepOff(Pool &p) {
#if defined(__linux__)
  const int core = sched_getcpu();
  cpu_set_t others;
  if (core == p.callerCore || core < 0 || core >= CPU_SETSIZE || sched_getaffinity(0, sizeof others, &others) != 0) return;
  p.callerCore = core;
  if (CPU_COUNT(&others) >= p.started) CPU_CLR(core, &others);
  for (int i = 1; i < p.started; i++) pthread_setaffinity_np(p.workers[i], sizeof others, &others);
#else
  (void)p;
#endif
}

void grow(Pool &p, int threads) {
  p.callerCore = -1;
  while (p.started < threads) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    const int failed = pthread_create(&p.workers[p.started], &attributes, work,
                                      reinterpret_cast<void *>(static_cast<intptr_t>(p.started)));
    pthread_attr_destroy(&attributes);
    if (failed != 0) return;
    p.started++;
  }
}

// Starts the next generation.
void publish(Pool &p, int64_t groups) {
  const uint64_t generation = (p.state.load(std::memory_order_relaxed) >> 32) + 1;
  p.state.store(generation << 32 | static_cast<uint64_t>(groups) << 16);
  if (p.sleepers.load() == 0) return;
  // Whoever has counted itself asleep is waiting once the lock is free.
  pthread_mutex_lock(&p.sleep);
  pthread_mutex_unlock(&p.sleep);
  pthread_cond_broadcast(&p.wake);
}

int64_t clockNanoseconds() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Whether sleeping workers are worth waking for work that takes so long on one thread.
bool worthWakingFor(Pool &p, double nanoseconds, int64_t now) {
  if (nanoseconds >= worthWaking) return true;
  if (now - p.lastShort > awakeNanoseconds) p.together = 0;
  p.lastShort = now;
  p.together += nanoseconds;
  return p.together >= worthWakingTogether;
}

// Learns from work of so many parts, `mine` of which took the caller `own` nanoseconds before it waited for the others.
void weigh(Pool &p, int64_t parts, int64_t mine, int64_t own, int64_t waited, int64_t now) {
  const int64_t gain = own * parts / (mine > 0 ? mine : 1) - own - waited;
  p.gain += waited < stalledNanoseconds && gain < 0 ? 0 : gain;
  if (p.gain > keptGain) {
    p.gain = keptGain;
    p.pause = shortestPause;
  }
  if (p.gain > -tolerableLoss) return;
  p.gain = 0;
  p.pausedUntil = now + p.pause;
  p.pause = p.pause * 2 < longestPause ? p.pause * 2 : longestPause;
}

}  // namespace

int threadCount() { return count().load(); }

void setThreadCount(int threads) { count().store(threads < 1 ? 1 : threads > mostThreads ? mostThreads : threads); }

void wakeThreads(int threads) {
  Pool &p = pool();
  if (threads <= 1 || pthread_mutex_trylock(&p.callers) != 0) return;
  if (clockNanoseconds() < p.pausedUntil) {
    pthread_mutex_unlock(&p.callers);
    return;
  }
  if (p.started < threads) grow(p, threads);
  keepOff(p);
  // A generation without parts.
  if (p.sleepers.load() > 0) publish(p, 0);
  pthread_mutex_unlock(&p.callers);
}

void parallel(int threads, int64_t parts, void (*task)(void *, int64_t, int), void *context, double nanoseconds) {
  if (threads > mostThreads) threads = mostThreads;
  Pool &p = pool();
  const bool grouped = parts > threads;
  const auto alone = [&] {
    for (int64_t part = 0; part < parts; part++) task(context, part, grouped ? 0 : static_cast<int>(part));
  };
  // Where another thread of the process is at work, everything runs here, with the same results.
  if (threads <= 1 || parts <= 1 || pthread_mutex_trylock(&p.callers) != 0) return alone();
  const int64_t start = clockNanoseconds();
  if (start < p.pausedUntil || (p.sleepers.load() >= p.started - 1 && !worthWakingFor(p, nanoseconds, start))) {
    pthread_mutex_unlock(&p.callers);
    return alone();
  }
  if (p.started < threads) grow(p, threads);
  keepOff(p);
  const int64_t groups = parts < mostParts ? parts : mostParts;
  p.task.store(task, std::memory_order_relaxed);
  p.context.store(context, std::memory_order_relaxed);
  p.parts.store(parts, std::memory_order_relaxed);
  p.grouped.store(grouped, std::memory_order_relaxed);
  p.active.store(threads, std::memory_order_relaxed);
  p.done.store(0, std::memory_order_relaxed);
  publish(p, groups);
  const int64_t mine = takeParts(p, 0), waits = clockNanoseconds();
  const auto finished = [&] { return p.done.load() == groups; };
  if (!waitAwake(finished)) {
    pthread_mutex_lock(&p.sleep);
    p.callerSleeps.store(true);
    while (!finished()) pthread_cond_wait(&p.finished, &p.sleep);
    p.callerSleeps.store(false);
    pthread_mutex_unlock(&p.sleep);
  }
  const int64_t end = clockNanoseconds();
  weigh(p, groups, mine, waits - start, end - waits, end);
  pthread_mutex_unlock(&p.callers);
}

}  // namespace puregrad

#endif
