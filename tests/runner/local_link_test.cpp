#include <gtest/gtest.h>

#include "runner/link.h"

namespace mlpsweep::runner {
namespace {

/// Stands in for MPI: keeps what is sent, delivers what it was given.
class FakeLink : public Link {
 public:
  void send(Packet packet) override { sent.push_back(std::move(packet)); }
  std::optional<Packet> receive() override {
    if (incoming.empty()) {
      return std::nullopt;
    }
    Packet packet = incoming.front();
    incoming.pop_front();
    return packet;
  }
  std::deque<Packet> sent;
  std::deque<Packet> incoming;
};

TEST(LocalLink, CarriesPacketsInOrderBothWays) {
  auto [coordinator, worker] = make_local_link();
  EXPECT_FALSE(worker->receive());
  coordinator->send({0, "a"});
  coordinator->send({0, "b"});
  worker->send({0, "c"});
  EXPECT_EQ(worker->receive()->bytes, "a");
  EXPECT_EQ(worker->receive()->bytes, "b");
  EXPECT_FALSE(worker->receive());
  EXPECT_EQ(coordinator->receive()->bytes, "c");
}

TEST(Hub, SendsRankZeroItsPacketsLocallyAndTheOthersOverTheWire) {
  auto [coordinator, worker] = make_local_link();
  auto wire = std::make_shared<FakeLink>();
  const auto hub = make_hub(std::move(coordinator), wire);
  hub->send({0, "own"});
  hub->send({2, "other"});
  EXPECT_EQ(worker->receive()->bytes, "own");
  ASSERT_EQ(wire->sent.size(), 1U);
  EXPECT_EQ(wire->sent.front().rank, 2);

  wire->incoming.push_back({2, "from 2"});
  worker->send({0, "from 0"});
  EXPECT_EQ(hub->receive()->rank, 0);
  EXPECT_EQ(hub->receive()->rank, 2);
  EXPECT_FALSE(hub->receive());
}

}  // namespace
}  // namespace mlpsweep::runner
