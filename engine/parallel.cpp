#include "engine/parallel.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>
#include <utility>

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/partitioner.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/version.h>
#include <sched.h>

#include "engine/errors.h"
#include "engine/gemm.h"

namespace mlpsweep::engine {
namespace {

thread_local bool in_pool = false;

/// Marks this thread as one of a pool, and prepares it, for as long as it works there. (A
/// tbb::task_scheduler_observer would tell of each thread once; oneTBB 2021.8 leaks its entry when
/// the pool goes before the thread has left.)
class AtWork {
 public:
  AtWork() : before_(std::exchange(in_pool, true)) { keep_products_on_this_thread(); }
  ~AtWork() { in_pool = before_; }
  AtWork(const AtWork&) = delete;
  AtWork& operator=(const AtWork&) = delete;

 private:
  bool before_;
};

}  // namespace

struct ThreadPool::Impl {
  // One more than the pool's threads: oneTBB counts the thread that calls, which never works here.
  explicit Impl(int threads)
      : most(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads) + 1),
        arena(threads, /*reserved_for_masters=*/0) {}

  /// Runs the oldest waiting task. oneTBB starts enqueued work in roughly the order given; a queue
  /// of our own makes that exact, so that long trials, given first, do start first.
  void run_next() {
    std::unique_lock lock(mutex);
    auto [ticket, task] = std::move(waiting.front());
    waiting.pop_front();
    lock.unlock();
    {
      const AtWork here;
      task();
      task = nullptr;  // what it holds ends before anyone is told that it has ended
    }
    lock.lock();
    unfinished.erase(ticket);
    // Under the lock: once it is released, the destructor may take this object away.
    ended.notify_all();
  }

  tbb::global_control most;
  tbb::task_arena arena;

  std::mutex mutex;
  std::condition_variable ended;
  std::deque<std::pair<std::uint64_t, std::function<void()>>> waiting;
  std::set<std::uint64_t> unfinished;  ///< Tickets of the tasks that wait or run.
  std::uint64_t next_ticket = 0;
};

ThreadPool::ThreadPool(int threads) {
  MLPS_CHECK(threads >= 1, "threads = " + std::to_string(threads));
  impl_ = std::make_unique<Impl>(threads);
}

ThreadPool::~ThreadPool() {
  wait();
}

int ThreadPool::threads() const {
  return impl_->arena.max_concurrency();
}

void ThreadPool::run(std::function<void()> task) {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->unfinished.insert(impl_->next_ticket);
    impl_->waiting.emplace_back(impl_->next_ticket++, std::move(task));
  }
  impl_->arena.enqueue([impl = impl_.get()] { impl->run_next(); });
}

void ThreadPool::wait() {
  std::unique_lock lock(impl_->mutex);
  const std::uint64_t mine = impl_->next_ticket;  // later tasks are not waited for
  impl_->ended.wait(
      lock, [&] { return impl_->unfinished.empty() || *impl_->unfinished.begin() >= mine; });
}

void for_blocks(int count, const std::function<void(int)>& body) {
  if (!in_pool) {
    keep_products_on_this_thread();
    for (int i = 0; i < count; ++i)
      body(i);
    return;
  }
  if (count == 1) {
    body(0);
    return;
  }
  // Isolated: a thread that waits for its last block takes up nothing of another trial, whose work
  // it would have to end first while its own trial stands still. The simple partitioner makes every
  // block a task of its own.
  const auto block = [&](int b) {
    const AtWork here;
    body(b);
  };
  tbb::this_task_arena::isolate(
      [&] { tbb::parallel_for(0, count, block, tbb::simple_partitioner()); });
}

int available_cores() {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  if (sched_getaffinity(0, sizeof(mask), &mask) != 0)
    return 1;
  return std::max(1, CPU_COUNT(&mask));
}

std::string pool_library() {
  return std::string("oneTBB ") + TBB_runtime_version();
}

}  // namespace mlpsweep::engine
