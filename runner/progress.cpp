#include "runner/progress.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>

#include <fmt/core.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "sweeps/text_checks.h"

namespace mlpsweep::runner {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kRedraw{200};
constexpr std::chrono::seconds kLogLine{10};

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    auto made = std::make_shared<spdlog::logger>("mlpsweep",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%Y-%m-%dT%H:%M:%SZ %v", spdlog::pattern_time_type::utc);
    return made;
  }();
  return *instance;
}

std::size_t terminal_columns() {
  winsize size{};
  const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
  return known ? size.ws_col - 1U : 79U;
}

}  // namespace

std::string duration_text(double seconds) {
  const auto whole = static_cast<long>(std::ceil(seconds > 0 ? std::min(seconds, 1e9) : 0));
  if (whole >= 3600) {
    return fmt::format("{} h {:02} min", whole / 3600, whole % 3600 / 60);
  }
  return whole >= 60 ? fmt::format("{} min {:02} s", whole / 60, whole % 60)
                     : fmt::format("{} s", whole);
}

std::string line_of(const Standing& s) {
  std::string text = fmt::format("{}/{} done", s.done, s.planned);
  if (s.running > 0) {
    text += fmt::format(", {} running", s.running);
  }
  if (s.diverged > 0) {
    text += fmt::format(", {} diverged", s.diverged);
  }
  if (s.failed > 0) {
    text += fmt::format(", {} failed", s.failed);
  }
  if (s.trials_per_second > 0) {
    text += fmt::format(", {:.3g} trials/s", s.trials_per_second);
  }
  if (s.seconds_left >= 0 && s.done < s.planned) {
    text += fmt::format(", {} left", duration_text(s.seconds_left));
  }
  if (!s.best.empty()) {
    text += ", best " + s.best;
  }
  return text;
}

Progress::Progress() : terminal_(isatty(STDERR_FILENO) == 1), last_(steady_clock::now()) {}

Progress::~Progress() {
  if (drawn_) {
    std::fputc('\n', stderr);
  }
}

void Progress::show(const Standing& standing) {
  if (steady_clock::now() - last_ >=
      (terminal_ ? steady_clock::duration(kRedraw) : steady_clock::duration(kLogLine))) {
    show_now(standing);
  }
}

void Progress::show_now(const Standing& standing) {
  last_ = steady_clock::now();
  if (!terminal_) {
    log_info(line_of(standing));
    return;
  }
  const std::size_t columns = terminal_columns();
  std::string line = sweeps::printable(line_of(standing).substr(0, columns));
  line.append(columns - line.size(), ' ');  // covers what the last, longer line left
  // Not by fmt::print, which throws: the terminal may be gone, and the sweep goes on.
  std::fputs(("\r" + line).c_str(), stderr);
  std::fflush(stderr);
  drawn_ = true;
}

void log_info(const std::string& text) {
  logger().info(sweeps::printable(text));
}

void log_warning(const std::string& text) {
  logger().warn("warning: " + sweeps::printable(text));
}

}  // namespace mlpsweep::runner
