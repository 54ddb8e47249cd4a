#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include <fcntl.h>
#include <fmt/core.h>
#include <fmt/format.h>
#include <unistd.h>

#include "engine/archive.h"
#include "engine/errors.h"
#include "results/file_io.h"
#include "runner/data_parts.h"
#include "runner/exit_codes.h"
#include "runner/fetch.h"
#include "runner/interrupts.h"
#include "runner/part_file.h"

namespace mlpsweep::runner {
namespace {

namespace fs = std::filesystem;
using engine::KnownFile;
using engine::KnownSet;

double mebibytes(std::int64_t bytes) {
  return static_cast<double>(bytes) / (1024.0 * 1024.0);
}

/// Bytes of a download on stderr: one line that is redrawn on a terminal, else a line every ten
/// seconds.
class Bytes {
 public:
  explicit Bytes(std::string what) : what_(std::move(what)), terminal_(isatty(2) == 1) {}
  ~Bytes() {
    if (drawn_) {
      std::fputs("\n", stderr);
    }
  }
  Bytes(const Bytes&) = delete;
  Bytes& operator=(const Bytes&) = delete;

  void show(std::uint64_t got, std::uint64_t of) {
    const auto now = std::chrono::steady_clock::now();
    const auto every = terminal_ ? std::chrono::milliseconds(200) : std::chrono::seconds(10);
    if (got == 0 || now - last_ < every) {
      return;
    }
    last_ = now;
    const std::string line =
        of > 0 ? fmt::format("{}: {:.1f} of {:.1f} MiB", what_, mebibytes(got), mebibytes(of))
               : fmt::format("{}: {:.1f} MiB", what_, mebibytes(got));
    fmt::print(stderr, "{}{:<60}{}", terminal_ ? "\r" : "", line, terminal_ ? "" : "\n");
    drawn_ = terminal_;
  }

