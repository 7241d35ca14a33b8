#include "thread_pool.h"

#if defined(__wasm__)

namespace puregrad {

int threadCount() { return 1; }
void setThreadCount(int) {}
void parallel(int, int64_t parts, void (*task)(void *, int64_t, int), void *context) {
  for (int64_t part = 0; part < parts; part++) task(context, part, 0);
}

}  // namespace puregrad

#else

#include <pthread.h>
#include <sched.h>
#include <unistd.h>
#include <atomic>

namespace puregrad {

namespace {

constexpr int mostThreads = 64;

// One piece of work: workers compare `generation` with the last one they did.
struct Pool {
  std::atomic<uint64_t> generation{0};
  std::atomic<int> remaining{0};
  std::atomic<int> sleepers{0};
  int active = 1;
  int64_t parts = 0;
  void (*task)(void *, int64_t, int) = nullptr;
  void *context = nullptr;
  pthread_mutex_t callers = PTHREAD_MUTEX_INITIALIZER;
  pthread_mutex_t sleep = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t wake = PTHREAD_COND_INITIALIZER;
  int started = 1;
};

// Never destroyed: workers may outlive static destructors at exit.
Pool &pool() {
  static Pool *const only = new Pool;
  return *only;
}

int available() {
  const long count = sysconf(_SC_NPROCESSORS_ONLN);
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

constexpr int spins = 4000;

void runParts(const Pool &p, int thread, int active) {
  for (int64_t part = thread; part < p.parts; part += active) p.task(p.context, part, thread);
}

void *work(void *argument) {
  const int thread = static_cast<int>(reinterpret_cast<intptr_t>(argument));
  Pool &p = pool();
  uint64_t seen = 0;
  for (;;) {
    int spun = 0;
    while (p.generation.load(std::memory_order_acquire) == seen && spun < spins) {
      pause();
      spun++;
    }
    if (p.generation.load(std::memory_order_acquire) == seen) {
      pthread_mutex_lock(&p.sleep);
      p.sleepers.fetch_add(1);
      while (p.generation.load() == seen) pthread_cond_wait(&p.wake, &p.sleep);
      p.sleepers.fetch_sub(1);
      pthread_mutex_unlock(&p.sleep);
    }
    seen = p.generation.load(std::memory_order_acquire);
    if (thread < p.active) runParts(p, thread, p.active);
    p.remaining.fetch_sub(1, std::memory_order_release);
  }
  return nullptr;
}

// Workers take part in every generation from the one after they were started.
void grow(Pool &p, int threads) {
  while (p.started < threads) {
    pthread_t handle;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    const int failed = pthread_create(&handle, &attributes, work, reinterpret_cast<void *>(static_cast<intptr_t>(p.started)));
    pthread_attr_destroy(&attributes);
    if (failed != 0) return;
    p.started++;
  }
}

}  // namespace

int threadCount() { return count().load(); }

void setThreadCount(int threads) { count().store(threads < 1 ? 1 : threads > mostThreads ? mostThreads : threads); }

void parallel(int threads, int64_t parts, void (*task)(void *, int64_t, int), void *context) {
  if (threads > parts) threads = static_cast<int>(parts);
  if (threads > mostThreads) threads = mostThreads;
  Pool &p = pool();
  // Another thread of the process is at work: everything runs here, part by part, with the same results.
  if (threads <= 1 || pthread_mutex_trylock(&p.callers) != 0) {
    for (int64_t part = 0; part < parts; part++) task(context, part, threads <= 1 ? 0 : static_cast<int>(part % threads));
    return;
  }
  if (p.started < threads) {
    // New workers have seen nothing; an empty piece of work brings them level.
    grow(p, threads);
    p.parts = 0;
    p.active = 0;
    p.remaining.store(p.started - 1);
    pthread_mutex_lock(&p.sleep);
    p.generation.fetch_add(1, std::memory_order_release);
    pthread_cond_broadcast(&p.wake);
    pthread_mutex_unlock(&p.sleep);
    while (p.remaining.load(std::memory_order_acquire) > 0) sched_yield();
  }
  const int active = threads < p.started ? threads : p.started;
  p.task = task;
  p.context = context;
  p.parts = parts;
  p.active = active;
  p.remaining.store(p.started - 1, std::memory_order_relaxed);
  p.generation.fetch_add(1, std::memory_order_seq_cst);
  if (p.sleepers.load(std::memory_order_seq_cst) > 0) {
    pthread_mutex_lock(&p.sleep);
    pthread_cond_broadcast(&p.wake);
    pthread_mutex_unlock(&p.sleep);
  }
  runParts(p, 0, active);
  int spun = 0;
  while (p.remaining.load(std::memory_order_acquire) > 0) {
    if (++spun < 20000) pause();
    else sched_yield();
  }
  pthread_mutex_unlock(&p.callers);
}

}  // namespace puregrad

#endif
