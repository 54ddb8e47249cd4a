#include "results/gnuplot.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/errors.h"
#include "results/file_io.h"
#include "sweeps/keys.h"

namespace mlpsweep::results {
namespace {

/// Twice the pixels: 192 an inch, enough for print.
constexpr int kPngScale = 2;
/// The cairo terminals count fonts in points (72 an inch), a drawing in pixels (96).
constexpr double kPointsPerPixel = 72.0 / 96;
constexpr int kPixelsPerInch = 96;

// The generic family: every viewer has one, and a file that names a font looks different without
// it.
std::string svg_terminal(const Drawing& drawing) {
  return fmt::format(
      "set terminal svg noenhanced size {},{} font 'sans-serif,13' background 'white'",
      drawing.width, drawing.height);
}

std::string png_terminal(const Drawing& drawing) {
  return fmt::format(
      "set terminal pngcairo noenhanced size {},{} font 'Sans,13' fontscale {} linewidth {} "
      "pointscale {} background 'white'",
      kPngScale * drawing.width, kPngScale * drawing.height, kPngScale * kPointsPerPixel, kPngScale,
      kPngScale);
}

std::string pdf_terminal(const Drawing& drawing) {
  return fmt::format(
      "set terminal pdfcairo noenhanced size {:.4f}in,{:.4f}in font 'Sans,13' fontscale {:.4f} "
      "linewidth {:.4f} background 'white'",
      double(drawing.width) / kPixelsPerInch, double(drawing.height) / kPixelsPerInch,
      kPointsPerPixel, kPointsPerPixel);
}

constexpr std::array kFormats = {
    PictureFormat{"svg", svg_terminal, "<?xml", "</svg>"},
    PictureFormat{"png", png_terminal, "\x89PNG", "IEND"},
    PictureFormat{"pdf", pdf_terminal, "%PDF", "%%EOF"},
};

[[noreturn]] void refuse_without_gnuplot() {
  throw InputError(
      "pictures are drawn by gnuplot, and there is none in the path: install Debian's package "
      "gnuplot-nox (apt-get install gnuplot-nox)");
}

/// A file without a name, in memory: both sides read and write it without waiting for each other,
/// which a pair of pipes would.
Descriptor memory_file() {
  Descriptor file(::memfd_create("gnuplot", MFD_CLOEXEC));
  if (!file.is_open()) {
    fail("gnuplot", "make room in memory for", errno);
  }
  return file;
}

std::string content(const Descriptor& file) {
  std::string text(size_of(file, "gnuplot"), '\0');
  text.resize(read_at(file, 0, text.data(), text.size(), "gnuplot"));
  return text;
}

/// The environment without what would change a picture: language, gnuplot's own variables.
std::vector<std::string> environment() {
  std::vector<std::string> kept = {"LC_ALL=C.UTF-8", "TZ=UTC"};
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const auto begins = [&](std::string_view name) { return text.starts_with(name); };
    if (!begins("LC_") && !begins("LANG") && !begins("TZ=") && !begins("GNU") && !begins("FIT_")) {
      kept.emplace_back(text);
    }
  }
  return kept;
}

struct Outcome {
  int status = 0;
  std::string out;
  std::string err;
};

/// The three standard streams of a child, and what is freed with them.
class Streams {
 public:
  Streams(const Descriptor& in, const Descriptor& out, const Descriptor& err) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_adddup2(&actions_, in.get(), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, out.get(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, err.get(), STDERR_FILENO);
  }
  ~Streams() { posix_spawn_file_actions_destroy(&actions_); }
  Streams(const Streams&) = delete;
  Streams& operator=(const Streams&) = delete;

  [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

/// Ctrl-C in a terminal, and Slurm's signals, come to the child as well as to this program, which
/// may go on drawing: the child does not take them.
class Undisturbed {
 public:
  Undisturbed() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) {
      sigaddset(&signals, number);
    }
    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setsigmask(&attributes_, &signals);
  }
  ~Undisturbed() { posix_spawnattr_destroy(&attributes_); }
  Undisturbed(const Undisturbed&) = delete;
  Undisturbed& operator=(const Undisturbed&) = delete;

  [[nodiscard]] const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_{};
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) {
    all.push_back(text.data());
  }
  all.push_back(nullptr);
  return all;
}

Outcome run_gnuplot(std::vector<std::string> arguments, std::string_view script) {
  const Descriptor in = memory_file();
  const Descriptor out = memory_file();
  const Descriptor err = memory_file();
  write_all(in, script, "gnuplot");
  if (::lseek(in.get(), 0, SEEK_SET) != 0) {
    fail("gnuplot", "rewind", errno);
  }
  const Streams streams(in, out, err);
  arguments.insert(arguments.begin(), "gnuplot");
  std::vector<std::string> variables = environment();
  pid_t child = 0;
  const int refused = ::posix_spawnp(&child, "gnuplot", streams.get(), Undisturbed().get(),
                                     pointers(arguments).data(), pointers(variables).data());
  if (refused == ENOENT || refused == EACCES || refused == ENOTDIR) {
    refuse_without_gnuplot();
  }
  if (refused != 0) {
    fail("gnuplot", "start", refused);
  }
  Outcome outcome;
  while (::waitpid(child, &outcome.status, 0) < 0) {
    if (errno != EINTR) {
      fail("gnuplot", "wait for", errno);
    }
  }
  outcome.out = content(out);
  outcome.err = content(err);
  return outcome;
}

