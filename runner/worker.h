// Trains what it is given: one on every rank, the coordinator's own included.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/dataset.h"
#include "results/run_header.h"
#include "runner/link.h"
#include "runner/messages.h"
#include "sweeps/sweep.h"

namespace mlpsweep::runner {

/// What a rank brings along.
struct WorkerOptions {
  int rank = 0;
  int ranks = 1;
  int threads = 1;
  double checkpoint_seconds = 60;  ///< See CheckpointPolicy::every_seconds.
};

/// Trials run side by side on the threads of a pool; a thread of its own writes and syncs the
/// journal, shared by all trials that ended meanwhile, and only what it has synced is reported as
/// done.
///
/// Threads  step() is called again and again by the thread that owns the link.
class Worker {
 public:
  /// `data` is shared with whoever else of this process reads data sets.
  Worker(Link& link, WorkerOptions options, engine::DatasetCache& data);
  ~Worker();  ///< Stops what runs and waits for it.
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Takes in messages and sends off what became durable; never waits. An exception of this machine
  /// (the disk is full, the data is not there) becomes a Broken message.
  void step();

  /// Whether Quit has come.
  [[nodiscard]] bool quit() const { return quit_; }

 private:
  struct Session;  // a sweep under way

  void listen();
  void tell();
  void take(const Message& message);
  void start_session(const Begin& begin);

  Link& link_;
  WorkerOptions options_;
  engine::DatasetCache& data_;
  std::unique_ptr<Session> session_;
  bool quit_ = false;
};

/// The first frame of a rank's journal.
[[nodiscard]] results::RunHeader header_of(const Begin& begin, const sweeps::Sweep& sweep,
                                           std::vector<results::DataSource> sources,
                                           const WorkerOptions& options);

/// Who writes a journal, where, when and by which program.
void sign(results::RunHeader& header, const WorkerOptions& options);

/// UTC, ISO 8601, whole seconds.
[[nodiscard]] std::string utc_now();

/// This machine's name.
[[nodiscard]] std::string host_name();

}  // namespace mlpsweep::runner
