#include "tests/runner/schedules.h"

#include <algorithm>
#include <cstdio>
#include <stdexcept>

namespace mlpsweep::runner {
namespace {

constexpr double kTickSeconds = 0.5;
constexpr double kBeatSeconds = std::chrono::duration<double>(kBeatEvery).count();
constexpr double kPatience = std::chrono::duration<double>(kWorkerPatience).count();
constexpr double kMostSeconds = 600;  // the longest trials, three times over, and every silence
constexpr double kRounding = 1e-6;    // of a second as a double, against whole nanoseconds
constexpr double kNever = 1e9;
constexpr double kMostDelay = 3;  // with the two seconds between beats well below the patience

}  // namespace

Schedule::Schedule(std::uint64_t seed, const sweeps::Sweep& sweep, bool trace)
    : random_(seed), trace_(trace), sweep_(sweep) {}

/// splitmix64 (Steele, Lea & Flood 2014): one multiplication chain a number, any seed is good.
std::uint64_t Schedule::draw(std::uint64_t below) {
  std::uint64_t z = random_ += 0x9e3779b97f4a7c15U;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return (z ^ (z >> 31U)) % below;
}

Clock::time_point Schedule::clock() const {
  return Clock::time_point(
      std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(now_)));
}

void Schedule::expect(bool holds, const std::string& what) const {
  if (!holds) {
    throw std::runtime_error("at " + std::to_string(now_) + " s: " + what);
  }
}

void Schedule::add(double at, Kind kind, int rank, std::string bytes, std::uint64_t trial) {
  events_.push({at, order_++, kind, rank, std::move(bytes), trial, false});
}

void Schedule::set_up() {
  const int ranks = static_cast<int>(1 + draw(6));
  trials_ = static_cast<std::size_t>(1 + draw(sweep_.trials()));
  std::vector<Task> tasks;
  for (std::uint64_t trial = 0; trial < trials_; ++trial) {
    const int deaths = draw(8) == 0 ? static_cast<int>(draw(5)) : 0;
    const int epoch = draw(2) == 0 ? 0 : 3;
    tasks.push_back({trial, 0, 1, {deaths, epoch}});
    epochs_[trial] = epoch;
    tries_[trial] = {deaths, epoch};
    if (deaths >= Coordinator::kMostTries) {
      must_fail_.insert(trial);
    }
  }
  workers_.resize(static_cast<std::size_t>(ranks));
  known_.resize(static_cast<std::size_t>(ranks));
  hooks_ = {[] {},
            [](const Standing&) {},
            [](const Standing&, const auto&) {},
            [this](std::uint64_t trial) { return epochs_[trial]; },
            [this](const std::vector<std::uint64_t>& trials) { return recorded(trials); },
            [](const std::string&) {},
            [](const std::string&) {}};
  Link& wires = *this;
  server_.emplace(sweep_, tasks, Earlier{}, ranks, wires, hooks_);
  const bool rough = draw(3) > 0;
  for (int rank = 0; rank < ranks; ++rank) {
    Worker& worker = workers_[static_cast<std::size_t>(rank)];
    worker.slots = static_cast<int>(1 + draw(3));
    const double joins = seconds(rank == 0 && draw(4) == 0 ? 60 : 3);  // it may load data for long
    say(rank, Ready{worker.slots, "host"}, joins);
    if (rank > 0) {
      add(now_ + seconds(kBeatSeconds), Kind::kBeat, rank);
      if (rough && draw(4) > 0) {
        disturb(rank);
      }
    }
  }
  if (draw(6) == 0) {
    deadly_ = draw(trials_);
  }
  add(now_, Kind::kTick, 0);
  if (draw(8) == 0) {
    add(now_ + seconds(20), Kind::kStall, 0);
  }
}

void Schedule::disturb(int rank) {
  constexpr Kind kDeeds[] = {Kind::kDeath, Kind::kDeath, Kind::kDeath, Kind::kPause, Kind::kLeave};
  add(now_ + seconds(15), kDeeds[draw(std::size(kDeeds))], rank);
}

