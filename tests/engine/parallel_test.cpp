// Tasks, blocks, and how many threads are ever busy.
#include "engine/parallel.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <omp.h>

namespace mlpsweep::engine {
namespace {

using namespace std::chrono_literals;

void work(std::chrono::microseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (std::chrono::steady_clock::now() < end)
    std::this_thread::yield();
}

TEST(ThreadPool, RunsEveryTaskOnceAndNeverOnTheCallingThread) {
  ThreadPool pool(2);
  std::vector<std::atomic<int>> runs(50);
  std::atomic<bool> here = false;
  const auto caller = std::this_thread::get_id();
  for (auto& run : runs)
    pool.run([&] {
      ++run;
      if (std::this_thread::get_id() == caller)
        here = true;
    });
  pool.wait();
  for (const auto& run : runs)
    EXPECT_EQ(run, 1);
  EXPECT_FALSE(here);
}

TEST(ThreadPool, StartsTasksInTheOrderGiven) {
  ThreadPool pool(1);
  std::vector<int> order;
  for (int i = 0; i < 200; ++i)
    pool.run([&, i] { order.push_back(i); });
  pool.wait();
  for (int i = 0; i < 200; ++i)
    ASSERT_EQ(order[static_cast<std::size_t>(i)], i);
}

TEST(ThreadPool, WaitsForTheTasksOfItsTimeOnly) {
  ThreadPool pool(2);
  std::atomic<bool> release = false;
  std::atomic<bool> first = false;
  pool.run([&] { first = true; });
  pool.wait();
  EXPECT_TRUE(first);
  pool.run([&] {
    while (!release)
      std::this_thread::yield();
  });
  std::thread waiter([&] { pool.wait(); });
  work(2ms);
  release = true;
  waiter.join();
}

TEST(ThreadPool, WaitsInItsDestructor) {
  std::atomic<int> done = 0;
  {
    ThreadPool pool(2);
    for (int i = 0; i < 8; ++i)
      pool.run([&] {
        work(1ms);
        ++done;
      });
  }
  EXPECT_EQ(done, 8);
}

TEST(ThreadPool, HasLetGoOfWhatATaskHeldWhenItHasEnded) {
  ThreadPool pool(2);
  const auto held = std::make_shared<int>(1);
  for (int i = 0; i < 100; ++i) {
    pool.run([held] {});
    pool.wait();
    ASSERT_EQ(held.use_count(), 1);
  }
}

TEST(ThreadPool, HoldsOpenMpToOneThreadEverywhere) {
  ThreadPool pool(3);
  std::atomic<int> most = 0;
  for (int i = 0; i < 30; ++i)
    pool.run([&] {
      if (omp_get_max_threads() > most)
        most = omp_get_max_threads();
    });
  pool.wait();
  EXPECT_EQ(most, 1);
}

TEST(ThreadPool, NeverHasMoreBusyThreadsThanItWasGiven) {
  constexpr int kThreads = 2;
  ThreadPool pool(kThreads);
  std::atomic<int> busy = 0;
  std::atomic<int> most = 0;
  for (int trial = 0; trial < 6; ++trial)
    pool.run([&] {
      for (int step = 0; step < 20; ++step)
        for_blocks(4, [&](int) {
          const int now = ++busy;
          int seen = most;
          while (now > seen && !most.compare_exchange_weak(seen, now)) {
          }
          work(50us);
          --busy;
        });
    });
  pool.wait();
  EXPECT_LE(most, kThreads);
  EXPECT_GE(most, 1);
}

/// Trial that this thread is in the middle of, counted from 1.
thread_local int trial_of_this_thread = 0;

/// Runs `trials` trials on three threads; counts how often a thread in the middle of one took up
/// another one, or a block of it.
int times_mixed(int trials) {
  std::atomic<int> mixed = 0;
  ThreadPool pool(3);
  for (int trial = 1; trial <= trials; ++trial)
    pool.run([&mixed, trial] {
      mixed += trial_of_this_thread != 0;
      trial_of_this_thread = trial;
      for (int step = 0; step < 40; ++step)
        // Blocks of unequal length, so that the trial's own thread has to wait for others.
        for_blocks(3, [&mixed, trial](int b) {
          mixed += trial_of_this_thread != 0 && trial_of_this_thread != trial;
          work(std::chrono::microseconds(20 + 100 * b));
        });
      trial_of_this_thread = 0;
    });
  pool.wait();
  return mixed;
}

TEST(ForBlocks, NeverLetsAWaitingThreadStartAnotherTrial) {
  EXPECT_EQ(times_mixed(20), 0);
}

TEST(ForBlocks, NeverLetsAWaitingThreadHelpAnotherTrial) {
  // Two trials and an idle third thread, which takes blocks and so keeps both trials waiting.
  EXPECT_EQ(times_mixed(2), 0);
}

TEST(ForBlocks, RunsEveryBlockOnce) {
  ThreadPool pool(2);
  std::vector<std::atomic<int>> runs(100);
  pool.run([&] { for_blocks(100, [&](int b) { ++runs[static_cast<std::size_t>(b)]; }); });
  pool.wait();
  for (const auto& run : runs)
    EXPECT_EQ(run, 1);
}

TEST(ForBlocks, LetsIdleThreadsHelp) {
  if (available_cores() < 2)
    GTEST_SKIP() << "one core: whether a second thread helps is up to luck";
  ThreadPool pool(2);
  std::mutex mutex;
  std::set<std::thread::id> threads;
  pool.run([&] {
    for (int step = 0; step < 200 && threads.size() < 2; ++step)
      for_blocks(2, [&](int) {
        {
          const std::lock_guard lock(mutex);
          threads.insert(std::this_thread::get_id());
        }
        work(1ms);
      });
  });
  pool.wait();
  EXPECT_EQ(threads.size(), 2U);
}

TEST(ForBlocks, RunInOrderOnThisThreadOutsideAPool) {
  std::vector<int> order;
  const auto caller = std::this_thread::get_id();
  for_blocks(5, [&](int b) {
    EXPECT_EQ(std::this_thread::get_id(), caller);
    order.push_back(b);
  });
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4}));
}

TEST(ForBlocks, HandsOnAnException) {
  const auto throws = [](int b) {
    if (b == 2)
      throw std::runtime_error("block 2");
  };
  EXPECT_THROW(for_blocks(4, throws), std::runtime_error);
  ThreadPool pool(2);
  bool caught = false;
  pool.run([&] {
    try {
      for_blocks(4, throws);
    } catch (const std::runtime_error&) {
      caught = true;
    }
  });
  pool.wait();
  EXPECT_TRUE(caught);
}

TEST(AvailableCores, IsAtLeastOne) {
  EXPECT_GE(available_cores(), 1);
}

}  // namespace
}  // namespace mlpsweep::engine
