#include "results/journal.h"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "engine/errors.h"
#include "results/frame.h"

namespace mlpsweep::results {

std::string encode_epoch(int epoch) {
  return epoch == 0 ? "" : std::to_string(epoch);
}

JournalWriter::JournalWriter(std::filesystem::path file) : file_(std::move(file)) {
  // O_EXCL: no attempt ever writes to another one's file, so that a torn tail is always the last
  // thing in it and a rank that was given up for dead can harm nobody.
  descriptor_ = open_file(file_, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW);
  sync_folder(file_.parent_path());
}

void JournalWriter::append(FrameType type, const sweeps::Fingerprint& fingerprint,
                           std::string_view payload) {
  if (broken_ || !descriptor_.is_open()) {
    throw MachineError(file_.string() + ": takes nothing more after an earlier error");
  }
  // One write() a frame: a kill falls before or after it, or leaves a prefix.
  const std::string frame = make_frame(type, fingerprint, payload);
  try {
    write_all(descriptor_, frame, file_);
  } catch (const MachineError&) {
    broken_ = true;
    // If this fails too, a reader still takes the unfinished frame for the torn tail that it is.
    (void)!::ftruncate(descriptor_.get(), static_cast<off_t>(good_bytes_));
    throw;
  }
  good_bytes_ += frame.size();
}

void JournalWriter::sync() {
  if (!descriptor_.is_open()) {
    throw MachineError(file_.string() + ": can't be synced any more after an earlier error");
  }
  if (::fdatasync(descriptor_.get()) != 0) {
    const int error_number = errno;
    // A second fdatasync could return success although the pages are gone, so there is none.
    descriptor_.close();
    fail(file_, "sync", error_number);
  }
}

}  // namespace mlpsweep::results
