#include "runner/course.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <queue>
#include <tuple>
#include <utility>
#include <vector>

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

/// What a node has left to do when the last trial of all has been handed out. No node's trials know
/// of another's.
class NodeTail {
 public:
  NodeTail(std::vector<Running> running, const Layout& layout, int joined_cores)
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
      course.idle += step * (layout_.ranks * layout_.threads - busy_cores_);
      std::erase_if(running_, [](const Running& one) { return one.left <= 1e-12; });
    }
    return course;
  }

 private:
  /// Each trial's duration at this moment; counts the busy cores on the way.
  std::vector<double> seconds_of_each() {
    std::vector<int> of_rank(static_cast<std::size_t>(layout_.ranks), 0);
    busy_cores_ = 0;
    for (const Running& one : running_) {
      if (of_rank[static_cast<std::size_t>(one.rank % layout_.ranks)]++ == 0) {
        // Where fewer trials than threads are left, all threads are at work on them.
        busy_cores_ += layout_.threads;
      }
    }
    const int node_cores = layout_.ranks * layout_.threads;
    const double node_share =
        node_cores > 1 ? static_cast<double>(busy_cores_ - 1) / (node_cores - 1) : 1;
    std::vector<double> seconds;
    seconds.reserve(running_.size());
    for (const Running& one : running_) {
      const int trials = of_rank[static_cast<std::size_t>(one.rank % layout_.ranks)];
      const Surroundings around{std::max(1.0, static_cast<double>(layout_.threads) / trials),
                                node_share};
      seconds.push_back(seconds_under(*one.trial, around, joined_cores_));
    }
    return seconds;
  }

  std::vector<Running> running_;
  Layout layout_;
  int joined_cores_;
  int busy_cores_ = 0;
};

/// Until the last node has ended; the others' cores idle meanwhile.
Course tail_of(std::vector<std::vector<Running>> nodes, const Layout& layout, int joined_cores) {
  std::vector<Course> tails;
  Course all;
  for (std::vector<Running>& node : nodes) {
    tails.push_back(NodeTail(std::move(node), layout, joined_cores).run());
    all.seconds = std::max(all.seconds, tails.back().seconds);
  }
  for (const Course& tail : tails) {
    all.idle += tail.idle + (all.seconds - tail.seconds) * layout.ranks * layout.threads;
  }
  return all;
}

}  // namespace

Course play(const std::vector<TrialSeconds>& trials, const Layout& layout, int joined_cores) {
  using Slot = std::tuple<double, int, const TrialSeconds*>;  // free at, rank, what ends there then
  std::priority_queue<Slot, std::vector<Slot>, std::greater<>> slots;
  // Handed out rank by rank: threads beyond the number of trials get none.
  const auto used = std::min(static_cast<std::size_t>(layout.cores()), trials.size());
  for (std::size_t slot = 0; slot < used; ++slot) {
    slots.emplace(0, static_cast<int>(slot) / layout.threads, nullptr);
  }
  double now = 0;
  for (const TrialSeconds& trial : trials) {
    const auto [at, rank, ended] = slots.top();
    slots.pop();
    now = at;
    slots.emplace(at + trial.busy, rank, &trial);
  }
  std::vector<std::vector<Running>> left(static_cast<std::size_t>(layout.nodes));
  for (; !slots.empty(); slots.pop()) {
    const auto [at, rank, trial] = slots.top();
    if (trial != nullptr && at > now) {
      left[static_cast<std::size_t>(rank / layout.ranks)].push_back(
          {trial, rank, (at - now) / trial->busy});
    }
  }
  Course course = tail_of(std::move(left), layout, joined_cores);
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
