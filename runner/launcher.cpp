#include "runner/launcher.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <thread>

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/errors.h"
#include "results/file_io.h"
#include "results/process_state.h"
#include "runner/exit_codes.h"
#include "runner/interrupts.h"
#include "runner/job.h"
#include "runner/progress.h"
#include "runner/roll_call.h"

namespace mlpsweep::runner {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kLauncherPoll{20};
constexpr std::chrono::seconds kEnding{10};    // of mpirun, after rank 0's last word
constexpr std::chrono::seconds kStarting{60};  // for its first one
constexpr int kNoSuchCommand = 127;            // the shell's code for it

/// A folder that goes when the launcher does.
class ReportFolder {
 public:
  ReportFolder() {
    std::string name = (fs::temp_directory_path() / "mlpsweep-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
      results::fail(name, "make", errno);
    }
    files.folder = name;
  }
  ~ReportFolder() {
    std::error_code ignored;
    fs::remove_all(files.folder, ignored);
  }
  ReportFolder(const ReportFolder&) = delete;
  ReportFolder& operator=(const ReportFolder&) = delete;

  void empty() const {
    for (const fs::path& file : {files.alive(), files.standing(), files.outcome()}) {
      fs::remove(file);
    }
  }

  LauncherFiles files;
};

std::optional<long> number_in(const fs::path& file) {
  std::ifstream in(file);
  long number = 0;
  return in >> number ? std::optional(number) : std::nullopt;
}

std::vector<std::string> command_of(int ranks, const std::vector<std::string>& words) {
  std::vector<std::string> command;
  if (ranks > 1) {
    command = {"mpirun",    "-n",   std::to_string(ranks), "--enable-recovery",
               "--bind-to", "none", "--oversubscribe",     "--stdin",
               "none"};
    if (geteuid() == 0) {  // who says --ranks as root means it
      command.emplace_back("--allow-run-as-root");
    }
  }
  command.push_back(fs::read_symlink("/proc/self/exe").string());
  command.insert(command.end(), words.begin(), words.end());
  return command;
}

/// Between fork and exec: nothing that allocates.
[[noreturn]] void become(char* const* command, pid_t launcher) {
  // Of its own group: a terminal's INT comes here alone, and is passed on as what stops gently.
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != launcher) {
    _exit(kExitInterrupted);
  }
  execvp(command[0], command);
  _exit(kNoSuchCommand);
}

pid_t start(const std::vector<std::string>& command) {
  std::vector<char*> words;
  for (const std::string& word : command) {
    words.push_back(const_cast<char*>(word.c_str()));
  }
  words.push_back(nullptr);
  const pid_t launcher = getpid();
  const pid_t process = fork();
  if (process < 0) {
    throw MachineError(std::string("can't start ranks: ") + std::strerror(errno));
  }
  if (process == 0) {
    become(words.data(), launcher);
  }
  return process;
}

std::vector<pid_t> children() {
  std::vector<pid_t> found = results::all_processes();
  std::erase_if(found, [](pid_t process) { return results::state_of(process).parent != getpid(); });
  return found;
}

/// What the dead leave behind becomes this process's child (it is their subreaper): ranks whose
/// mpirun is gone would hold the sweep's lock.
void clear_away() {
  for (std::vector<pid_t> left = children(); !left.empty(); left = children()) {
    for (const pid_t process : left) {  // those alone: their own children come here only then
      kill(process, SIGKILL);
      waitpid(process, nullptr, 0);
    }
  }
}

/// Waits for one start of the ranks.
class Watch {
 public:
  Watch(pid_t process, const LauncherFiles& files) : process_(process), files_(files) {}

  /// Rank 0's word, if it gave one.
  std::optional<int> wait() {
    std::optional<Clock::time_point> told;
    while (!has_ended() && !is_silent() && !must_end_at_once()) {
      pass_signal_on();
      if (!told && fs::exists(files_.outcome())) {
        told = Clock::now();
      }
      if (told && Clock::now() - *told > kEnding) {
        break;
      }
      std::this_thread::sleep_for(kLauncherPoll);
    }
    clear_away();
    const auto code = number_in(files_.outcome());
    return code ? std::optional(static_cast<int>(*code)) : std::nullopt;
  }

  [[nodiscard]] bool found_no_command() const {
    return WIFEXITED(status_) && WEXITSTATUS(status_) == kNoSuchCommand;
  }
  [[nodiscard]] bool was_silent() const { return silent_; }

 private:
  bool has_ended() { return waitpid(process_, &status_, WNOHANG) == process_; }

  bool is_silent() {
    signs_.listen(Clock::now());
    if (const auto sign = number_in(files_.alive()); sign && sign != last_) {
      last_ = sign;
      signs_.heard(0);
    }
    silent_ = signs_.silence(0) > (last_ ? kCoordinatorPatience : kStarting);
    return silent_;
  }

  /// mpirun passes USR1 on to all ranks at once; INT and TERM it turns into a kill.
  void pass_signal_on() {
    if (interrupted() && !passed_on_) {
      passed_on_ = true;
      kill(process_, SIGUSR1);
    }
  }

  pid_t process_;
  const LauncherFiles& files_;
  RollCall signs_;
  std::optional<long> last_;
  int status_ = 0;
  bool silent_ = false;
  bool passed_on_ = false;
};

}  // namespace

int launch(int ranks, const std::vector<std::string>& words) {
  catch_signals_of_launcher();
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  const ReportFolder report;
  const std::vector<std::string> command = command_of(ranks, words);
  const std::string run =
      fmt::format("{}-{}", getpid(), std::chrono::system_clock::now().time_since_epoch().count());
  setenv(kReportVariable, report.files.folder.c_str(), 1);
  setenv(kRunVariable, run.c_str(), 1);
  std::optional<long> before;
  for (int part = 0, idle = 0;; ++part) {
    setenv(kPartVariable, std::to_string(part).c_str(), 1);
    report.empty();
    Watch watch(start(command), report.files);
    if (const auto code = watch.wait()) {
      return *code;
    }
    if (interrupted()) {
      return kExitInterrupted;
    }
    if (watch.found_no_command()) {
      throw MachineError(
          "mpirun can't be started: install Open MPI (openmpi-bin), or run without --ranks");
    }
    const std::optional<long> standing = number_in(report.files.standing());
    idle = standing && standing != before ? 0 : idle + 1;
    before = standing ? standing : before;
    const std::string what = watch.was_silent() ? "rank 0 has fallen silent"
                                                : "the ranks ended without a word from rank 0";
    if (idle == kMostIdleStarts) {
      throw MachineError(
          fmt::format("{}, and the last {} starts brought nothing new; what was finished is kept",
                      what, kMostIdleStarts));
    }
    log_warning(fmt::format("{}: starting them again; what was finished is kept", what));
  }
}

std::vector<std::string> without_ranks(std::vector<std::string> words) {
  const std::string option = "--ranks";
  for (auto at = words.begin(); at != words.end();) {
    if (*at == option) {
      at = words.erase(at, at + (at + 1 != words.end() ? 2 : 1));
    } else if (at->starts_with(option + "=")) {
      at = words.erase(at);
    } else {
      ++at;
    }
  }
  return words;
}

}  // namespace mlpsweep::runner
