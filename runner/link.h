// Carries messages between the coordinator and its workers; decides nothing.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace mlpsweep::runner {

/// A message as it travels: who sent it (or who shall have it) and its bytes (messages.h). Without
/// bytes it is a sign of life and nothing else.
struct Packet {
  int rank = 0;
  std::string bytes;
  bool last = false;  ///< The sender takes no part any more, whether it was told to end or not.
};

/// One end of the wires. Its forms: local_link (within a process), mpi_link, and a fake one in
/// tests.
///
/// Threads  Not safe; one thread of a process sends and receives.
class Link {
 public:
  virtual ~Link() = default;

  /// Never waits: the bytes are kept until they have gone.
  virtual void send(Packet packet) = 0;

  /// The next packet that has come in, its rank the sender's; none if there is none now.
  virtual std::optional<Packet> receive() = 0;

  /// Cuts the wire to a peer for good: what is sent to it from now on, and what still comes from
  /// it, is dropped. A wire within a process can't be cut.
  virtual void cut(int /*rank*/) {}
};

/// Both ends of a wire inside this process: the coordinator's, whose peer is rank 0, and the
/// worker's.
[[nodiscard]] std::pair<std::unique_ptr<Link>, std::unique_ptr<Link>> make_local_link();

/// The coordinator's link: rank 0 over `local`, every other rank over `remote` (may be null).
[[nodiscard]] std::unique_ptr<Link> make_hub(std::unique_ptr<Link> local,
                                             std::shared_ptr<Link> remote);

}  // namespace mlpsweep::runner
