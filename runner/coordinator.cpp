#include "runner/coordinator.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "engine/errors.h"

namespace mlpsweep::runner {
namespace {

constexpr double kQueueSeconds = 0.05;  // work that lies ready at a rank beside what it trains
constexpr double kRecent = 0.2;         // weight of the newest trial in a rank's mean duration

}  // namespace

std::vector<Task> in_order(std::vector<Task> tasks) {
  std::sort(tasks.begin(), tasks.end(), [](const Task& a, const Task& b) {
    return std::tuple(a.repeat, -a.cost, a.trial) < std::tuple(b.repeat, -b.cost, b.trial);
  });
  return tasks;
}

Coordinator::Coordinator(std::vector<Task> tasks) {
  for (const Task& task : tasks) {
    if (task.tries.deaths > 0) {
      tries_[task.trial] = task.tries;
    }
    if (task.tries.deaths >= kMostTries) {
      hopeless_.push_back(task.trial);
    } else {
      tasks_.push_back(task);
    }
  }
}

void Coordinator::ready(int rank, int slots) {
  MLPS_CHECK(slots >= 1, "rank " + std::to_string(rank) + " offers no slots");
  ranks_[rank].slots = slots;
  to_look_at_.insert(rank);
}

std::size_t Coordinator::room(const Rank& rank) const {
  auto wanted = static_cast<std::size_t>(rank.slots);
  if (rank.mean_seconds > 0) {
    const double ahead = std::floor(rank.slots * kQueueSeconds / rank.mean_seconds);
    // Near the end a queue here would be idleness elsewhere: at most an even share of what waits.
    const double share =
        static_cast<double>(to_hand_out()) / (2.0 * static_cast<double>(ranks_.size()));
    wanted += static_cast<std::size_t>(std::min(ahead, share));
  }
  return wanted > rank.running.size() ? wanted - rank.running.size() : 0;
}

std::uint64_t Coordinator::take() {
  if (!back_.empty()) {
    const std::uint64_t trial = back_.back();
    back_.pop_back();
    return trial;
  }
  return tasks_[next_++].trial;
}

std::vector<Coordinator::Assignment> Coordinator::assign() {
  std::vector<Assignment> assignments;
  if (stopped_) {
    return assignments;
  }
  // Of thousands of ranks a few have room: what bounds it only shrinks while trials go out.
  for (const int number : std::exchange(to_look_at_, {})) {
    Rank& rank = ranks_.at(number);
    Assignment assignment{number, {}};
    for (std::size_t places = room(rank); places > 0 && to_hand_out() > 0; --places) {
      const std::uint64_t trial = take();
      rank.running.push_back(trial);
      ++running_;
      assignment.trials.push_back(trial);
    }
    if (!assignment.trials.empty()) {
      assignments.push_back(std::move(assignment));
    }
  }
  return assignments;
}

void Coordinator::release(int rank, std::uint64_t trial) {
  MLPS_CHECK(runs(rank, trial),
             "trial " + std::to_string(trial) + " does not run on rank " + std::to_string(rank));
  std::deque<std::uint64_t>& running = ranks_[rank].running;
  running.erase(std::find(running.begin(), running.end(), trial));
  --running_;
  to_look_at_.insert(rank);
}

void Coordinator::look_at_all() {
  for (const auto& [number, rank] : ranks_) {
    to_look_at_.insert(number);
  }
}

void Coordinator::done(int rank, const Outcome& outcome) {
  release(rank, outcome.trial);
  ++ended_;
  double& mean = ranks_[rank].mean_seconds;
  mean = mean == 0 ? outcome.seconds : (1 - kRecent) * mean + kRecent * outcome.seconds;
}

void Coordinator::returned(int rank, std::uint64_t trial) {
  release(rank, trial);
  back_.push_back(trial);
  look_at_all();  // there is more to hand out
}

bool Coordinator::runs(int rank, std::uint64_t trial) const {
  const auto at = ranks_.find(rank);
  return at != ranks_.end() && std::find(at->second.running.begin(), at->second.running.end(),
                                         trial) != at->second.running.end();
}

void Coordinator::lost(int rank, const std::function<int(std::uint64_t trial)>& epoch_of) {
  MLPS_CHECK(rank != kOwnRank, "the coordinator's own rank is lost");
  const auto node = ranks_.extract(rank);
  if (node.empty()) {
    return;
  }
  to_look_at_.erase(rank);
  look_at_all();  // what it had waits again, and fewer share it
  const Rank& gone = node.mapped();
  const auto slots = static_cast<std::size_t>(gone.slots);
  for (std::size_t i = gone.running.size(); i-- > 0;) {  // the oldest goes back last: it goes first
    const std::uint64_t trial = gone.running[i];
    const bool begun = i < slots;
    --running_;
    (begun && count_death(trial, epoch_of(trial)) ? hopeless_ : back_).push_back(trial);
  }
}

/// Whether that was its last try.
bool Coordinator::count_death(std::uint64_t trial, int epoch) {
  Tries& tries = tries_[trial];
  tries = {epoch > tries.epoch ? 1 : tries.deaths + 1, std::max(epoch, tries.epoch)};
  return tries.deaths >= kMostTries;
}

std::vector<std::uint64_t> Coordinator::take_hopeless() {
  const auto own = ranks_.find(kOwnRank);
  if (stopped_ || own == ranks_.end()) {
    return {};
  }
  own->second.running.insert(own->second.running.end(), hopeless_.begin(), hopeless_.end());
  running_ += hopeless_.size();
  return std::exchange(hopeless_, {});
}

void Coordinator::stop() {
  stopped_ = true;
}

}  // namespace mlpsweep::runner
