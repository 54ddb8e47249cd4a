// The wires between ranks of different processes.
#pragma once

#include <condition_variable>
#include <list>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include "runner/link.h"
#include "runner/roll_call.h"

namespace mlpsweep::runner {

/// Non-blocking point-to-point only: after a peer's death a blocking call would wait for ever. A
/// thread of its own gives the signs of life, whatever the owner is busy with; MPI is called by one
/// of the two at a time (MPI_THREAD_SERIALIZED).
class MpiLink : public Link {
 public:
  explicit MpiLink(std::vector<int> peers);

  /// The last messages shall go out; a peer that takes nothing any more is not waited for.
  ~MpiLink() override;

  void send(Packet packet) override;
  std::optional<Packet> receive() override;
  void cut(int rank) override;

  /// The last word to a peer: nothing comes after it.
  void say_bye(int rank);

  [[nodiscard]] bool has_said_bye(int rank) const { return byes_.contains(rank); }
  [[nodiscard]] bool is_cut(int rank) const { return cut_.contains(rank); }
  [[nodiscard]] Clock::duration silence(int rank) const { return heard_.silence(rank); }

 private:
  struct Transfer;  // keeps MPI's header out of this one

  void beat();

  // All below: under the mutex.
  void give_signs();
  void start_sending(Packet packet, int tag);
  void drop_sent();
  void start_receiving();
  std::optional<Packet> take_received();
  static bool has_ended(Transfer& transfer);

  std::vector<int> peers_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ending_ = false;
  std::list<Transfer> outgoing_;  // lists: MPI keeps the addresses of what is under way
  std::list<Transfer> incoming_;
  std::set<int> cut_;
  std::set<int> byes_;
  RollCall heard_;
  std::thread beats_;  // last: it starts when all of the above is there
};

}  // namespace mlpsweep::runner
