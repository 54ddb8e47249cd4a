// Makes finished trials durable while training goes on.
#pragma once

#include <condition_variable>
#include <exception>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "results/journal.h"
#include "runner/messages.h"

namespace mlpsweep::runner {

/// One frame to write; with an outcome it is a record, whose outcome may be told once it is synced.
struct JournalEntry {
  results::FrameType type = results::FrameType::kRecord;
  sweeps::Fingerprint fingerprint;
  std::string payload;
  std::optional<Outcome> outcome;
  std::filesystem::path checkpoint = {};  ///< Removed once a record is durable; empty: none.
};

/// Writes one journal. All records that came in while it was syncing share the next sync, so short
/// trials don't pay for one each.
///
/// Threads  put() from any thread; take_durable() and failure() from one.
class JournalThread {
 public:
  /// Creates the file and makes its header durable before it returns.
  /// Errors   MachineError, as results::JournalWriter.
  JournalThread(std::filesystem::path file, std::string header);
  ~JournalThread();  ///< Writes what has been put, then ends.
  JournalThread(const JournalThread&) = delete;
  JournalThread& operator=(const JournalThread&) = delete;

  void put(JournalEntry entry);

  /// Outcomes that became durable since the last call.
  [[nodiscard]] std::vector<Outcome> take_durable();

  /// What the disk said, once it has failed; nothing is durable from then on.
  [[nodiscard]] std::exception_ptr failure();

 private:
  void work();
  void write(const std::vector<JournalEntry>& entries);
  void tell_durable(const std::vector<JournalEntry>& entries);  ///< Under the mutex.

  results::JournalWriter writer_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<JournalEntry> waiting_;
  std::vector<Outcome> durable_;
  std::exception_ptr failure_;
  bool ending_ = false;
  std::thread thread_;  // last: it starts when all of the above is there
};

}  // namespace mlpsweep::runner
