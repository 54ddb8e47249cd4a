#include "runner/mpi_link.h"

#include <chrono>
#include <new>
#include <string>
#include <utility>

#define OMPI_SKIP_MPICXX 1  // the C++ bindings were dropped from MPI and only bring warnings
#include <mpi.h>

namespace mlpsweep::runner {
namespace {

constexpr int kTag = 1;
constexpr int kByeTag = 2;
constexpr std::chrono::seconds kLastMessages{5};
constexpr std::chrono::milliseconds kLinkPoll{1};

}  // namespace

struct MpiLink::Transfer {
  Packet packet;
  int tag = kTag;
  MPI_Request request = MPI_REQUEST_NULL;
  bool failed = false;
};

MpiLink::MpiLink(std::vector<int> peers) : peers_(std::move(peers)), beats_([this] { beat(); }) {}

MpiLink::~MpiLink() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  beats_.join();
  // The last messages shall go out; a peer that takes nothing any more is not waited for.
  const auto deadline = Clock::now() + kLastMessages;
  for (drop_sent(); !outgoing_.empty() && Clock::now() < deadline; drop_sent()) {
    std::this_thread::sleep_for(kLinkPoll);
  }
  // What has not gone by then, or not come whole, stays where MPI may still look for it.
  static std::list<Transfer> abandoned;
  abandoned.splice(abandoned.end(), outgoing_);
  abandoned.splice(abandoned.end(), incoming_);
}

void MpiLink::send(Packet packet) {
  const std::lock_guard lock(mutex_);
  drop_sent();
  if (!cut_.contains(packet.rank)) {
    start_sending(std::move(packet), kTag);
  }
}

std::optional<Packet> MpiLink::receive() {
  const std::lock_guard lock(mutex_);
  drop_sent();
  heard_.listen(Clock::now());
  start_receiving();
  return take_received();
}

void MpiLink::cut(int rank) {
  const std::lock_guard lock(mutex_);
  cut_.insert(rank);
}

void MpiLink::say_bye(int rank) {
  const std::lock_guard lock(mutex_);
  if (!cut_.contains(rank)) {
    start_sending({rank, ""}, kByeTag);
  }
}

void MpiLink::beat() {
  std::unique_lock lock(mutex_);
  do {
    try {
      give_signs();
    } catch (const std::bad_alloc&) {  // the next one may find memory
    }
  } while (!changed_.wait_for(lock, kBeatEvery, [this] { return ending_; }));
}

void MpiLink::give_signs() {
  for (const int peer : peers_) {
    if (!cut_.contains(peer)) {
      start_sending({peer, ""}, kTag);
    }
  }
  drop_sent();
}

void MpiLink::start_sending(Packet packet, int tag) {
  Transfer& out = outgoing_.emplace_back(Transfer{std::move(packet), tag});
  MPI_Isend(out.packet.bytes.data(), static_cast<int>(out.packet.bytes.size()), MPI_BYTE,
            out.packet.rank, tag, MPI_COMM_WORLD, &out.request);
}

void MpiLink::drop_sent() {
  outgoing_.remove_if([](Transfer& out) { return has_ended(out); });
}

void MpiLink::start_receiving() {
  while (true) {
    int here = 0;
    MPI_Status status;
    MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &here, &status);
    if (here == 0) {
      return;
    }
    int bytes = 0;
    MPI_Get_count(&status, MPI_BYTE, &bytes);
    Transfer& in = incoming_.emplace_back();
    in.packet = {status.MPI_SOURCE, std::string(static_cast<std::size_t>(bytes), '\0')};
    in.tag = status.MPI_TAG;
    MPI_Irecv(in.packet.bytes.data(), bytes, MPI_BYTE, status.MPI_SOURCE, in.tag, MPI_COMM_WORLD,
              &in.request);
  }
}

/// The oldest that is there whole; of each peer in the order in which it sent them. A peer may
/// have stopped in the middle of a long one.
std::optional<Packet> MpiLink::take_received() {
  std::set<int> stuck;
  for (auto in = incoming_.begin(); in != incoming_.end();) {
    const int rank = in->packet.rank;
    if (stuck.contains(rank) || !has_ended(*in)) {
      stuck.insert(rank);
      ++in;
      continue;
    }
    if (in->failed) {  // nothing came: its rank is silent
      in = incoming_.erase(in);
      continue;
    }
    Transfer whole = std::move(*in);
    in = incoming_.erase(in);
    heard_.heard(rank);
    if (whole.tag == kByeTag) {
      byes_.insert(rank);
    }
    if (!cut_.contains(rank)) {
      return Packet{rank, std::move(whole.packet.bytes), whole.tag == kByeTag};
    }
    if (whole.tag != kByeTag) {
      // It has come back. Were it left to believe that it is alone, it would end, and plain
      // mpirun the whole job with it.
      start_sending({rank, ""}, kTag);
    }
  }
  return std::nullopt;
}

bool MpiLink::has_ended(Transfer& transfer) {
  int ended = 0;
  transfer.failed = MPI_Test(&transfer.request, &ended, MPI_STATUS_IGNORE) != MPI_SUCCESS;
  return ended != 0 || transfer.failed;
}

}  // namespace mlpsweep::runner
