// What a small message costs rank 0's processor: the others send records' outcomes as fast as they
// may, rank 0 takes them in as serve() does. mpirun -np N link_bench
#include <algorithm>
#include <chrono>
#include <string>
#include <thread>

#include <fmt/core.h>

#include "runner/messages.h"
#include "runner/world.h"

#include "tests/bench/processor_time.h"

namespace mlpsweep::runner {
namespace {

constexpr int kPackets = 20'000;  // of each rank
constexpr int kAtOnce = 10;
constexpr std::chrono::milliseconds kPoll{1};

void send_all(Link& link, const std::string& bytes) {
  for (int i = 0; i < kPackets; ++i) {
    link.send({0, bytes});
    if (i % kAtOnce == 0) {
      (void)link.receive();
      std::this_thread::sleep_for(kPoll);
    }
  }
  for (bool over = false; !over;) {
    const auto packet = link.receive();
    over = packet && !packet->bytes.empty();
    std::this_thread::sleep_for(kPoll);
  }
}

void take_all(Link& link, int senders, std::size_t bytes) {
  int taken = 0;
  int empty_polls = 0;
  double taking = 0;
  double polling = 0;
  while (taken < kPackets * senders) {
    const double begun = processor_seconds();
    int here = 0;
    while (const auto packet = link.receive()) {
      here += packet->bytes.empty() ? 0 : 1;
    }
    (here == 0 ? polling : taking) += processor_seconds() - begun;
    taken += here;
    empty_polls += here == 0 ? 1 : 0;
    std::this_thread::sleep_for(kPoll);
  }
  constexpr int kSent = 2000;
  const double begun = processor_seconds();
  for (int i = 0; i < kSent; ++i) {
    link.send({1 + i % senders, ""});
  }
  const double sending = processor_seconds() - begun;
  fmt::print(
      "{} ranks, {} bytes: {:.2f} us a packet in, {:.2f} us out, {:.1f} us for a look at nothing\n",
      senders + 1, bytes, 1e6 * taking / taken, 1e6 * sending / kSent,
      1e6 * polling / std::max(1, empty_polls));
  for (int rank = 1; rank <= senders; ++rank) {
    link.send({rank, "over"});
  }
}

}  // namespace
}  // namespace mlpsweep::runner

int main() {
  using namespace mlpsweep::runner;
  World world;
  if (world.ranks() < 2) {
    fmt::print(stderr, "usage: mpirun -np N link_bench, N at least 2\n");
    return 2;
  }
  const std::string bytes = encode(Done{{{1, mlpsweep::engine::State::kComplete, 0.1, 0.5}}});
  if (world.rank() == 0) {
    take_all(*world.link(), world.ranks() - 1, bytes.size());
  } else {
    send_all(*world.link(), bytes);
  }
  return world.end(0);
}
