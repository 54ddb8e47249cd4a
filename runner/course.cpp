#include "runner/course.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <queue>
#include <tuple>

namespace mlpsweep::runner {
namespace {

struct Running {
  const TrialSeconds* trial;
  int rank;
  double left;  ///< Share of the trial that is still to be done.
};

/// Threads that a trial has, and how much of its node is at work.
struct Surroundings {
  double threads = 1;
  double node_share = 1;  ///< 0: no other core is busy, 1: all are.
};

/// Seconds of a whole trial under these circumstances. More threads help by a power of their
/// number, which the measured ones give.
double seconds_under(const TrialSeconds& trial, const Surroundings& around, int joined_cores) {
  if (around.threads <= 1 || joined_cores <= 1) {
    return trial.alone + (trial.busy - trial.alone) * around.node_share;
  }
  const double exponent = std::log(trial.alone / trial.joined) / std::log(joined_cores);
  return trial.alone / std::pow(around.threads, std::max(exponent, 0.0));
}

/// What is left to do when the last trial has been handed out.
class Tail {
 public:
  Tail(std::vector<Running> running, const Layout& layout, int joined_cores)
      : running_(std::move(running)), layout_(layout), joined_cores_(joined_cores) {}

  /// Until all have ended.
  Course run() {
    Course course;
    while (!running_.empty()) {
      const std::vector<double> seconds = seconds_of_each();
      double step = std::numeric_limits<double>::infinity();
      for (std::size_t i = 0; i < running_.size(); ++i) {
        step = std::min(step, running_[i].left * seconds[i]);
      }
      for (std::size_t i = 0; i < running_.size(); ++i) {
        running_[i].left -= step / seconds[i];
      }
      course.seconds += step;
      course.idle += step * (layout_.cores() - busy_cores_);
      std::erase_if(running_, [](const Running& one) { return one.left <= 1e-12; });
    }
    return course;
  }

 private:
  /// Each trial's duration at this moment; counts the busy cores on the way.
  std::vector<double> seconds_of_each() {
    std::vector<int> of_rank(static_cast<std::size_t>(layout_.nodes * layout_.ranks), 0);
    std::vector<int> of_node(static_cast<std::size_t>(layout_.nodes), 0);
    for (const Running& one : running_) {
      if (of_rank[static_cast<std::size_t>(one.rank)]++ == 0) {
        // Where fewer trials than threads are left, all threads are at work on them.
        of_node[static_cast<std::size_t>(one.rank / layout_.ranks)] += layout_.threads;
      }
    }
    busy_cores_ = 0;
    for (const int cores : of_node) {
      busy_cores_ += cores;
    }
    const int node_cores = layout_.ranks * layout_.threads;
    std::vector<double> seconds;
    for (const Running& one : running_) {
      const int trials = of_rank[static_cast<std::size_t>(one.rank)];
      const int busy = of_node[static_cast<std::size_t>(one.rank / layout_.ranks)];
      const Surroundings around{
          std::max(1.0, static_cast<double>(layout_.threads) / trials),
          node_cores > 1 ? static_cast<double>(busy - 1) / (node_cores - 1) : 1};
      seconds.push_back(seconds_under(*one.trial, around, joined_cores_));
    }
    return seconds;
  }

  std::vector<Running> running_;
  Layout layout_;
  int joined_cores_;
  int busy_cores_ = 0;
};

}  // namespace

Course play(const std::vector<TrialSeconds>& trials, const Layout& layout, int joined_cores) {
  using Slot = std::tuple<double, int, const TrialSeconds*>;  // free at, rank, what ends there then
  std::priority_queue<Slot, std::vector<Slot>, std::greater<>> slots;
  for (int rank = 0; rank < layout.nodes * layout.ranks; ++rank) {
    for (int thread = 0; thread < layout.threads; ++thread) {
      slots.emplace(0, rank, nullptr);
    }
  }
  double now = 0;
  for (const TrialSeconds& trial : trials) {
    const auto [at, rank, ended] = slots.top();
    slots.pop();
    now = at;
    slots.emplace(at + trial.busy, rank, &trial);
  }
  std::vector<Running> left;
  for (; !slots.empty(); slots.pop()) {
    const auto [at, rank, trial] = slots.top();
    if (trial != nullptr && at > now) {
      left.push_back({trial, rank, (at - now) / trial->busy});
    }
  }
  Course course = Tail(std::move(left), layout, joined_cores).run();
  course.seconds += now;
  return course;
}

std::vector<Layout> layouts(int nodes, int cores) {
  std::vector<Layout> all;
  for (int ranks = 1; ranks <= cores; ++ranks) {
    if (cores % ranks == 0) {
      all.push_back({nodes, ranks, cores / ranks});
    }
  }
  return all;
}

}  // namespace mlpsweep::runner
