#include "runner/journal_thread.h"

#include <system_error>
#include <utility>

namespace mlpsweep::runner {

JournalThread::JournalThread(std::filesystem::path file, std::string header)
    : writer_(std::move(file)) {
  writer_.append(results::FrameType::kHeader, {}, header);
  writer_.sync();
  thread_ = std::thread([this] { work(); });
}

JournalThread::~JournalThread() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void JournalThread::put(JournalEntry entry) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(entry));
  }
  changed_.notify_one();
}

std::vector<Outcome> JournalThread::take_durable() {
  const std::lock_guard lock(mutex_);
  return std::exchange(durable_, {});
}

std::exception_ptr JournalThread::failure() {
  const std::lock_guard lock(mutex_);
  return failure_;
}

void JournalThread::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    if (waiting_.empty()) {
      return;
    }
    const std::vector<JournalEntry> entries = std::exchange(waiting_, {});
    if (failure_) {
      continue;  // the writer takes nothing more; what comes in is trained again by the next run
    }
    lock.unlock();
    std::exception_ptr failure;
    try {
      write(entries);
      lock.lock();
      tell_durable(entries);
    } catch (...) {  // memory may lack as well as disk: its words are made when they are told
      failure = std::current_exception();
    }
    if (!lock.owns_lock()) {
      lock.lock();
    }
    failure_ = failure;
  }
}

void JournalThread::tell_durable(const std::vector<JournalEntry>& entries) {
  for (const JournalEntry& entry : entries) {
    if (entry.outcome) {
      durable_.push_back(*entry.outcome);
    }
  }
}

void JournalThread::write(const std::vector<JournalEntry>& entries) {
  bool records = false;
  for (const JournalEntry& entry : entries) {
    writer_.append(entry.type, entry.fingerprint, entry.payload);
    records = records || entry.outcome.has_value();
  }
  if (records) {  // a begun frame alone needs no sync: losing it costs nothing but a count
    writer_.sync();
  }
  for (const JournalEntry& entry : entries) {
    if (entry.outcome && !entry.checkpoint.empty()) {
      std::error_code ignored;  // the next run clears away what stays
      std::filesystem::remove(entry.checkpoint, ignored);
    }
  }
}

}  // namespace mlpsweep::runner
