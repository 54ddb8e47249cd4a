#include "runner/serve.h"

#include <algorithm>
#include <cmath>
#include <thread>

#include <fmt/core.h>

#include "runner/interrupts.h"
#include "sweeps/keys.h"
#include "sweeps/setting_text.h"

namespace mlpsweep::runner {
namespace {

// A blocked MPI call would burn the core that trains; this costs 2 % of one core at most and delays
// a message by a millisecond.
constexpr std::chrono::milliseconds kPoll{1};
constexpr std::chrono::milliseconds kStatusEvery{2000};
constexpr std::chrono::milliseconds kStatusEveryForARank{1};  // telling of each takes 25 us
constexpr std::chrono::milliseconds kSilenceEvery{100};

}  // namespace

Server::Server(const sweeps::Sweep& sweep, const std::vector<Task>& tasks, const Earlier& earlier,
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

void Server::step(Clock::time_point now) {
  roll_.listen(now);
  while (auto packet = link_.receive()) {
    roll_.heard(packet->rank);
    if (packet->last && coordinator_.ranks().contains(packet->rank)) {
      give_up(packet->rank, "has left");
    } else if (!packet->bytes.empty()) {
      take(packet->rank, decode_message(packet->bytes));
    }
  }
  if (interrupted()) {
    stop_on_request();
  }
  give_up_the_silent(now);
  fail_hopeless();
  hand_out(now);
  refresh(now);
}

void Server::hand_out(Clock::time_point now) {
  for (Coordinator::Assignment& assignment : coordinator_.assign()) {
    for (const std::uint64_t trial : assignment.trials) {
      handed_out_[trial] = now;
    }
    link_.send({assignment.rank, encode(Assign{std::move(assignment.trials)})});
  }
}

bool Server::finished() const {
  const bool stopping = served_.interrupted || served_.broken;
  return stopping ? coordinator_.idle() : coordinator_.complete();
}

void Server::stop_on_request() {
  if (!served_.interrupted) {
    served_.interrupted = true;
    hooks_.tell_info(
        "stopping: running trials end at their next epoch; the next run goes on with them");
    stop();
  }
}

void Server::stop() {
  coordinator_.stop();
  for (int rank = 0; rank < ranks_; ++rank) {
    link_.send({rank, encode(Stop{})});
  }
}

void Server::take(int rank, const Message& message) {
  if (const auto* ready = std::get_if<Ready>(&message)) {
    coordinator_.ready(rank, ready->slots);
    hosts_[rank] = ready->host;
  } else if (const auto* done = std::get_if<Done>(&message)) {
    for (const Outcome& outcome : done->outcomes) {
      end(rank, outcome);
    }
    peaks_[rank] = done->peak_bytes;
    served_.peak_bytes = std::max(served_.peak_bytes, done->peak_bytes);
    hooks_.durable(standing_);
  } else if (const auto* returned = std::get_if<Returned>(&message)) {
    take_back(rank, *returned);
  } else if (const auto* broken = std::get_if<Broken>(&message)) {
    stop_broken(rank, broken->what);
  }
}

void Server::take_back(int rank, const Returned& returned) {
  for (const std::uint64_t trial : returned.trials) {
    if (coordinator_.runs(rank, trial)) {
      coordinator_.returned(rank, trial);
    }
  }
  if (!served_.broken) {  // a rank gives trials back by itself only when a signal came to it
    stop_on_request();
  }
}

void Server::stop_broken(int rank, const std::string& what) {
  if (!served_.broken) {
    served_.broken = fmt::format("rank {}: {}", rank, what);
    stop();
  }
  const auto at = coordinator_.ranks().find(rank);
  if (at != coordinator_.ranks().end()) {  // what it had is trained by the next run
    const auto lost = at->second.running;
    for (const std::uint64_t trial : lost) {
      coordinator_.returned(rank, trial);
    }
  }
}

/// Whether it trains or not: a rank that waits would be given the next trial.
void Server::give_up_the_silent(Clock::time_point now) {
  if (now - silence_looked_for_ < kSilenceEvery) {
    return;
  }
  silence_looked_for_ = now;
  std::vector<int> silent;
  for (const auto& [rank, state] : coordinator_.ranks()) {
    if (rank != Coordinator::kOwnRank && roll_.silence(rank) > kWorkerPatience) {
      silent.push_back(rank);
    }
  }
  for (const int rank : silent) {
    give_up(rank, fmt::format("has been silent for {} s", kWorkerPatience.count()));
  }
}

/// A record that it has written all the same, or still writes, does no harm: the first durable one
/// holds, and both are the same bits.
void Server::give_up(int rank, const std::string& why) {
  link_.cut(rank);
  const auto& running = coordinator_.ranks().at(rank).running;
  for (const Outcome& outcome : hooks_.recorded({running.begin(), running.end()})) {
    end(rank, outcome);
  }
  const std::size_t had = running.size();
  const bool stopping = served_.interrupted || served_.broken;
  hooks_.tell_warning(
      fmt::format("rank {} on {} {} and is given up{}", rank, hosts_[rank], why,
                  had == 0 || stopping ? "" : fmt::format("; its trials ({}) wait again", had)));
  coordinator_.lost(rank, hooks_.epoch_of);
}

void Server::fail_hopeless() {
  constexpr const char* kReason = "ranks died three times while they trained it";
  for (const std::uint64_t trial : coordinator_.take_hopeless()) {
    hooks_.tell_warning(fmt::format("a trial has failed: {} ({})", kReason, settings(trial)));
    link_.send({Coordinator::kOwnRank, encode(Fail{trial, kReason})});
  }
}

void Server::end(int rank, const Outcome& outcome) {
  if (!coordinator_.runs(rank, outcome.trial)) {
    return;  // said twice
  }
  coordinator_.done(rank, outcome);
  handed_out_.erase(outcome.trial);
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

void Server::tell_best(std::uint64_t trial) {
  standing_.best = fmt::format("{} {:.4g} ({})", sweep_.metric.name, best_, settings(trial));
}

std::string Server::settings(std::uint64_t trial) const {
  return sweeps::brief_text(sweeps::settings_of(sweep_.trial(trial)), sweep_.swept_keys());
}

std::string Server::name(std::uint64_t trial) const {
  const engine::TrainSpec spec = sweep_.trial(trial);
  return sweeps::brief_text(sweeps::settings_of(spec), sweep_.swept_keys(),
                            {spec.repeat, spec.folds, spec.fold});
}

void Server::refresh(Clock::time_point now) {
  begun_ = begun_.value_or(now);
  standing_.running = coordinator_.running();
  const double elapsed = std::chrono::duration<double>(now - *begun_).count();
  if (cost_done_ > 0 && elapsed > 0) {
    standing_.trials_per_second = static_cast<double>(coordinator_.ended()) / elapsed;
    standing_.seconds_left = cost_left_ / (cost_done_ / elapsed);
  }
  if (now - status_written_ >= std::max(kStatusEvery, ranks_ * kStatusEveryForARank)) {
    status_written_ = now;
    hooks_.status(standing_, ranks(now));
  }
}

std::vector<RankStanding> Server::ranks(Clock::time_point now) const {
  std::vector<RankStanding> all;
  for (const auto& [number, rank] : coordinator_.ranks()) {
    RankStanding standing{number, hosts_.at(number), rank.slots, {}, rank.running.size()};
    if (const auto peak = peaks_.find(number); peak != peaks_.end()) {
      standing.peak_bytes = peak->second;
    }
    const auto trained = std::min(rank.running.size(), static_cast<std::size_t>(rank.slots));
    for (std::size_t i = 0; i < std::min(trained, RankStanding::kMostTold); ++i) {
      const std::uint64_t trial = rank.running[i];
      const auto since = handed_out_.find(trial);  // none where it had its last try before
      const auto seconds = since == handed_out_.end() ? Clock::duration() : now - since->second;
      standing.training.push_back(
          {trial, name(trial), std::chrono::duration<double>(seconds).count()});
    }
    all.push_back(std::move(standing));
  }
  return all;
}

Served serve(const sweeps::Sweep& sweep, const std::vector<Task>& tasks, const Earlier& earlier,
             int ranks, Link& link, const ServeHooks& hooks) {
  Server server(sweep, tasks, earlier, ranks, link, hooks);
  Progress progress;
  progress.show_now(server.standing());
  while (!server.finished()) {
    hooks.step_own_worker();
    server.step(Clock::now());
    progress.show(server.standing());
    std::this_thread::sleep_for(kPoll);
  }
  hooks.status(server.standing(), server.ranks(Clock::now()));
  progress.show_now(server.standing());
  return server.served();
}

}  // namespace mlpsweep::runner