 private:
  std::string what_;
  bool terminal_;
  bool drawn_ = false;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

bool is_address(const std::string& text) {
  return text.starts_with("http://") || text.starts_with("https://");
}

std::string with_slash(std::string address) {
  return address.ends_with('/') ? address : address + "/";
}

/// Where a file may be had, in the order in which it is tried.
std::vector<std::string> places_of(const KnownSet& known, const KnownFile& file,
                                   const std::string& mirror) {
  const bool packed = !file.name.ends_with(".npz");
  const std::string name = std::string(file.name) + (packed ? ".gz" : "");
  std::vector<std::string> places;
  if (is_address(mirror)) {
    places.push_back(with_slash(mirror) + std::string(known.name) + "/" + name);
    places.push_back(with_slash(mirror) + name);
  } else if (!mirror.empty()) {
    for (const fs::path& folder : {fs::path(mirror) / known.name, fs::path(mirror)}) {
      places.push_back((folder / name).string());
      if (packed) {
        places.push_back((folder / file.name).string());
      }
    }
  } else {
    for (const std::string_view address : known.addresses) {
      places.push_back(std::string(address) + name);
    }
  }
  return places;
}

/// Copies a file of a mirror that is a folder.
FetchFailure copy(const std::string& from, const PartFile& part) {
  std::error_code error;
  if (!fs::is_regular_file(from, error)) {
    return {"no such file", false};
  }
  const results::Descriptor source = results::open_file(from, O_RDONLY);
  const results::Descriptor target(dup(part.descriptor()));
  std::string piece(std::size_t{1} << 20, '\0');
  std::uint64_t offset = 0;
  std::size_t got = 0;
  do {
    got = results::read_at(source, offset, piece.data(), piece.size(), from);
    results::write_all(target, std::string_view(piece).substr(0, got), part.path());
    offset += got;
  } while (got > 0 && !interrupted());
  return {};
}

/// What is wrong with a file that came, or nothing.
std::optional<std::string> fault_of_new(const KnownSet& known, const KnownFile& file,
                                        const std::string& path) {
  if (!file.md5.empty()) {
    return fault_of(file, path);
  }
  engine::DataSpec spec;
  spec.format = known.forms[0].format;
  spec.train = path;
  spec.arrays.inputs = known.forms[0].inputs_array;
  spec.arrays.labels = known.forms[0].labels_array;
  return fault_of(known, spec);
}

enum class Came { kYes, kNo, kUnreachable };

/// Tries the places one after the other; tells on stderr what came of it.
Came bring(const KnownSet& known, const KnownFile& file, const fs::path& folder,
           const DataOptions& options) {
  bool unreachable = true;
  for (const std::string& place : places_of(known, file, options.mirror)) {
    PartFile part(folder / fs::path(place).filename());
    FetchFailure failure;
    if (is_address(place)) {
      Bytes bytes(place);
      failure =
          download(place, part.descriptor(),
                   {.progress = [&](std::uint64_t got, std::uint64_t of) { bytes.show(got, of); },
                    .stop_requested = interrupted,
                    .silent_seconds = options.silent_seconds});
    } else {
      failure = copy(place, part);
    }
    if (interrupted()) {
      return Came::kNo;
    }
    if (failure.why.empty()) {
      if (const auto fault = fault_of_new(known, file, part.path().string())) {
        failure.why = "wrong bytes, thrown away: " + *fault;
      }
    }
    if (failure.why.empty()) {
      part.keep();
      fmt::print(stderr, "{}: good, from {}\n", (folder / fs::path(place).filename()).string(),
                 place);
      return Came::kYes;
    }
    unreachable = unreachable && failure.unreachable;
    fmt::print(stderr, "{}: {}\n", place, failure.why);
  }
  return unreachable ? Came::kUnreachable : Came::kNo;
}

/// Whether a good file is there already; a wrong one is told, and replaced once a good one came.
bool is_there(const KnownSet& known, const KnownFile& file, const fs::path& folder) {
  const std::string path = engine::plain_or_gz((folder / file.name).string());
  if (path.empty()) {
    return false;
  }
  if (const auto fault = fault_of_new(known, file, path)) {
    fmt::print(stderr, "{}\n", *fault);
    return false;
  }
  fmt::print(stderr, "{}: good, is there already\n", path);
  return true;
}

fs::path target_of(const DataOptions& options) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing in this program sets a variable.
  const char* variable = std::getenv("MLPSWEEP_DATA");
  const std::string folder = !options.to.empty() ? options.to
                             : variable != nullptr && *variable != '\0'
                                 ? variable
                                 : engine::user_data_folder();
  if (folder.empty()) {
    throw InputError("data fetch: expected --to DIR: there is neither MLPSWEEP_DATA nor a home");
  }
  return folder;
}

struct Fetched {
  std::size_t missing = 0;
  bool unreachable = false;
};

Fetched fetch_set(const KnownSet& known, const DataOptions& options) {
  Fetched fetched;
  const fs::path folder = target_of(options) / known.name;
  results::make_folder(folder);
  for (const KnownFile& file : known.files) {
    if (is_there(known, file, folder)) {
      continue;
    }
    // Without a network each further file would wait just as long for the same answer.
    const Came came =
        fetched.unreachable ? Came::kUnreachable : bring(known, file, folder, options);
    if (interrupted()) {
      return fetched;
    }
    fetched.missing += came == Came::kYes ? 0 : 1;
    fetched.unreachable = fetched.unreachable || came == Came::kUnreachable;
  }
  return fetched;
}

/// Only what can be had; a set that was named and can't be had is told.
bool can_be_had(const KnownSet& known, const DataOptions& options) {
  if (!known.addresses.empty() || !options.mirror.empty()) {
    return true;
  }
  if (!options.sets.empty()) {
    throw InputError(fmt::format(
        "data fetch {}: no address is known for it\n  {}\n  then: mlpsweep data fetch {} --mirror "
        "FOLDER, or name its folder by --data DIR",
        known.name, how_to_get(known), known.name));
  }
  return false;
}

}  // namespace

int data_fetch(const DataOptions& options) {
  Fetched all;
  for (const KnownSet* known : chosen_sets(options)) {
    if (!can_be_had(*known, options)) {
      fmt::print(stderr, "{}: left out: no address is known for it; {}\n", known->name,
                 how_to_get(*known));
      continue;
    }
    const Fetched fetched = fetch_set(*known, options);
    if (interrupted()) {
      fmt::print(stderr, "interrupted: what came whole is kept; run it again for the rest\n");
      return kExitInterrupted;
    }
    all.missing += fetched.missing;
    all.unreachable = all.unreachable || fetched.unreachable;
  }
  const std::string folder = target_of(options).string();
  if (all.missing == 0) {
    fmt::print("in {}: complete\n", folder);
    return kExitDone;
  }
  throw MachineError(fmt::format(
      "{} file{} could not be had{}", all.missing, all.missing == 1 ? "" : "s",
      all.unreachable
          ? fmt::format(": this machine does not reach the addresses\n  On one that does: mlpsweep "
                        "data fetch --to DIR; bring DIR here, and name it by --data DIR or "
                        "MLPSWEEP_DATA\n  or fetch from a nearer copy: --mirror ADDRESS or FOLDER")
          : "; what came whole is in " + folder));
}

}  // namespace mlpsweep::runner