void Schedule::play(Seen& seen) {
  seen_ = &seen;
  set_up();
  while (!server_->finished()) {
    expect(now_ < kMostSeconds, "it does not end");
    Event event = events_.top();
    events_.pop();
    now_ = std::max(now_, event.at);
    ++seen.events;
    happen(std::move(event));
    if (now_ >= stalled_until_) {
      server_->step(clock());
      check();
    }
  }
  const Coordinator& coordinator = server_->coordinator();
  expect(stopped_ || coordinator.ended() == trials_, "trials are left");
  expect(must_fail_.empty() || stopped_, "a hopeless trial was not recorded");
  seen.stopped += stopped_;
  for (const auto& [trial, records] : disk_) {
    seen.trained_twice += records > 1;
  }
}

void Schedule::happen(Event event) {
  Worker& worker = workers_[static_cast<std::size_t>(event.rank)];
  const bool works = event.kind == Kind::kToWorker || event.kind == Kind::kCheckpoint ||
                     event.kind == Kind::kTrialEnd || event.kind == Kind::kLeave;
  if (worker.left && works) {
    return;
  }
  const bool its_own = event.kind == Kind::kBeat || event.kind == Kind::kToWorker ||
                       event.kind == Kind::kCheckpoint || event.kind == Kind::kTrialEnd;
  if (its_own && worker.dead) {
    return;
  }
  if (its_own && worker.sleeps_until > now_) {
    event.at = worker.sleeps_until;
    events_.push(std::move(event));
    return;
  }
  if (trace_) {
    std::fprintf(stderr, "%8.3f event %d rank %d trial %d, %zu bytes\n", now_,
                 static_cast<int>(event.kind), event.rank, static_cast<int>(event.trial),
                 event.bytes.size());
  }
  switch (event.kind) {
    case Kind::kTick:
      return add(now_ + kTickSeconds, Kind::kTick, 0);
    case Kind::kBeat:
      post(event.rank, "", seconds(kMostDelay));
      return add(now_ + kBeatSeconds, Kind::kBeat, event.rank);
    case Kind::kToServer:
      return mailbox_.push_back({event.rank, std::move(event.bytes), event.last});
    case Kind::kToWorker:
      return at_worker(event.rank, decode_message(event.bytes));
    case Kind::kCheckpoint:
      epochs_[event.trial] += worker.training.contains(event.trial) ? 1 : 0;
      ++seen_->checkpoints;
      return;
    case Kind::kTrialEnd:
      return end_trial(event.rank, event.trial);
    case Kind::kDeath:
      worker.dead = worker.disturbed = true;
      return;
    case Kind::kLeave:
      worker.disturbed = worker.left = true;
      return post(event.rank, "", 0.001, true);
    case Kind::kPause:
      worker.disturbed = true;
      // Stopped or cut off, for a moment or for longer than anybody waits.
      (draw(2) == 0 ? worker.sleeps_until : worker.held_until) = now_ + seconds(40);
      return;
    case Kind::kStall:
      stalled_until_ = now_ + seconds(40);
      listens_since_ = stalled_until_;
      return;
  }
}

/// What the worker does is what worker.cpp does: trials in the order given, a record on the disk
/// before it is told.
void Schedule::at_worker(int rank, const Message& message) {
  Worker& worker = workers_[static_cast<std::size_t>(rank)];
  if (const auto* assign = std::get_if<Assign>(&message)) {
    worker.queue.insert(worker.queue.end(), assign->trials.begin(), assign->trials.end());
    begin_trials(rank);
  } else if (const auto* fail = std::get_if<Fail>(&message)) {
    ++disk_[fail->trial];
    say(rank, Done{{{fail->trial, engine::State::kFailed, 0, engine::kNaN}}}, 0);
  } else if (std::holds_alternative<Stop>(message)) {
    worker.stopping = true;
    begin_trials(rank);
  }
}

void Schedule::begin_trials(int rank) {
  Worker& worker = workers_[static_cast<std::size_t>(rank)];
  while (!worker.queue.empty() &&
         (worker.stopping || worker.training.size() < static_cast<std::size_t>(worker.slots))) {
    const std::uint64_t trial = worker.queue.front();
    worker.queue.pop_front();
    if (worker.stopping) {
      say(rank, Returned{{trial}}, 0.001);
      continue;
    }
    worker.training.insert(trial);
    const double takes = seconds(draw(2) == 0 ? 0.05 : 20);
    const bool dies = rank > 0 && trial == deadly_;
    if (draw(3) == 0) {
      add(now_ + seconds(takes), Kind::kCheckpoint, rank, {}, trial);
    }
    add(now_ + takes, dies ? Kind::kDeath : Kind::kTrialEnd, rank, {}, trial);
  }
}

