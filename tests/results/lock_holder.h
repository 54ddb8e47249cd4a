// A process that holds a lock until it is killed.
#pragma once

#include <csignal>
#include <filesystem>
#include <stdexcept>

#include <sys/wait.h>
#include <unistd.h>

namespace mlpsweep::results {

template <class Lock>
class LockHolder {
 public:
  explicit LockHolder(const std::filesystem::path& folder) {
    int ready[2];
    if (::pipe(ready) != 0) {
      throw std::runtime_error("pipe");
    }
    process_ = ::fork();
    if (process_ == 0) {
      const Lock lock(folder);
      (void)!::write(ready[1], "x", 1);
      for (;;) {
        ::pause();
      }
    }
    char byte = 0;
    (void)!::read(ready[0], &byte, 1);
    ::close(ready[0]);
    ::close(ready[1]);
  }
  ~LockHolder() { kill(); }
  LockHolder(const LockHolder&) = delete;
  LockHolder& operator=(const LockHolder&) = delete;

  [[nodiscard]] int process() const { return process_; }

  void kill() {
    if (process_ > 0) {
      kill_unseen();
      ::waitpid(process_, nullptr, 0);
      process_ = -1;
    }
  }

  /// Dead, and its parent has not asked yet how it ended.
  void kill_unseen() {
    siginfo_t ignored;
    ::kill(process_, SIGKILL);
    ::waitid(P_PID, static_cast<id_t>(process_), &ignored, WEXITED | WNOWAIT);
  }

 private:
  pid_t process_ = -1;
};

}  // namespace mlpsweep::results
