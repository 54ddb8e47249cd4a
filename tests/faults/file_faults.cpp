// Preloaded into a program under test: counts its calls that open or change files below one folder,
// and lets one of them fail, tears it, or kills the process there. It can also write down what went
// to the disk, so that power_loss can play back what a power cut leaves of it.
//
// Told by the environment:
//   FAULTS_IN     folder whose files count (an absolute path); nothing happens without it
//   FAULTS_AT     which of the calls, from 1; 0 or absent: none
//   FAULTS_DO     kill  dies before the call
//                 torn  a write puts half of its bytes there, then dies; other calls as kill
//                 term, int-int  sends itself TERM, or INT twice, before the call
//                 ENOSPC, EIO  the call fails so
//                 short a write takes half of its bytes (at least one) and says so
//   FAULTS_EVER   set: all later calls that change files fare alike (of ENOSPC, EIO, short)
//   FAULTS_COUNT  file that gets the number of calls when the process ends, and the faulty one
//   FAULTS_TRACE  file that gets all that changed the disk
//   FAULTS_FLOCK  errno's number: what flock fails with (a file system without locks)
//   FAULTS_GATE   a file that must be there before the first call goes on, so that many processes
//                 go on at once; each that waits adds a byte to FILE.waiting
//   FAULTS_RANK   the rank that is meant, of a program under mpirun; the others run undisturbed
//
// Calls are held one after the other by a mutex: the order in the trace is the order on the disk.
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string>

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

