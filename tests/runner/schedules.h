// A coordinator's life in a simulated world: ranks that train, die, stop and come back, wires that
// delay, a disk that keeps records, and a clock that jumps from event to event. All of it follows
// from a seed.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <queue>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "runner/serve.h"

namespace mlpsweep::runner {

/// What happened, so that a test can tell that it has seen everything.
struct Seen {
  std::uint64_t lost = 0;
  std::uint64_t recorded = 0;    ///< Trials of lost ranks whose records were on the disk.
  std::uint64_t lost_alive = 0;  ///< Given up while it was only stopped or cut off for a while.
  std::uint64_t left = 0;        ///< Said goodbye with trials in hand, and went on beating.
  std::uint64_t hopeless = 0;    ///< Trials that failed after three tries.
  std::uint64_t stopped = 0;     ///< Sweeps that a signal or a broken machine ended.
  std::uint64_t trained_twice = 0;
  std::uint64_t checkpoints = 0;
  std::uint64_t events = 0;
};

/// One schedule. The world keeps books of its own, from what goes over the wires alone, and holds
/// the server to them after every event.
class Schedule : private Link {
 public:
  /// `trials` of the sweep at most are handed out. With `trace` every event is written to stderr.
  Schedule(std::uint64_t seed, const sweeps::Sweep& sweep, bool trace);

  /// Errors   std::runtime_error: what did not hold, and when.
  void play(Seen& seen);

 private:
  enum class Kind {
    kTick,
    kBeat,
    kToServer,
    kToWorker,
    kCheckpoint,
    kTrialEnd,
    kDeath,
    kLeave,
    kPause,
    kStall
  };

  struct Event {
    double at = 0;
    std::uint64_t order = 0;
    Kind kind = Kind::kTick;
    int rank = 0;
    std::string bytes = {};
    std::uint64_t trial = 0;
    bool last = false;
    bool operator<(const Event& other) const {  // the queue's top is its largest
      return std::pair(at, order) > std::pair(other.at, other.order);
    }
  };

  struct Worker {
    int slots = 1;
    bool dead = false;
    bool stopping = false;
    bool left = false;
    bool disturbed = false;   // something was done to it: it may be given up
    double sleeps_until = 0;  // stopped by SIGSTOP; what comes in waits
    double held_until = 0;    // its wires carry nothing until then
    double last_sent = 0;     // wires keep the order, each way
    double last_came = 0;
    std::deque<std::uint64_t> queue;
    std::set<std::uint64_t> training;
  };

  /// The books: what the server must know of a rank.
  struct Known {
    bool joined = false;
    bool cut = false;
    bool left = false;
    double heard = 0;
    std::deque<std::uint64_t> running;
  };

  // The server's wires.
  void send(Packet packet) override;
  std::optional<Packet> receive() override;
  void cut(int rank) override;

  void set_up();
  void disturb(int rank);
  void happen(Event event);
  void at_worker(int rank, const Message& message);
  void begin_trials(int rank);
  [[nodiscard]] std::vector<Outcome> recorded(const std::vector<std::uint64_t>& trials) const;
  void count_death(std::uint64_t trial);
  void end_trial(int rank, std::uint64_t trial);
  void say(int rank, const Message& message, double delay);
  void post(int rank, std::string bytes, double delay, bool last = false);
  void add(double at, Kind kind, int rank, std::string bytes = {}, std::uint64_t trial = 0);
  void write_down(int rank, const Message& message);
  void check() const;
  void expect(bool holds, const std::string& what) const;
  [[nodiscard]] Clock::time_point clock() const;
  [[nodiscard]] std::uint64_t draw(std::uint64_t below);
  [[nodiscard]] double seconds(double most) { return most * static_cast<double>(draw(1001)) / 1e3; }

  std::uint64_t random_;
  bool trace_;
  double now_ = 100;
  double stalled_until_ = 0;  // the server's process stands still
  double listens_since_ = 0;
  std::uint64_t order_ = 0;
  std::priority_queue<Event> events_;
  std::vector<Worker> workers_;
  std::vector<Known> known_;
  std::deque<Packet> mailbox_;
  std::size_t trials_ = 0;
  std::optional<std::uint64_t> deadly_;  // kills what trains it, as one too large for memory does
  std::map<std::uint64_t, int> disk_;    // records of each trial
  std::set<std::uint64_t> complete_;     // those of which one is no failure
  std::map<std::uint64_t, int> epochs_;  // where each trial's checkpoint stands
  std::map<std::uint64_t, Tries> tries_;
  std::set<std::uint64_t> ended_;
  std::set<std::uint64_t> must_fail_;
  std::size_t failed_ = 0;
  bool stopped_ = false;
  Seen* seen_ = nullptr;
  ServeHooks hooks_;
  std::optional<Server> server_;
  const sweeps::Sweep& sweep_;
};

}  // namespace mlpsweep::runner
