// Where one coordinator bends: the program's own Server hands out trials to thousands of simulated
// ranks. What it costs is this machine's processor time, measured step by step; ranks, wires and
// the clock are simulated, and the wires' cost at rank 0 is given. README.md says how to read it.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <queue>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "results/sweep_folder.h"
#include "runner/serve.h"
#include "runner/status.h"
#include "sweeps/read_sweep.h"

#include "tests/bench/processor_time.h"

namespace mlpsweep::runner {
namespace {

struct Setting {
  int ranks = 1000;
  int threads = 1;
  double trial_seconds = 1;  // mean; each is drawn between half and one and a half of it
  int trials_per_thread = 20;
  double packet_seconds = 0;  // processor time of rank 0 for each packet in or out
  double wire_seconds = 50e-6;
  double sync_seconds = 2e-3;  // from a trial's end to its Done
};

constexpr double kPollSeconds = 1e-3;

/// A rank that trains by the clock alone.
struct SimulatedRank {
  int busy = 0;
  std::deque<std::uint64_t> queue;
  std::vector<Outcome> ended;
  std::deque<double> idle_since;  // of its idle threads that have trained before
};

class Simulation : private Link {
 public:
  explicit Simulation(const Setting& setting)
      : setting_(setting), ranks_(static_cast<std::size_t>(setting.ranks)) {}

  void run();
  void print() const;

 private:
  enum class Kind { kBeat, kAssign, kTrialEnd, kReport };
  struct Event {
    double at = 0;
    std::uint64_t order = 0;
    Kind kind = Kind::kBeat;
    int rank = 0;
    std::string bytes = {};
    Outcome outcome = {};
    bool operator<(const Event& other) const {  // the queue's top is its largest
      return std::pair(at, order) > std::pair(other.at, other.order);
    }
  };

  void add(double at, Kind kind, int rank, std::string bytes = {}, const Outcome& outcome = {}) {
    events_.push({at, order_++, kind, rank, std::move(bytes), outcome});
  }
  void send(Packet packet) override {
    ++packets_;
    outgoing_.push_back(std::move(packet));
  }
  std::optional<Packet> receive() override;
  void happen(const Event& event);
  void start_trials(SimulatedRank& rank, int number, double now);
  void to_server(double at, int rank, std::string bytes) {
    inbox_.push_back({at + setting_.wire_seconds, {rank, std::move(bytes), false}});
  }
  double next_length();