void Schedule::end_trial(int rank, std::uint64_t trial) {
  Worker& worker = workers_[static_cast<std::size_t>(rank)];
  worker.training.erase(trial);
  if (worker.stopping) {
    say(rank, Returned{{trial}}, 0.001);
  } else if (draw(200) == 0) {
    say(rank, draw(2) == 0 ? Message(Broken{"disk full"}) : Message(Returned{{trial}}), 0.001);
    worker.stopping = true;
  } else {
    ++disk_[trial];
    const auto state = draw(10) == 0 ? engine::State::kFailed : engine::State::kComplete;
    if (state == engine::State::kComplete) {
      complete_.insert(trial);
    }
    say(rank, Done{{{trial, state, seconds(0.1), engine::kNaN}}}, seconds(0.2));
  }
  begin_trials(rank);
}

void Schedule::say(int rank, const Message& message, double delay) {
  const std::string bytes = encode(message);
  post(rank, bytes, delay);
  if (rank > 0 && draw(20) == 0) {
    post(rank, bytes, seconds(kMostDelay));  // twice
  }
}

/// To the server, in the order of the wire. Some of what a rank sends last is lost with it.
void Schedule::post(int rank, std::string bytes, double delay, bool last) {
  Worker& worker = workers_[static_cast<std::size_t>(rank)];
  if (worker.disturbed && worker.held_until > now_ && draw(4) == 0) {
    worker.held_until = kNever;  // the wire does not come back
  }
  const double at = std::max({now_ + delay, worker.last_sent, worker.held_until});
  worker.last_sent = at;
  events_.push({at, order_++, Kind::kToServer, rank, std::move(bytes), 0, last});
}

void Schedule::send(Packet packet) {
  Worker& worker = workers_[static_cast<std::size_t>(packet.rank)];
  Known& known = known_[static_cast<std::size_t>(packet.rank)];
  if (known.cut) {
    return;
  }
  const Message message = decode_message(packet.bytes);
  if (const auto* assign = std::get_if<Assign>(&message)) {
    expect(!stopped_, "trials are handed out after a stop");
    expect(known.joined, "a rank that has not joined gets trials");
    for (const std::uint64_t trial : assign->trials) {
      expect(!ended_.contains(trial), "an ended trial is handed out");
      expect(tries_[trial].deaths < Coordinator::kMostTries, "a trial has a fourth try");
      known.running.push_back(trial);
    }
  } else if (const auto* fail = std::get_if<Fail>(&message)) {
    expect(packet.rank == Coordinator::kOwnRank, "another rank is told to record a failure");
    expect(must_fail_.contains(fail->trial), "a trial fails before its third try");
    known.running.push_back(fail->trial);
  } else if (std::holds_alternative<Stop>(message)) {
    stopped_ = true;
  }
  const double delay = packet.rank == Coordinator::kOwnRank ? 0 : seconds(kMostDelay);
  worker.last_came = std::max({now_ + delay, worker.last_came, worker.held_until});
  if (packet.rank != Coordinator::kOwnRank && draw(40) == 0) {
    add(worker.last_came, Kind::kToWorker, packet.rank, packet.bytes);  // twice
  }
  add(worker.last_came, Kind::kToWorker, packet.rank, std::move(packet.bytes));
}

std::optional<Packet> Schedule::receive() {
  while (!mailbox_.empty()) {
    Packet packet = std::move(mailbox_.front());
    mailbox_.pop_front();
    Known& known = known_[static_cast<std::size_t>(packet.rank)];
    if (known.cut) {
      continue;
    }
    known.heard = now_;
    known.left = known.left || packet.last;
    if (!packet.bytes.empty()) {
      write_down(packet.rank, decode_message(packet.bytes));
    }
    return packet;
  }
  return std::nullopt;
}

