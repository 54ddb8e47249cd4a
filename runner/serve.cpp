#include "runner/serve.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <thread>
#include <unordered_map>

#include <fmt/core.h>

#include "runner/interrupts.h"
#include "runner/plan_trials.h"
#include "sweeps/keys.h"

namespace mlpsweep::runner {
namespace {

using Clock = std::chrono::steady_clock;

// A blocked MPI call would burn the core that trains; this costs 2 % of one core at most and delays
// a message by a millisecond.
constexpr std::chrono::milliseconds kPoll{1};
constexpr std::chrono::seconds kStatusEvery{2};

class Server {
 public:
  Server(const sweeps::Sweep& sweep, const std::vector<Task>& tasks, const Earlier& earlier,
         int ranks, Link& link, const ServeHooks& hooks)
      : sweep_(sweep), ranks_(ranks), link_(link), hooks_(hooks), coordinator_(tasks) {
    standing_.done = earlier.ended + earlier.failed;
    standing_.diverged = earlier.diverged;
    standing_.failed = earlier.failed;
    best_ = earlier.best;
    if (!std::isnan(best_)) {
      tell_best(earlier.best_trial);
    }
    standing_.planned = standing_.done + tasks.size();
    for (const Task& task : tasks) {
      costs_.emplace(task.trial, static_cast<float>(task.cost));
      cost_left_ += task.cost;
    }
  }

  Served run() {
    Progress progress;
    progress.show_now(standing_);
    while (!finished()) {
      hooks_.step_own_worker();
      while (auto packet = link_.receive()) {
        take(packet->rank, decode_message(packet->bytes));
      }
      if (interrupted()) {
        stop_on_request();
      }
      for (Coordinator::Assignment& assignment : coordinator_.assign()) {
        link_.send({assignment.rank, encode(Assign{std::move(assignment.trials)})});
      }
      refresh();
      progress.show(standing_);
      std::this_thread::sleep_for(kPoll);
    }
    refresh();
    hooks_.status(standing_, coordinator_.ranks());
    progress.show_now(standing_);
    return served_;
  }

 private:
  [[nodiscard]] bool finished() const {
    const bool stopping = served_.interrupted || served_.broken;
    return stopping ? coordinator_.idle() : coordinator_.complete();
  }

  void stop_on_request() {
    if (!served_.interrupted) {
      served_.interrupted = true;
      log_info("stopping: running trials end at their next epoch and are trained again later");
      stop();
    }
  }

  void stop() {
    coordinator_.stop();
    for (int rank = 0; rank < ranks_; ++rank) {
      link_.send({rank, encode(Stop{})});
    }
  }

  void take(int rank, const Message& message) {
    if (const auto* ready = std::get_if<Ready>(&message)) {
      coordinator_.ready(rank, ready->slots);
    } else if (const auto* done = std::get_if<Done>(&message)) {
      for (const Outcome& outcome : done->outcomes) {
        end(rank, outcome);
      }
      hooks_.durable(standing_.done);
    } else if (const auto* returned = std::get_if<Returned>(&message)) {
      for (const std::uint64_t trial : returned->trials) {
        coordinator_.returned(rank, trial);
      }
      if (!served_.broken) {  // a rank gives trials back by itself only when a signal came to it
        stop_on_request();
      }
    } else if (const auto* broken = std::get_if<Broken>(&message)) {
      give_up(rank, broken->what);
    }
  }

  void give_up(int rank, const std::string& what) {
    if (!served_.broken) {
      served_.broken = fmt::format("rank {}: {}", rank, what);
      stop();
    }
    const auto at = coordinator_.ranks().find(rank);
    if (at != coordinator_.ranks().end()) {  // what it had is trained by the next run
      const std::set<std::uint64_t> lost = at->second.running;
      for (const std::uint64_t trial : lost) {
        coordinator_.returned(rank, trial);
      }
    }
  }

  void end(int rank, const Outcome& outcome) {
    coordinator_.done(rank, outcome);
    ++standing_.done;
    standing_.diverged += outcome.state == engine::State::kDiverged;
    standing_.failed += outcome.state == engine::State::kFailed;
    served_.failed += outcome.state == engine::State::kFailed;
    const double cost = costs_[outcome.trial];
    cost_left_ -= cost;
    cost_done_ += cost;
    if (outcome.state == engine::State::kComplete &&
        is_better(sweep_.metric, outcome.metric, best_)) {
      best_ = outcome.metric;
      tell_best(outcome.trial);
    }
  }

  void tell_best(std::uint64_t trial) {
    standing_.best = fmt::format("{} {:.4g} ({})", sweep_.metric.name, best_, settings(trial));
  }

  [[nodiscard]] std::string settings(std::uint64_t trial) const {
    const engine::TrainSpec spec = sweep_.trial(trial);
    std::string text;
    for (const std::string& name : sweep_.swept_keys()) {
      const std::string brief = name.substr(name.rfind('.') + 1);
      text += fmt::format("{}{}={}", text.empty() ? "" : " ", brief,
                          sweeps::text_of(sweeps::find_key(name)->get(spec)));
    }
    return text;
  }

  void refresh() {
    standing_.running = coordinator_.running();
    const double elapsed = std::chrono::duration<double>(Clock::now() - begun_).count();
    if (cost_done_ > 0) {
      standing_.trials_per_second = static_cast<double>(coordinator_.ended()) / elapsed;
      standing_.seconds_left = cost_left_ / (cost_done_ / elapsed);
    }
    if (Clock::now() - status_written_ >= kStatusEvery) {
      status_written_ = Clock::now();
      hooks_.status(standing_, coordinator_.ranks());
    }
  }

  const sweeps::Sweep& sweep_;
  int ranks_;
  Link& link_;
  const ServeHooks& hooks_;
  Coordinator coordinator_;
  Served served_;
  Standing standing_;
  std::unordered_map<std::uint64_t, float> costs_;
  double cost_left_ = 0;
  double cost_done_ = 0;
  double best_ = engine::kNaN;
  Clock::time_point begun_ = Clock::now();
  Clock::time_point status_written_;
};

}  // namespace

Served serve(const sweeps::Sweep& sweep, const std::vector<Task>& tasks, const Earlier& earlier,
             int ranks, Link& link, const ServeHooks& hooks) {
  return Server(sweep, tasks, earlier, ranks, link, hooks).run();
}

}  // namespace mlpsweep::runner
