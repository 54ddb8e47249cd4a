#include "runner/world.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include <sched.h>
#include <unistd.h>

#define OMPI_SKIP_MPICXX 1  // the C++ bindings were dropped from MPI and only bring warnings
#include <mpi.h>

#include "engine/errors.h"
#include "engine/parallel.h"
#include "runner/exit_codes.h"
#include "runner/job.h"
#include "runner/mpi_link.h"
#include "runner/roll_call.h"

namespace mlpsweep::runner {
namespace {

constexpr std::chrono::seconds kFarewell{10};  // for ranks that still load data, say
constexpr std::chrono::seconds kFinalise{10};
constexpr std::chrono::seconds kInitialise{120};  // on a large job the slowest node decides
constexpr std::chrono::milliseconds kWorldPoll{1};

using CoreMask = std::vector<unsigned char>;  // one byte a core, so that MPI can carry it

CoreMask bound_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  CoreMask mask(CPU_SETSIZE, 0);
  if (sched_getaffinity(0, sizeof set, &set) == 0) {
    for (int core = 0; core < CPU_SETSIZE; ++core) {
      mask[static_cast<std::size_t>(core)] = CPU_ISSET(core, &set) ? 1 : 0;
    }
  }
  return mask;
}

/// What each rank of this node has to say, in turn: all say equally much.
template <class Item>
std::vector<Item> gather_from_this_node(const Item& own) {
  MPI_Comm node = MPI_COMM_NULL;
  MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node);
  int ranks = 1;
  MPI_Comm_size(node, &ranks);
  const auto bytes = static_cast<int>(own.size() * sizeof(own[0]));
  std::string all(static_cast<std::size_t>(bytes * ranks), '\0');
  MPI_Allgather(own.data(), bytes, MPI_BYTE, all.data(), bytes, MPI_BYTE, node);
  MPI_Comm_free(&node);
  std::vector<Item> items(static_cast<std::size_t>(ranks), own);
  for (std::size_t i = 0; i < items.size(); ++i) {
    std::memcpy(items[i].data(), all.data() + i * static_cast<std::size_t>(bytes),
                static_cast<std::size_t>(bytes));
  }
  return items;
}

/// MPI's own beginning and end wait for every rank: one that is stopped or dies just then shall not
/// keep the others for ever. Does `then` unless it is over in time.
class Deadline {
 public:
  Deadline(std::chrono::seconds most, std::function<void()> then)
      : thread_([this, most, then = std::move(then)] {
          std::unique_lock lock(mutex_);
          if (!changed_.wait_for(lock, most, [this] { return over_; })) {
            then();
          }
        }) {}
  ~Deadline() {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool over_ = false;
  std::thread thread_;  // last: it starts when all of the above is there
};

/// Where MPI waits for a rank that is gone or stopped.
void end_anyway(int code) {
  kill_stopped_ranks();
  std::fflush(nullptr);
  _exit(code);
}

void end_unstarted() {
  std::fprintf(
      stderr,
      "mlpsweep: MPI has not started within %d s: a rank of this job is stopped or was lost "
      "before it could say so\n",
      static_cast<int>(kInitialise.count()));
  end_anyway(kExitMachine);
}

}  // namespace

World::World() : cores_(engine::available_cores()) {
  if (!started_by_a_launcher()) {
    return;
  }
  const Clock::time_point begun = Clock::now();
  const Deadline deadline(kInitialise, end_unstarted);
  int provided = 0;
  MPI_Init_thread(nullptr, nullptr, MPI_THREAD_SERIALIZED, &provided);
  if (provided < MPI_THREAD_SERIALIZED) {
    throw MachineError("this MPI lets only one thread of a process speak (MPI_THREAD_SERIALIZED)");
  }
  started_ = true;
  // What comes of a dead peer is for the heartbeats to find out, not for MPI to end the job by.
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks_);
  share_cores();
  if (ranks_ > 1) {
    neighbours_.assign(static_cast<std::size_t>(ranks_), 0);
    const std::vector<int> own = {rank_, static_cast<int>(getpid())};
    for (const std::vector<int>& one : gather_from_this_node(own)) {
      neighbours_[static_cast<std::size_t>(one[0])] = one[1];
      first_here_ = first_here_ && one[0] >= rank_;
    }
    link_ = std::make_shared<MpiLink>(peers());
  }
  seconds_to_begin_ = std::chrono::duration<double>(Clock::now() - begun).count();
}

