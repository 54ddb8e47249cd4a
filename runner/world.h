// Where a rank finds itself: among how many, on which cores, and how all of them begin and end.
#pragma once

#include <memory>
#include <vector>

#include "runner/link.h"

namespace mlpsweep::runner {

class MpiLink;

/// This process's place among the ranks. MPI is started only under mpirun or srun: alone, a third
/// of a second and a helper process are saved, and the code that runs is the same.
class World {
 public:
  World();
  ~World();  ///< As end(), where that was not called.
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  [[nodiscard]] int rank() const { return rank_; }
  [[nodiscard]] int ranks() const { return ranks_; }
  [[nodiscard]] int ranks_here() const { return ranks_here_; }  ///< Of this node, with this one.
  [[nodiscard]] bool is_first_here() const { return first_here_; }

  /// Wall time until this rank had found the others; 0 alone. What mpirun or srun takes before it
  /// starts this program is not in it.
  [[nodiscard]] double seconds_to_begin() const { return seconds_to_begin_; }

  /// Cores that this rank may use for itself: those that it is bound to, shared out evenly among
  /// the ranks of this node that are bound to the same ones. At least 1.
  [[nodiscard]] int cores() const { return cores_; }

  /// Cores of this node that none of its ranks is bound to.
  [[nodiscard]] int idle_cores() const { return idle_cores_; }

  /// The wires to the other ranks; null when there are none. They give signs of life by themselves.
  [[nodiscard]] std::shared_ptr<Link> link() const;

  /// Ends this process, exit code 3, where rank 0 has been silent for kCoordinatorPatience
  /// (roll_call.h): what this rank has finished is on the disk. To be called while it waits.
  void require_coordinator() const;

  /// Ends MPI with all ranks, where all of them come here; returns `code`. Where some are dead or
  /// silent rank 0 ends the job without them, by way of the launcher where it must. Waits ten
  /// seconds for the others, and ten for MPI.
  int end(int code);

 private:
  enum class Whom { kAll, kReachable };

  void share_cores();
  [[nodiscard]] std::vector<int> peers() const;  ///< Whom this rank speaks with.
  void say_goodbye(int code);
  [[nodiscard]] std::vector<int> missing(Whom whom) const;
  void drop(const std::vector<int>& gone, int code);
  void kill_neighbour(int rank) const;

  int rank_ = 0;
  int ranks_ = 1;
  int ranks_here_ = 1;
  bool first_here_ = true;
  int cores_ = 1;
  int idle_cores_ = 0;
  double seconds_to_begin_ = 0;
  bool started_ = false;
  std::vector<int> neighbours_;  // process numbers by rank; 0 for ranks of other nodes
  std::shared_ptr<MpiLink> link_;
};

}  // namespace mlpsweep::runner
