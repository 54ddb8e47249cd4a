#include "results/guarded_child.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <fstream>
#include <new>
#include <optional>
#include <string>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/errors.h"
#include "results/file_io.h"

namespace mlpsweep::results {
namespace {

constexpr const char* kPipe = "the pipe to a child process";
constexpr std::size_t kReadBytes = std::size_t{1} << 20;

/// kFault is of what is worked on, kMachineFault of the machine that works on it.
enum class Kind : char { kMessage = 'm', kFault = 'f', kMachineFault = 'x', kEnd = 'e' };

struct Head {
  Kind kind = Kind::kEnd;
  std::uint64_t bytes = 0;
};

// --- In the child ----------------------------------------------------------------------------

void send(const Descriptor& to, Kind kind, std::string_view bytes) {
  std::string head(1, static_cast<char>(kind));
  const std::uint64_t length = bytes.size();
  head.append(reinterpret_cast<const char*>(&length), sizeof length);
  write_all(to, head, kPipe);
  write_all(to, bytes, kPipe);
}

/// Whether the user has set limits narrower than ours: what meets them is no fault of a file's.
struct Narrower {
  bool memory = false;
  bool time = false;
};

/// Never raises a limit that the user has set.
template <class Resource>
void limit(Resource resource, rlim_t soft, rlim_t hard) {
  rlimit now = {};
  ::getrlimit(resource, &now);
  const rlimit narrowed = {std::min(now.rlim_cur, soft), std::min(now.rlim_max, hard)};
  if (::setrlimit(resource, &narrowed) != 0) {
    fail("a child process", "limit", errno);
  }
}

/// Nothing where the kernel doesn't tell.
std::optional<std::uint64_t> addresses_in_use() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t pages = 0;
  if (!(file >> pages)) {
    return std::nullopt;
  }
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

template <class Resource>
bool is_below(Resource resource, std::uint64_t wanted) {
  rlimit now = {};
  return ::getrlimit(resource, &now) == 0 && now.rlim_cur < wanted;
}

Narrower narrower_than(const ChildLimits& limits) {
  const std::uint64_t addresses = addresses_in_use().value_or(0) + limits.memory_bytes;
  return {.memory = is_below(RLIMIT_AS, addresses) || is_below(RLIMIT_DATA, limits.memory_bytes),
          .time = is_below(RLIMIT_CPU, limits.processor_seconds)};
}

void limit_memory(std::uint64_t bytes) {
  const auto used = addresses_in_use();
  if (used && memory_is_limited()) {
    limit(RLIMIT_AS, *used + bytes, *used + bytes);
  }
}

/// The system gives out the lowest free number: with a limit just above it, one file can be open.
void allow_one_file() {
  Descriptor probe = open_file("/dev/null", O_RDONLY);
  const auto lowest = static_cast<rlim_t>(probe.get());
  probe.close();
  try {
    limit(RLIMIT_NOFILE, lowest + 1, lowest + 1);
  } catch (const MachineError&) {
    limit(RLIMIT_NOFILE, lowest + 1, RLIM_INFINITY);  // valgrind keeps the hard one for itself
  }
}

void confine(const ChildLimits& limits) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::signal(SIGXCPU, SIG_DFL);
  limit(RLIMIT_CORE, 0, 0);
  limit(RLIMIT_FSIZE, 0, 0);
  limit(RLIMIT_CPU, limits.processor_seconds, limits.processor_seconds + 1);
  limit_memory(limits.memory_bytes);
  allow_one_file();
}

void send_lack_of_memory(const Descriptor& to, const ChildLimits& limits, bool set_by_user) {
  if (set_by_user) {
    send(to, Kind::kMachineFault,
         "reading it needs more memory than the limit that is set here (ulimit -v, ulimit -d): "
         "raise it and try again");
    return;
  }
  send(to, Kind::kFault,
       fmt::format("reading it needs more memory than a file of its size should ({} MiB)",
                   limits.memory_bytes >> 20U));
}

[[noreturn]] void be_child(const Descriptor& to, const ChildLimits& limits,
                           const Narrower& narrower,
                           const std::function<void(const SendMessage&)>& work) {
  try {
    try {
      confine(limits);
      work([&](std::string_view message) { send(to, Kind::kMessage, message); });
      send(to, Kind::kEnd, "");
    } catch (const std::bad_alloc&) {
      send_lack_of_memory(to, limits, narrower.memory);
    } catch (const MachineError& error) {
      send(to, Kind::kMachineFault, error.what());
    } catch (const std::exception& error) {
      send(to, Kind::kFault, error.what());
    }
  } catch (...) {
    ::_exit(1);  // not even the fault could be told
  }
  // Not exit(): what the parent has in its buffers is the parent's to print.
  ::_exit(0);
}

// --- In the parent ---------------------------------------------------------------------------

/// Ended and waited for when it goes.
class Child {
 public:
  explicit Child(pid_t process) : process_(process) {}
  ~Child() {
    if (process_ > 0) {
      ::kill(process_, SIGKILL);
      wait();
    }
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  int wait() {
    int status = 0;
    while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
    }
    process_ = 0;
    return status;
  }

