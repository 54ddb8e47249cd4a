// The only door to oneTBB: trials side by side, idle cores joining the trials that still run.
#pragma once

#include <functional>
#include <memory>
#include <string>

namespace mlpsweep::engine {

/// `threads` threads that run tasks in the order given, the calling thread never among them (it is
/// the one that talks to MPI). Every thread holds oneDNN's OpenMP pool at one thread.
///
/// Threads  run() and wait() are safe from any thread outside the pool.
class ThreadPool {
 public:
  explicit ThreadPool(int threads);
  ~ThreadPool();  ///< Waits for all tasks.
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  [[nodiscard]] int threads() const;

  /// Starts `task` as soon as a thread is free. It must not throw.
  void run(std::function<void()> task);

  /// Returns when every task given so far has ended.
  void wait();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Runs body(0) .. body(count - 1), each once, on this thread and on idle threads of its pool;
/// returns when all have ended. A thread that waits here never starts another trial. Which thread
/// runs what is open, so bodies must write to places of their own. Outside a pool: in order, here.
///
/// Errors   The first exception of a body is thrown again here.
void for_blocks(int count, const std::function<void(int)>& body);

/// Cores that this process may run on (its affinity mask), at least 1.
[[nodiscard]] int available_cores();

/// "oneTBB 2021.8.0", as found at run time.
[[nodiscard]] std::string pool_library();

}  // namespace mlpsweep::engine
