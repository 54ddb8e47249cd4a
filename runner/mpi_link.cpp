#include "runner/mpi_link.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <list>
#include <thread>
#include <vector>

#include <sched.h>

#define OMPI_SKIP_MPICXX 1  // the C++ bindings were dropped from MPI and only bring warnings
#include <mpi.h>

#include "engine/parallel.h"

namespace mlpsweep::runner {
namespace {

constexpr int kTag = 1;
constexpr std::chrono::seconds kLastMessages{5};

/// Non-blocking point-to-point only: after a peer's death a blocking call would wait for ever.
class MpiLink : public Link {
 public:
  ~MpiLink() override {
    // The last messages (Quit) shall go out; a peer that takes nothing any more is not waited for.
    const auto deadline = std::chrono::steady_clock::now() + kLastMessages;
    for (drop_sent(); !outgoing_.empty() && std::chrono::steady_clock::now() < deadline;
         drop_sent()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  void send(Packet packet) override {
    drop_sent();
    Outgoing& out = outgoing_.emplace_back();
    out.bytes = std::move(packet.bytes);
    MPI_Isend(out.bytes.data(), static_cast<int>(out.bytes.size()), MPI_BYTE, packet.rank, kTag,
              MPI_COMM_WORLD, &out.request);
  }

  std::optional<Packet> receive() override {
    drop_sent();
    int here = 0;
    MPI_Status status;
    MPI_Iprobe(MPI_ANY_SOURCE, kTag, MPI_COMM_WORLD, &here, &status);
    if (here == 0) {
      return std::nullopt;
    }
    int bytes = 0;
    MPI_Get_count(&status, MPI_BYTE, &bytes);
    Packet packet{status.MPI_SOURCE, std::string(static_cast<std::size_t>(bytes), '\0')};
    MPI_Recv(packet.bytes.data(), bytes, MPI_BYTE, status.MPI_SOURCE, kTag, MPI_COMM_WORLD,
             MPI_STATUS_IGNORE);
    return packet;
  }

 private:
  struct Outgoing {
    std::string bytes;
    MPI_Request request = MPI_REQUEST_NULL;
  };

  void drop_sent() {
    outgoing_.remove_if([](Outgoing& out) {
      int sent = 0;
      MPI_Test(&out.request, &sent, MPI_STATUS_IGNORE);
      return sent != 0;
    });
  }

  std::list<Outgoing> outgoing_;  // a list: MPI keeps the addresses of what is under way
};

/// Set by Open MPI's mpirun, by srun --mpi=pmix and by other process managers.
bool started_by_a_launcher() {
  return std::getenv("OMPI_COMM_WORLD_SIZE") != nullptr ||
         std::getenv("PMIX_NAMESPACE") != nullptr || std::getenv("PMI_SIZE") != nullptr;
}

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

/// The masks of all ranks of this node, in turn.
std::vector<CoreMask> masks_of_this_node(const CoreMask& own) {
  MPI_Comm node = MPI_COMM_NULL;
  MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node);
  int ranks = 1;
  MPI_Comm_size(node, &ranks);
  CoreMask all(own.size() * static_cast<std::size_t>(ranks));
  MPI_Allgather(own.data(), static_cast<int>(own.size()), MPI_BYTE, all.data(),
                static_cast<int>(own.size()), MPI_BYTE, node);
  MPI_Comm_free(&node);
  std::vector<CoreMask> masks;
  for (auto at = all.begin(); at != all.end(); at += static_cast<std::ptrdiff_t>(own.size())) {
    masks.emplace_back(at, at + static_cast<std::ptrdiff_t>(own.size()));
  }
  return masks;
}

}  // namespace

World::World() : cores_(engine::available_cores()) {
  if (!started_by_a_launcher()) {
    return;
  }
  int provided = 0;
  MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
  started_ = true;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks_);
  const CoreMask own = bound_cores();
  const std::vector<CoreMask> masks = masks_of_this_node(own);
  const auto sharers = static_cast<int>(std::count(masks.begin(), masks.end(), own));
  cores_ = std::max(1, cores_ / sharers);
  int used = 0;
  for (std::size_t core = 0; core < own.size(); ++core) {
    used += std::any_of(masks.begin(), masks.end(),
                        [core](const CoreMask& mask) { return mask[core] != 0; });
  }
  // hardware_concurrency() still tells all cores of the node where mpirun has bound this process.
  idle_cores_ = std::max(0, static_cast<int>(std::thread::hardware_concurrency()) - used);
  if (ranks_ > 1) {
    link_ = std::make_shared<MpiLink>();
  }
}

World::~World() {
  if (started_) {
    link_.reset();
    MPI_Finalize();
  }
}

}  // namespace mlpsweep::runner
