// Work on a file that nobody vouches for, in a process of its own: what it breaks, it breaks there.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace mlpsweep::results {

struct ChildLimits {
  std::uint64_t memory_bytes = 0;  ///< Of addresses, beyond those that this process has.
  unsigned processor_seconds = 0;
};

/// False under sanitizers, whose own memory takes terabytes of addresses.
[[nodiscard]] bool memory_is_limited();

/// What a file's limits go by: its size, unless the disk holds absurdly little of that, as of
/// holes. Some file systems compress or allocate late: a good file may have few blocks, a fresh one
/// none.
[[nodiscard]] std::uint64_t believed_bytes(std::uint64_t size, std::uint64_t held);

/// Hands bytes to the parent, in order.
using SendMessage = std::function<void(std::string_view message)>;

/// Forks, runs `work` in the child, and gives what it sends to `take` here, message by message.
///
/// The child writes no file, has one file open at a time beside those that are open now (so that
/// a file can't lead it to others), leaves no core file, and ends when this process does.
///
/// Errors   InputError: `work` threw anything but a MachineError (its own words), needed more than
///          the limits, or crashed.
///          MachineError: no child can be made; `work` threw one; something outside ended the
///          child; or it met a limit of the user's that is narrower than ours.
///          What `take` throws is passed on. The child is gone in any case.
/// Threads  The child has the calling one only: `work` waits for no other, and holds no lock that
///          another may have.
void run_in_child(const ChildLimits& limits, const std::function<void(const SendMessage&)>& work,
                  const std::function<void(std::string_view message)>& take);

}  // namespace mlpsweep::results