void Schedule::cut(int rank) {
  Known& known = known_[static_cast<std::size_t>(rank)];
  const Worker& worker = workers_[static_cast<std::size_t>(rank)];
  expect(rank > 0 && known.joined && !known.cut, "a rank that can't be lost is given up");
  expect(worker.disturbed, "a rank that lives and speaks is given up");
  expect(known.left || now_ - known.heard > kPatience - kRounding, "a rank is given up too early");
  seen_->left += known.left && !known.running.empty();
  known.cut = true;
  std::erase_if(known.running, [this](std::uint64_t trial) {
    if (!complete_.contains(trial)) {
      return false;
    }
    expect(ended_.insert(trial).second, "a trial ends twice");
    must_fail_.erase(trial);
    ++seen_->recorded;
    return true;
  });
  for (std::size_t i = 0; i < known.running.size(); ++i) {
    const std::uint64_t trial = known.running[i];
    if (i < static_cast<std::size_t>(worker.slots)) {
      count_death(trial);
    }
  }
  known.running.clear();
  ++seen_->lost;
  seen_->lost_alive += !worker.dead && !known.left;
}

/// The server asks right after it has cut the rank.
std::vector<Outcome> Schedule::recorded(const std::vector<std::uint64_t>& trials) const {
  std::vector<Outcome> outcomes;
  for (const std::uint64_t trial : trials) {
    if (complete_.contains(trial)) {
      outcomes.push_back({trial, engine::State::kComplete, 0.01, engine::kNaN});
    }
  }
  return outcomes;
}

void Schedule::count_death(std::uint64_t trial) {
  Tries& tries = tries_[trial];
  if (epochs_[trial] > tries.epoch) {
    tries = {0, epochs_[trial]};
  }
  if (++tries.deaths == Coordinator::kMostTries) {
    must_fail_.insert(trial);
    ++seen_->hopeless;
  }
}

/// What the server is about to read.
void Schedule::write_down(int rank, const Message& message) {
  Known& known = known_[static_cast<std::size_t>(rank)];
  const auto drop = [&](std::uint64_t trial) {
    const auto at = std::find(known.running.begin(), known.running.end(), trial);
    if (at == known.running.end()) {
      return false;
    }
    known.running.erase(at);
    return true;
  };
  if (std::holds_alternative<Ready>(message)) {
    known.joined = true;
  } else if (const auto* done = std::get_if<Done>(&message)) {
    for (const Outcome& outcome : done->outcomes) {
      expect(disk_[outcome.trial] > 0, "a trial counts before its record is on the disk");
      if (drop(outcome.trial)) {
        expect(ended_.insert(outcome.trial).second, "a trial ends twice");
        failed_ += outcome.state == engine::State::kFailed;
        must_fail_.erase(outcome.trial);
      }
    }
  } else if (const auto* returned = std::get_if<Returned>(&message)) {
    for (const std::uint64_t trial : returned->trials) {
      drop(trial);
    }
  } else if (std::holds_alternative<Broken>(message)) {
    known.running.clear();
  }
}

void Schedule::check() const {
  const Coordinator& coordinator = server_->coordinator();
  std::set<std::uint64_t> held;
  for (std::size_t rank = 0; rank < known_.size(); ++rank) {
    const Known& known = known_[rank];
    const auto at = coordinator.ranks().find(static_cast<int>(rank));
    const std::deque<std::uint64_t> none;
    expect((at == coordinator.ranks().end() ? none : at->second.running) == known.running,
           "rank " + std::to_string(rank) + " runs other trials than it was given");
    expect(!known.cut || at == coordinator.ranks().end(), "a lost rank is among the ranks");
    expect(!known.left || known.cut || !known.joined, "a rank has left and is not given up");
    for (const std::uint64_t trial : known.running) {
      expect(held.insert(trial).second, "a trial runs on two ranks");
      expect(!ended_.contains(trial), "an ended trial runs");
    }
    const double listened = now_ - std::max(known.heard, listens_since_);
    expect(rank == 0 || known.cut || !known.joined || listened < kPatience + 2,
           "rank " + std::to_string(rank) + " is silent and not given up");
  }
  expect(coordinator.ended() == ended_.size(), "the ended trials don't add up");
  expect(coordinator.running() == held.size(), "the running trials don't add up");
  expect(coordinator.waiting() + held.size() + ended_.size() == trials_, "trials got lost");
  expect(server_->standing().done == ended_.size(), "the standing does not add up");
  expect(server_->served().failed == failed_, "the failed trials don't add up");
}

}  // namespace mlpsweep::runner