 private:
  pid_t process_;
};

/// Up to `bytes`, fewer at the end; memory is taken for what comes, not for what was promised.
std::string receive(const Descriptor& from, std::uint64_t bytes) {
  std::string text;
  while (text.size() < bytes) {
    const std::size_t before = text.size();
    text.resize(before + std::min<std::uint64_t>(kReadBytes, bytes - before));
    const ssize_t got = ::read(from.get(), text.data() + before, text.size() - before);
    if (got < 0 && errno != EINTR) {
      fail(kPipe, "read", errno);
    }
    text.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got == 0) {
      break;
    }
  }
  return text;
}

/// Nothing at the pipe's end.
std::optional<Head> receive_head(const Descriptor& from) {
  const std::string bytes = receive(from, 1 + sizeof(std::uint64_t));
  if (bytes.size() < 1 + sizeof(std::uint64_t)) {
    return std::nullopt;
  }
  Head head{static_cast<Kind>(bytes[0])};
  std::memcpy(&head.bytes, bytes.data() + 1, sizeof head.bytes);
  return head;
}

/// What a process does to itself; any other signal came from outside.
bool is_crash(int number) {
  constexpr std::array kOwn = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGTRAP};
  return std::find(kOwn.begin(), kOwn.end(), number) != kOwn.end();
}

[[noreturn]] void tell_end(int status, const ChildLimits& limits, const Narrower& narrower) {
  if (!WIFSIGNALED(status)) {
    throw InputError(
        fmt::format("reading it ended without a word (exit code {})", WEXITSTATUS(status)));
  }
  const int number = WTERMSIG(status);
  const char* known = ::sigdescr_np(number);
  const char* words = known != nullptr ? known : "unknown";
  if (narrower.time && (number == SIGXCPU || number == SIGKILL)) {
    throw MachineError(
        "reading it takes more processor time than the limit that is set here (ulimit -t): raise "
        "it and try again");
  }
  if (number == SIGXCPU) {
    throw InputError(
        fmt::format("reading it takes more processor time than a file of its size should ({} s)",
                    limits.processor_seconds));
  }
  if (!is_crash(number)) {
    throw MachineError(
        fmt::format("what reads it was ended from outside (signal {}, {}){}", number, words,
                    number == SIGKILL ? ": the system does so where memory runs out" : ""));
  }
  throw InputError(
      fmt::format("what reads it crashed on it (signal {}, {}): it is damaged, or made "
                  "to do harm",
                  number, words));
}

}  // namespace

bool memory_is_limited() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)  // GCC's words; clang's are below
  return false;
#elif defined(__has_feature)
  return !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer);
#else
  return true;
#endif
}

std::uint64_t believed_bytes(std::uint64_t size, std::uint64_t held) {
  constexpr std::uint64_t kAbsurd = 1000;
  constexpr std::uint64_t kNeverDoubted = std::uint64_t{4} << 20U;
  return std::min(size, std::max(kNeverDoubted, kAbsurd * held));
}

void run_in_child(const ChildLimits& limits, const std::function<void(const SendMessage&)>& work,
                  const std::function<void(std::string_view message)>& take) {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    fail(kPipe, "make", errno);
  }
  Descriptor from(ends[0]);
  Descriptor to(ends[1]);
  const Narrower narrower = narrower_than(limits);
  const pid_t process = ::fork();
  if (process < 0) {
    fail("a child process", "start", errno);
  }
  if (process == 0) {
    from.close();
    be_child(to, limits, narrower, work);
  }
  Child child(process);
  to.close();
  while (const std::optional<Head> head = receive_head(from)) {
    const std::string bytes = receive(from, head->bytes);
    if (bytes.size() < head->bytes) {
      break;
    }
    switch (head->kind) {
      case Kind::kMessage:
        take(bytes);
        break;
      case Kind::kFault:
        throw InputError(bytes);
      case Kind::kMachineFault:
        throw MachineError(bytes);
      case Kind::kEnd:
        return;
    }
  }
  tell_end(child.wait(), limits, narrower);
}

}  // namespace mlpsweep::results
