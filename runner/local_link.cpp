#include <deque>

#include "runner/link.h"

namespace mlpsweep::runner {
namespace {

using Queue = std::deque<Packet>;

class LocalEnd : public Link {
 public:
  LocalEnd(std::shared_ptr<Queue> out, std::shared_ptr<Queue> in)
      : out_(std::move(out)), in_(std::move(in)) {}

  void send(Packet packet) override {
    packet.rank = 0;  // both ends of this wire live in rank 0
    out_->push_back(std::move(packet));
  }

  std::optional<Packet> receive() override {
    if (in_->empty()) {
      return std::nullopt;
    }
    Packet packet = std::move(in_->front());
    in_->pop_front();
    return packet;
  }

 private:
  std::shared_ptr<Queue> out_;
  std::shared_ptr<Queue> in_;
};

class Hub : public Link {
 public:
  Hub(std::unique_ptr<Link> local, std::shared_ptr<Link> remote)
      : local_(std::move(local)), remote_(std::move(remote)) {}

  void send(Packet packet) override {
    (packet.rank == 0 ? *local_ : *remote_).send(std::move(packet));
  }

  std::optional<Packet> receive() override {
    std::optional<Packet> packet = local_->receive();
    return packet || !remote_ ? packet : remote_->receive();
  }

  void cut(int rank) override {
    if (rank != 0) {
      remote_->cut(rank);
    }
  }

 private:
  std::unique_ptr<Link> local_;
  std::shared_ptr<Link> remote_;
};

}  // namespace

std::pair<std::unique_ptr<Link>, std::unique_ptr<Link>> make_local_link() {
  auto to_worker = std::make_shared<Queue>();
  auto to_coordinator = std::make_shared<Queue>();
  return {std::make_unique<LocalEnd>(to_worker, to_coordinator),
          std::make_unique<LocalEnd>(to_coordinator, to_worker)};
}

std::unique_ptr<Link> make_hub(std::unique_ptr<Link> local, std::shared_ptr<Link> remote) {
  return std::make_unique<Hub>(std::move(local), std::move(remote));
}

}  // namespace mlpsweep::runner