/// A date would make two files of one drawing differ; of the formats only PDF has one. It keeps its
/// length, so that the file's table of places stays true.
void take_out_date(std::string& bytes) {
  constexpr std::string_view kKey = "/CreationDate (D:";
  constexpr std::string_view kNever = "19700101000000";
  const std::size_t at = bytes.find(kKey);
  if (at != std::string::npos && at + kKey.size() + kNever.size() <= bytes.size()) {
    bytes.replace(at + kKey.size(), kNever.size(), kNever);
  }
}

/// Viewers smooth an image's pixels away unless told not to.
void keep_pixels(std::string& svg) {
  constexpr std::string_view kImage = "<image ";
  constexpr std::string_view kStyle = "style='image-rendering:pixelated' ";
  for (std::size_t at = svg.find(kImage); at != std::string::npos; at = svg.find(kImage, at)) {
    at += kImage.size();
    svg.insert(at, kStyle);
  }
}

/// The first lines of what gnuplot said.
std::string complaint(const Outcome& outcome) {
  constexpr std::size_t kMost = 600;
  std::string text = outcome.err.substr(0, kMost);
  text.erase(0, text.find_first_not_of(" \n"));
  text.erase(text.find_last_not_of(" \n") + 1);
  if (WIFSIGNALED(outcome.status)) {
    return fmt::format("it was ended by signal {}{}{}", WTERMSIG(outcome.status),
                       text.empty() ? "" : ": ", text);
  }
  return text.empty() ? fmt::format("exit code {}", WEXITSTATUS(outcome.status)) : text;
}

}  // namespace

std::span<const PictureFormat> picture_formats() {
  return kFormats;
}

const PictureFormat& picture_format(std::string_view name) {
  std::vector<std::string_view> names;
  for (const PictureFormat& format : kFormats) {
    if (format.name == name) {
      return format;
    }
    names.push_back(format.name);
  }
  const std::string_view near = sweeps::nearest(name, names);
  throw InputError(fmt::format("--format: no picture format '{}'; expected one of: {}{}", name,
                               fmt::join(names, ", "),
                               near.empty() ? "" : fmt::format("\n  nearest: {}", near)));
}

void require_gnuplot() {
  (void)run_gnuplot({"--version"}, "");
}

std::string render(const Drawing& drawing, const PictureFormat& format) {
  // Pictures are unclear on a machine that sets gnuplot up otherwise: -d reads no settings.
  Outcome outcome = run_gnuplot({"-d", "-"}, fmt::format("{}\nset encoding utf8\n{}",
                                                         format.terminal(drawing), drawing.script));
  const bool ended = WIFEXITED(outcome.status) && WEXITSTATUS(outcome.status) == 0;
  constexpr std::size_t kTail = 64;
  const std::string_view tail =
      std::string_view(outcome.out)
          .substr(outcome.out.size() - std::min(kTail, outcome.out.size()));
  if (!ended || !outcome.out.starts_with(format.begin) ||
      tail.find(format.end) == std::string_view::npos) {
    throw MachineError(fmt::format("gnuplot drew no whole picture: {}", complaint(outcome)));
  }
  take_out_date(outcome.out);
  if (format.name == "svg") {
    keep_pixels(outcome.out);
  }
  return std::move(outcome.out);
}

void write_picture(const std::filesystem::path& file, const Drawing& drawing,
                   const PictureFormat& format) {
  std::string bytes;
  try {
    bytes = render(drawing, format);
  } catch (const MachineError& error) {
    throw MachineError(fmt::format("{}: {}", file.string(), error.what()));
  }
  write_whole(file, bytes);
}

std::string gnuplot_text(std::string_view text) {
  // Not in single quotes: of ''' at a string's beginning gnuplot 5.4 takes two for an empty string,
  // and reads on as if the text were a command. Between double quotes it knows ", \, ` and @;
  // those, and whatever else is unusual, go as octal numbers, and so do digits behind one, which it
  // would read as part of it.
  constexpr std::string_view kPlain = " .,:;=+-/()[]{}<>%_*#?^|&~!";
  const auto is_between = [](char letter, char low, char high) {
    return letter >= low && letter <= high;
  };
  std::string result = "\"";
  bool after_number = false;
  for (char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if (letter != '\n' && (byte < 0x20 || byte == 0x7f)) {
      letter = ' ';
    }
    const bool plain = byte >= 0x80 || is_between(letter, 'a', 'z') ||
                       is_between(letter, 'A', 'Z') ||
                       (is_between(letter, '0', '9') && !after_number) ||
                       kPlain.find(letter) != std::string_view::npos;
    result += plain ? std::string(1, letter) : fmt::format("\\{:03o}", byte);
    after_number = !plain;
  }
  return result + "\"";
}

std::string gnuplot_tic(std::string_view text) {
  std::string doubled;
  for (const char letter : text) {
    doubled.append(letter == '%' ? 2 : 1, letter);
  }
  return gnuplot_text(doubled);
}

}  // namespace mlpsweep::results