  Setting setting_;
  std::vector<SimulatedRank> ranks_;
  std::priority_queue<Event> events_;
  std::uint64_t order_ = 0;
  std::deque<std::pair<double, Packet>> inbox_;  // in the order of time: all wires are equally long
  std::vector<Packet> outgoing_;
  double now_ = 0;
  std::uint64_t random_ = 1;
  // What is told.
  std::size_t trials_ = 0;
  double server_seconds_ = 0;
  double status_seconds_ = 0;
  double longest_step_ = 0;
  std::uint64_t packets_ = 0;
  double trained_seconds_ = 0;
  double end_ = 0;
  std::vector<double> waits_;
};

std::optional<Packet> Simulation::receive() {
  if (inbox_.empty() || inbox_.front().first > now_) {
    return std::nullopt;
  }
  Packet packet = std::move(inbox_.front().second);
  inbox_.pop_front();
  ++packets_;
  return packet;
}

double Simulation::next_length() {
  random_ = random_ * 6364136223846793005U + 1442695040888963407U;
  const double share = static_cast<double>(random_ >> 11U) / 9007199254740992.0;
  return setting_.trial_seconds * (0.5 + share);
}

void Simulation::start_trials(SimulatedRank& rank, int number, double now) {
  while (rank.busy < setting_.threads && !rank.queue.empty()) {
    const double length = next_length();
    Outcome outcome;
    outcome.trial = rank.queue.front();
    outcome.seconds = length;
    outcome.metric = 1;
    rank.queue.pop_front();
    ++rank.busy;
    if (!rank.idle_since.empty()) {
      waits_.push_back(now - rank.idle_since.front());
      rank.idle_since.pop_front();
    } else if (trained_seconds_ > 0 && now > setting_.trial_seconds) {
      waits_.push_back(0);
    }
    trained_seconds_ += length;
    add(now + length, Kind::kTrialEnd, number, {}, outcome);
  }
}

void Simulation::happen(const Event& event) {
  SimulatedRank& rank = ranks_[static_cast<std::size_t>(event.rank)];
  switch (event.kind) {
    case Kind::kBeat:
      to_server(event.at, event.rank, "");
      add(event.at + std::chrono::duration<double>(kBeatEvery).count(), Kind::kBeat, event.rank);
      break;
    case Kind::kAssign: {
      const auto assign = std::get<Assign>(decode_message(event.bytes));
      rank.queue.insert(rank.queue.end(), assign.trials.begin(), assign.trials.end());
      start_trials(rank, event.rank, event.at);
      break;
    }
    case Kind::kTrialEnd:
      --rank.busy;
      if (rank.queue.empty()) {
        rank.idle_since.push_back(event.at);
      }
      start_trials(rank, event.rank, event.at);
      if (rank.ended.empty()) {
        add(event.at + setting_.sync_seconds, Kind::kReport, event.rank);
      }
      rank.ended.push_back(event.outcome);
      end_ = std::max(end_, event.at);
      break;
    case Kind::kReport:
      to_server(event.at, event.rank, encode(Done{std::exchange(rank.ended, {})}));
      break;
  }
}

void Simulation::run() {
  const int per_rate = 100;
  trials_ = static_cast<std::size_t>(setting_.ranks) * static_cast<std::size_t>(setting_.threads) *
            static_cast<std::size_t>(setting_.trials_per_thread);
  const std::size_t repeats = (trials_ + per_rate - 1) / per_rate;
  std::string rates;
  for (int i = 0; i < per_rate; ++i) {
    rates += fmt::format("{}{}", i == 0 ? "" : ", ", 1e-3 * (i + 1));
  }
  const sweeps::Sweep sweep = sweeps::read_sweep(
      "bench.yaml",
      fmt::format("mlpsweep: 1\nname: bench\ndata: {{set: mnist, split: {{validation: 0.2}}}}\n"
                  "repeats: {}\nparameters: {{optimizer.learning_rate: [{}]}}\n",
                  repeats, rates));
  std::vector<Task> tasks;
  for (std::uint64_t trial = 0; trial < trials_; ++trial) {
    tasks.push_back({trial, static_cast<int>(trial / per_rate), 1, {}});
  }
  std::string scratch = (std::filesystem::temp_directory_path() / "mlpsweep-XXXXXX").string();
  if (mkdtemp(scratch.data()) == nullptr) {
    throw std::runtime_error("no temporary folder");
  }
  const auto folder = results::SweepFolder::create(scratch);
  const std::vector<sweeps::Fingerprint> fingerprints(trials_);
  ServeHooks hooks;
  hooks.durable = [](const runner::Standing&) {};
  hooks.epoch_of = [](std::uint64_t) { return 0; };
  hooks.recorded = [](const std::vector<std::uint64_t>&) { return std::vector<Outcome>(); };
  hooks.status = [&](const Standing& standing, const std::vector<RankStanding>& ranks) {
    const double begun = processor_seconds();
    write_status(folder, standing, ranks, fingerprints);
    status_seconds_ += processor_seconds() - begun;
  };
  hooks.tell_info =
      hooks.tell_warning = [](const std::string& text) { fmt::print(stderr, "{}\n", text); };
  Server server(sweep, tasks, {}, setting_.ranks, *this, hooks);
  for (int rank = 0; rank < setting_.ranks; ++rank) {
    to_server(0, rank, encode(Ready{setting_.threads, fmt::format("node{}", rank)}));
    add(2.0 * rank / setting_.ranks, Kind::kBeat, rank);
  }
  while (!server.finished()) {
    while (!events_.empty() && events_.top().at <= now_) {
      const Event event = events_.top();
      events_.pop();
      happen(event);
    }
    const std::uint64_t packets = packets_;
    const double begun = processor_seconds();
    server.step(Clock::time_point(
        std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(now_))));
    const double step = processor_seconds() - begun +
                        setting_.packet_seconds * static_cast<double>(packets_ - packets);
    server_seconds_ += step;
    longest_step_ = std::max(longest_step_, step);
    now_ += step;
    for (Packet& packet : outgoing_) {
      add(now_ + setting_.wire_seconds, Kind::kAssign, packet.rank, std::move(packet.bytes));
    }
    outgoing_.clear();
    now_ += kPollSeconds;
  }
  std::filesystem::remove_all(scratch);
}

void Simulation::print() const {
  std::vector<double> waits = waits_;
  std::sort(waits.begin(), waits.end());
  const auto quantile = [&](double share) {
    return waits.empty()
               ? 0
               : waits[static_cast<std::size_t>(share * static_cast<double>(waits.size() - 1))];
  };
  const double threads = static_cast<double>(setting_.ranks) * setting_.threads;
  fmt::print(
      "{:>6} {:>3} {:>8.3f} {:>8} {:>9.0f} {:>7.1f} {:>7.1f} {:>9.2f} {:>9.2f} {:>9.1f} {:>6.1f}\n",
      setting_.ranks, setting_.threads, setting_.trial_seconds, trials_,
      static_cast<double>(trials_) / end_, 100 * server_seconds_ / now_,
      100 * status_seconds_ / now_, 1e3 * quantile(0.5), 1e3 * quantile(0.99), 1e3 * longest_step_,
      100 * trained_seconds_ / (threads * end_));
}

}  // namespace
}  // namespace mlpsweep::runner

/// coordinator_bench THREADS SECONDS TRIALS_PER_THREAD PACKET_MICROSECONDS RANKS...
int main(int count, char** words) {
  using mlpsweep::runner::Setting;
  if (count < 6) {
    fmt::print(stderr,
               "usage: coordinator_bench THREADS SECONDS TRIALS_PER_THREAD PACKET_MICROSECONDS "
               "RANKS...\n");
    return 2;
  }
  fmt::print("{:>6} {:>3} {:>8} {:>8} {:>9} {:>7} {:>7} {:>9} {:>9} {:>9} {:>6}\n", "ranks", "thr",
             "trial s", "trials", "trials/s", "rank0 %", "stat. %", "wait ms", "99 % ms", "step ms",
             "busy %");
  for (int i = 5; i < count; ++i) {
    Setting setting;
    setting.threads = std::atoi(words[1]);
    setting.trial_seconds = std::atof(words[2]);
    setting.trials_per_thread = std::atoi(words[3]);
    setting.packet_seconds = 1e-6 * std::atof(words[4]);
    setting.ranks = std::atoi(words[i]);
    mlpsweep::runner::Simulation simulation(setting);
    simulation.run();
    simulation.print();
  }
}