const char* setting(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

/// Of the C library, behind the one defined here.
template <typename Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

/// Everything by plain system calls: the shim must not come upon itself.
void write_raw(int to, const char* bytes, std::size_t count) {
  while (count > 0) {
    const long done = syscall(SYS_write, to, bytes, count);
    if (done <= 0) {
      return;
    }
    bytes += done;
    count -= static_cast<std::size_t>(done);
  }
}

int open_raw(const char* path) {
  return static_cast<int>(
      syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
}

enum class Deed { kGoOn, kFail, kHalf, kHalfThenDie };

class Shim {
 public:
  Shim() {
    const std::string rank = setting("FAULTS_RANK");
    const std::string own = setting("OMPI_COMM_WORLD_RANK");
    folder_ = rank.empty() || rank == own ? setting("FAULTS_IN") : "";
    at_ = std::atol(setting("FAULTS_AT"));
    deed_ = setting("FAULTS_DO");
    ever_ = *setting("FAULTS_EVER") != '\0';
    if (!folder_.empty() && *setting("FAULTS_TRACE") != '\0') {
      trace_ = open_raw(setting("FAULTS_TRACE"));
    }
  }
  ~Shim() { tell_count(); }
  Shim(const Shim&) = delete;
  Shim& operator=(const Shim&) = delete;

  [[nodiscard]] bool meant(const std::string& path) const {
    return !folder_.empty() && path.compare(0, folder_.size(), folder_) == 0;
  }

  /// What becomes of the call that comes now; the mutex is held.
  Deed next(const char* call, const std::string& path, bool changes, bool writes) {
    ++calls_;
    wait_at_gate();
    const bool now = calls_ == at_ || (ever_ && changes && at_ > 0 && calls_ > at_);
    if (!now) {
      return Deed::kGoOn;
    }
    if (calls_ == at_) {
      faulty_ = std::string(call) + " " + path;
    }
    if (deed_ == "kill" || (deed_ == "torn" && !writes)) {
      die();
    }
    if (deed_ == "term" || deed_ == "int-int") {
      send_itself();
      return Deed::kGoOn;
    }
    if (deed_ == "torn") {
      return Deed::kHalfThenDie;
    }
    if (deed_ == "short") {
      return writes ? Deed::kHalf : Deed::kGoOn;
    }
    errno = deed_ == "EIO" ? EIO : ENOSPC;
    return Deed::kFail;
  }

  [[noreturn]] void die() {
    tell_count();
    syscall(SYS_kill, getpid(), SIGKILL);
    std::abort();
  }

  /// CALL <tab> PATH <tab> OTHER PATH <tab> OFFSET <tab> BYTES <newline>, then so many bytes.
  void trace(const char* call, const std::string& path, const std::string& other, long offset,
             const void* bytes, std::size_t count) const {
    if (trace_ < 0) {
      return;
    }
    std::string line = std::string(call) + '\t' + path + '\t' + other + '\t' +
                       std::to_string(offset) + '\t' + std::to_string(count) + '\n';
    line.append(static_cast<const char*>(bytes), count);
    write_raw(trace_, line.data(), line.size());
  }

  std::mutex mutex;

 private:
  void wait_at_gate() const {
    const char* gate = setting("FAULTS_GATE");
    if (calls_ != 1 || *gate == '\0') {
      return;
    }
    const int waiting = open_raw((std::string(gate) + ".waiting").c_str());
    write_raw(waiting, ".", 1);
    syscall(SYS_close, waiting);
    while (access(gate, F_OK) != 0) {
      usleep(500);
    }
  }

  void send_itself() {
    if (deed_ == "term") {
      syscall(SYS_kill, getpid(), SIGTERM);
      return;
    }
    tell_count();  // the second one ends the process
    // To this thread: it has handled the first before the second is sent, and two that wait are one.
    syscall(SYS_tgkill, getpid(), gettid(), SIGINT);
    syscall(SYS_tgkill, getpid(), gettid(), SIGINT);
  }

  void tell_count() {
    const char* name = setting("FAULTS_COUNT");
    if (folder_.empty() || *name == '\0') {
      return;
    }
    const int file = open_raw(name);
    const std::string text = std::to_string(calls_) + " " + faulty_ + "\n";
    write_raw(file, text.data(), text.size());
    syscall(SYS_close, file);
  }

  std::string folder_;
  std::string deed_;
  std::string faulty_;
  long at_ = 0;
  long calls_ = 0;
  bool ever_ = false;
  int trace_ = -1;
};

Shim& shim() {
  static Shim one;
  return one;
}

std::string absolute(int folder, const char* path) {
  if (path[0] == '/') {
    return path;
  }
  char base[4096] = {};
  if (folder == AT_FDCWD) {
    return getcwd(base, sizeof base) != nullptr ? std::string(base) + "/" + path : path;
  }
  const std::string link = "/proc/self/fd/" + std::to_string(folder);
  const ssize_t length = readlink(link.c_str(), base, sizeof base - 1);
  return length > 0 ? std::string(base, static_cast<std::size_t>(length)) + "/" + path : path;
}

/// The file behind a descriptor; empty for pipes, sockets and terminals.
std::string path_of(int descriptor) {
  char name[4096] = {};
  const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
  const ssize_t length = readlink(link.c_str(), name, sizeof name - 1);
  return length > 0 && name[0] == '/' ? std::string(name, static_cast<std::size_t>(length)) : "";
}

int open_file(int folder, const char* name, int flags, mode_t mode) {
  const auto go_on = [&] {
    return static_cast<int>(syscall(SYS_openat, folder, name, flags, mode));
  };
  const std::string path = absolute(folder, name);
  if (!shim().meant(path)) {
    return go_on();
  }
  const std::lock_guard lock(shim().mutex);
  const bool changes = (flags & (O_CREAT | O_TRUNC)) != 0;
  if (shim().next("open", path, changes, false) == Deed::kFail) {
    return -1;
  }
  const int descriptor = go_on();
  if (descriptor >= 0 && changes) {
    shim().trace((flags & O_TRUNC) != 0 ? "truncate" : "create", path, "", 0, "", 0);
  }
  return descriptor;
}

ssize_t write_file(int to, const void* bytes, std::size_t count, off_t offset, bool positioned) {
  const auto go_on = [&](std::size_t part) {
    return positioned ? syscall(SYS_pwrite64, to, bytes, part, offset)
                      : syscall(SYS_write, to, bytes, part);
  };
  const std::string path = path_of(to);
  if (!shim().meant(path)) {
    return go_on(count);
  }
  const std::lock_guard lock(shim().mutex);
  const Deed deed = shim().next("write", path, true, true);
  if (deed == Deed::kFail) {
    return -1;
  }
  struct stat state {};
  if (!positioned) {
    fstat(to, &state);
    const bool appends = (fcntl(to, F_GETFL) & O_APPEND) != 0;
    offset = appends ? state.st_size : lseek(to, 0, SEEK_CUR);
  }
  const long done = go_on(deed == Deed::kGoOn ? count : std::max<std::size_t>(1, count / 2));
  if (deed == Deed::kHalfThenDie) {
    shim().die();
  }
  if (done > 0) {
    shim().trace("write", path, "", offset, bytes, static_cast<std::size_t>(done));
  }
  return done;
}

int truncate_file(int file, off_t size) {
  const std::string path = path_of(file);
  if (!shim().meant(path)) {
    return static_cast<int>(syscall(SYS_ftruncate, file, size));
  }
  const std::lock_guard lock(shim().mutex);
  if (shim().next("truncate", path, true, false) == Deed::kFail) {
    return -1;
  }
  const int code = static_cast<int>(syscall(SYS_ftruncate, file, size));
  shim().trace("resize", path, "", size, "", 0);
  return code;
}

int sync_file(int file, int number) {
  const std::string path = path_of(file);
  if (!shim().meant(path)) {
    return static_cast<int>(syscall(number, file));
  }
  const std::lock_guard lock(shim().mutex);
  if (shim().next("sync", path, true, false) == Deed::kFail) {
    return -1;
  }
  const int code = static_cast<int>(syscall(number, file));
  shim().trace("sync", path, "", 0, "", 0);
  return code;
}

int name_call(const char* call, const char* path, const char* other,
              long (*go_on)(const char*, const char*)) {
  const std::string from = absolute(AT_FDCWD, path);
  const std::string to = other != nullptr ? absolute(AT_FDCWD, other) : "";
  if (!shim().meant(from) && !shim().meant(to)) {
    return static_cast<int>(go_on(path, other));
  }
  const std::lock_guard lock(shim().mutex);
  if (shim().next(call, to.empty() ? from : to, true, false) == Deed::kFail) {
    return -1;
  }
  const int code = static_cast<int>(go_on(path, other));
  if (code == 0) {
    shim().trace(call, from, to, 0, "", 0);
  }
  return code;
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return open_file(AT_FDCWD, path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return open_file(AT_FDCWD, path, flags, mode);
}

int openat(int folder, const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return open_file(folder, path, flags, mode);
}

int __open_2(const char* path, int flags) {
  return open_file(AT_FDCWD, path, flags, 0);
}
int __open64_2(const char* path, int flags) {
  return open_file(AT_FDCWD, path, flags, 0);
}

ssize_t write(int to, const void* bytes, std::size_t count) {
  return write_file(to, bytes, count, 0, false);
}
ssize_t pwrite(int to, const void* bytes, std::size_t count, off_t offset) {
  return write_file(to, bytes, count, offset, true);
}
ssize_t pwrite64(int to, const void* bytes, std::size_t count, off64_t offset) {
  return write_file(to, bytes, count, offset, true);
}
int ftruncate(int file, off_t size) noexcept {
  return truncate_file(file, size);
}
int ftruncate64(int file, off64_t size) noexcept {
  return truncate_file(file, size);
}
int fsync(int file) {
  return sync_file(file, SYS_fsync);
}
int fdatasync(int file) {
  return sync_file(file, SYS_fdatasync);
}

int rename(const char* from, const char* to) noexcept {
  return name_call("rename", from, to,
                   [](const char* a, const char* b) { return syscall(SYS_rename, a, b); });
}
int unlink(const char* path) noexcept {
  return name_call("unlink", path, nullptr,
                   [](const char* a, const char*) { return syscall(SYS_unlink, a); });
}
int remove(const char* path) noexcept {
  struct stat state {};
  if (lstat(path, &state) == 0 && S_ISDIR(state.st_mode)) {
    return real<int(const char*)>("rmdir")(path);
  }
  return unlink(path);
}
int mkdir(const char* path, mode_t mode) noexcept {
  static mode_t wanted;
  wanted = mode;
  return name_call("mkdir", path, nullptr,
                   [](const char* a, const char*) { return syscall(SYS_mkdir, a, wanted); });
}

int flock(int file, int operation) noexcept {
  const int refusal = std::atoi(setting("FAULTS_FLOCK"));
  if (refusal != 0 && shim().meant(path_of(file))) {
    errno = refusal;
    return -1;
  }
  return static_cast<int>(syscall(SYS_flock, file, operation));
}

}  // extern "C"
