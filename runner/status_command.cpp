#include "runner/status_command.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <thread>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "engine/errors.h"
#include "results/display_width.h"
#include "results/journal.h"
#include "results/sweep_folder.h"
#include "runner/exit_codes.h"
#include "runner/load_results.h"
#include "sweeps/text_checks.h"

namespace mlpsweep::runner {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostLines = kMostFailedTold;  // of one kind
constexpr double kNews = 10;  // seconds; status.json is written every other second
constexpr std::chrono::seconds kLook{2};
constexpr int kLookShare = 10;  // a look may take a tenth of the time, however large the sweep

/// Seconds since 1970 of a time as status.json has it; NaN for any other text.
double seconds_at(const std::string& utc) {
  std::tm parts{};
  const char* end = strptime(utc.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return end != nullptr && *end == '\0' ? static_cast<double>(timegm(&parts)) : std::nan("");
}

double now_seconds() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string owner_line(const SweepStatus& status, double now) {
  if (status.owner.empty()) {
    return "no run is under way";
  }
  std::string text = "running: " + status.owner;
  const double updated = seconds_at(status.updated);
  if (std::isnan(updated)) {
    return text;
  }
  if (now - updated > kNews) {
    text += fmt::format("; it last wrote of itself {} ago", duration_text(now - updated));
  }
  const double end = updated + status.standing.seconds_left;
  if (status.standing.seconds_left >= 0 && end < 1e11) {
    text += fmt::format("; expected end {:%Y-%m-%dT%H:%M:%SZ}",
                        fmt::gmtime(static_cast<std::time_t>(end)));
  }
  return text;
}

/// `more` holds the first ones of `count`.
void add(std::vector<std::string>& lines, std::string_view heading,
         const std::vector<std::string>& more, std::size_t count, std::size_t most) {
  if (!heading.empty() && !more.empty()) {
    lines.emplace_back(heading);
  }
  const std::size_t told = std::min(more.size(), most);
  for (std::size_t i = 0; i < told; ++i) {
    lines.push_back("  " + more[i]);
  }
  if (count > told) {
    lines.push_back(fmt::format("  ... and {} more", count - told));
  }
}

int code_of(const SweepStatus& status) {
  if (status.standing.done < status.standing.planned) {
    return kExitInterrupted;
  }
  return status.standing.failed > 0 || status.stuck ? kExitTrialsFailed : kExitDone;
}

void print_lines(const std::vector<std::string>& lines) {
  for (const std::string& line : lines) {
    fmt::print("{}\n", sweeps::printable(results::one_line(line)));
  }
  std::fflush(stdout);
}

/// What stands on a terminal, drawn again over itself.
class Screen {
 public:
  void draw(const std::vector<std::string>& lines) {
    winsize size{};
    const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
    const std::size_t columns = known ? size.ws_col - 1U : 79U;
    const std::size_t rows = known && size.ws_row > 1 ? size.ws_row - 1U : 23U;
    std::string text = drawn_ > 0 ? fmt::format("\x1b[{}A\x1b[J", drawn_) : "";  // up, and clear
    drawn_ = std::min(lines.size(), rows);
    for (std::size_t i = 0; i < drawn_; ++i) {
      text += sweeps::printable(results::one_line(lines[i]).substr(0, columns)) + "\n";
    }
    fmt::print("{}", text);
    std::fflush(stdout);
  }

 private:
  std::size_t drawn_ = 0;
};

/// A job may wait in the queue for hours before it makes the directory.
bool has_begun(const std::string& folder) {
  namespace fs = std::filesystem;
  const fs::path journals = fs::path(folder) / "journal";
  if (fs::is_directory(journals)) {
    return !results::read_journals(journals).headers.empty();
  }
  return fs::is_regular_file(folder) || !results::SweepFolder::shards(folder).empty();
}

void wait_for_beginning(const std::string& folder) {
  if (!has_begun(folder)) {
    print_lines({folder + ": nothing there yet; waiting for a run to begin there"});
  }
  while (!has_begun(folder)) {
    std::this_thread::sleep_for(kLook);
  }
}

/// What a log has of a watch: a line when trials have ended, or the run has.
std::string news(const SweepStatus& status) {
  const Standing& standing = status.standing;
  const std::string line = fmt::format("{}: {}/{} done, {} failed", status.name, standing.done,
                                       standing.planned, standing.failed);
  return status.owner.empty() ? line + "; no run is under way" : line;
}

/// On a terminal one picture that changes, elsewhere news. A look that a file system's hiccup
/// spoils is told, once in a row, and another one follows.
int watch(const std::string& folder) {
  const bool terminal = isatty(STDOUT_FILENO) == 1;
  Screen screen;
  std::string told;
  std::string trouble;
  wait_for_beginning(folder);
  StatusReader reader(folder);
  for (;;) {
    const auto begun = Clock::now();
    try {
      const SweepStatus status = reader.look();
      trouble.clear();
      if (terminal) {
        screen.draw(lines_of(status, kMostLines, now_seconds()));
      } else if (news(status) != told) {
        told = news(status);
        print_lines({told});
      }
      if (status.owner.empty() && code_of(status) != kExitInterrupted) {
        return code_of(status);
      }
    } catch (const MachineError& error) {
      if (trouble != error.what()) {
        trouble = error.what();
        log_warning(trouble);
      }
    }
    std::this_thread::sleep_for(
        std::max<Clock::duration>(kLook, (Clock::now() - begun) * kLookShare));
  }
}

}  // namespace

std::vector<std::string> lines_of(const SweepStatus& status, std::size_t most, double now) {
  std::vector<std::string> lines = {status.name + ": " + line_of(status.standing),
                                    owner_line(status, now)};
  std::vector<std::string> ranks;
  for (const RankLine& rank : status.ranks) {
    ranks.push_back(rank.text);
  }
  add(lines, "", ranks, ranks.size(), most);
  add(lines, status.ranks.empty() ? "" : "parts:", status.parts, status.parts.size(),
      status.parts.size());
  add(lines, "", status.costs, status.costs.size(), status.costs.size());
  add(lines, "failed:", status.failed, status.standing.failed, most);
  return lines;
}

int status(const StatusOptions& options) {
  if (options.watch) {
    return watch(folder_behind(options.path));
  }
  const SweepStatus status = read_status(options.path);
  print_lines(lines_of(status, kMostLines, now_seconds()));
  return options.exit_code ? code_of(status) : kExitDone;
}

}  // namespace mlpsweep::runner