void World::share_cores() {
  const CoreMask own = bound_cores();
  const std::vector<CoreMask> masks = gather_from_this_node(own);
  ranks_here_ = static_cast<int>(masks.size());
  const auto sharers = static_cast<int>(std::count(masks.begin(), masks.end(), own));
  cores_ = std::max(1, cores_ / sharers);
  int used = 0;
  for (std::size_t core = 0; core < own.size(); ++core) {
    used += std::any_of(masks.begin(), masks.end(),
                        [core](const CoreMask& mask) { return mask[core] != 0; });
  }
  // hardware_concurrency() still tells all cores of the node where mpirun has bound this process.
  idle_cores_ = std::max(0, static_cast<int>(std::thread::hardware_concurrency()) - used);
}

World::~World() {
  end(kExitMachine);
}

std::shared_ptr<Link> World::link() const {
  return link_;
}

std::vector<int> World::peers() const {
  if (rank_ != 0) {
    return {0};
  }
  std::vector<int> others;
  for (int rank = 1; rank < ranks_; ++rank) {
    others.push_back(rank);
  }
  return others;
}

void World::require_coordinator() const {
  if (rank_ != 0 && link_->silence(0) > kCoordinatorPatience) {
    std::fprintf(stderr,
                 "mlpsweep: rank %d ends: rank 0 has been silent for %d s; what was finished is "
                 "kept, the same command goes on\n",
                 rank_, static_cast<int>(kCoordinatorPatience.count()));
    _exit(kExitMachine);
  }
}

int World::end(int code) {
  if (!started_) {
    return code;
  }
  started_ = false;
  if (link_) {
    say_goodbye(code);
    link_.reset();
  }
  const Deadline deadline(kFinalise, [code] { end_anyway(code); });
  MPI_Finalize();
  return code;
}

/// The others say goodbye first; rank 0's answer tells them that nobody needs them any more.
void World::say_goodbye(int code) {
  const auto deadline = Clock::now() + kFarewell;
  if (rank_ != 0) {
    link_->say_bye(0);
  }
  while (!missing(Whom::kReachable).empty() && (rank_ != 0 || Clock::now() < deadline)) {
    (void)link_->receive();
    require_coordinator();
    std::this_thread::sleep_for(kWorldPoll);
  }
  if (rank_ == 0) {
    if (const std::vector<int> gone = missing(Whom::kAll); !gone.empty()) {
      drop(gone, code);
    }
    for (const int peer : peers()) {
      link_->say_bye(peer);
    }
  }
}

std::vector<int> World::missing(Whom whom) const {
  std::vector<int> silent;
  for (const int peer : peers()) {
    if (!link_->has_said_bye(peer) && (whom == Whom::kAll || !link_->is_cut(peer))) {
      silent.push_back(peer);
    }
  }
  return silent;
}

/// A rank that is stopped keeps the launcher waiting. Where the launcher outlives ranks it is
/// killed, if it is on this node; elsewhere its death would end the job with a code of the
/// launcher's, so the job is ended with ours. (MPI_Abort ends nothing under --enable-recovery.)
void World::drop(const std::vector<int>& gone, int code) {
  for (const int rank : gone) {
    std::fprintf(stderr, "mlpsweep: rank %d doesn't answer: the job ends without it\n", rank);
    link_->cut(rank);
    if (outlives_ranks()) {
      kill_neighbour(rank);
    }
  }
  if (!outlives_ranks()) {
    std::fflush(nullptr);
    const Deadline deadline(kFinalise, [code] { _exit(code); });
    MPI_Abort(MPI_COMM_WORLD, code);
  }
}

void World::kill_neighbour(int rank) const {
  const int process = neighbours_[static_cast<std::size_t>(rank)];
  if (process != 0 && is_rank_of_this_job(process, rank)) {
    kill(process, SIGKILL);
  }
}

}  // namespace mlpsweep::runner
