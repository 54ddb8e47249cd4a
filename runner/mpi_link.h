// The wires between ranks, and where a rank finds itself. The only door to MPI.
#pragma once

#include <memory>

#include "runner/link.h"

namespace mlpsweep::runner {

/// This process's place among the ranks. MPI is started only under mpirun or srun: alone, a third
/// of a second and a helper process are saved, and the code that runs is the same.
class World {
 public:
  World();
  ~World();  ///< Ends MPI; every rank must come here.
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  [[nodiscard]] int rank() const { return rank_; }
  [[nodiscard]] int ranks() const { return ranks_; }

  /// Cores that this rank may use for itself: those that it is bound to, shared out evenly among
  /// the ranks of this node that are bound to the same ones. At least 1.
  [[nodiscard]] int cores() const { return cores_; }

  /// Cores of this node that none of its ranks is bound to.
  [[nodiscard]] int idle_cores() const { return idle_cores_; }

  /// The wires to the other ranks; null when there are none.
  [[nodiscard]] std::shared_ptr<Link> link() const { return link_; }

 private:
  int rank_ = 0;
  int ranks_ = 1;
  int cores_ = 1;
  int idle_cores_ = 0;
  bool started_ = false;
  std::shared_ptr<Link> link_;
};

}  // namespace mlpsweep::runner
