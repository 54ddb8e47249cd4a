#include "runner/data_command.h"

#include <filesystem>

#include <fmt/core.h>
#include <fmt/format.h>

#include "engine/archive.h"
#include "engine/dataset.h"
#include "engine/errors.h"
#include "runner/data_parts.h"
#include "runner/exit_codes.h"
#include "runner/fetch.h"

namespace mlpsweep::runner {
namespace {

namespace fs = std::filesystem;
using engine::KnownFile;
using engine::KnownSet;

/// Prints a set's state; whether it is there and whole.
bool check_set(const KnownSet& known, const engine::FoundSet& found) {
  std::vector<std::string> faults;
  const auto note = [&faults](std::optional<std::string> fault) {
    if (fault) {
      faults.push_back(*fault);
    }
  };
  if (found.files.format == "idx") {
    for (const KnownFile& file : known.files) {
      note(fault_of(file, engine::plain_or_gz((fs::path(found.folder) / file.name).string())));
    }
  }
  if (faults.empty()) {
    note(fault_of(known, found.files));
  }
  const char* state = !faults.empty()          ? "WRONG"
                      : known.checksum.empty() ? "readable; no published checksum"
                                               : "good";
  fmt::print("{}: {}, in {} ({})\n", known.name, state, found.folder, found.files.format);
  for (const std::string& fault : faults) {
    fmt::print("  {}\n", fault);
  }
  return faults.empty();
}

}  // namespace

std::vector<const KnownSet*> chosen_sets(const DataOptions& options) {
  std::vector<const KnownSet*> sets;
  for (const std::string& name : options.sets) {
    sets.push_back(&engine::find_known_set(name));
  }
  for (const KnownSet& known : engine::known_sets()) {
    if (options.sets.empty()) {
      sets.push_back(&known);
    }
  }
  return sets;
}

std::string how_to_get(const KnownSet& known) {
  if (known.addresses.empty()) {
    return fmt::format("get it from {}", known.source);
  }
  const std::string package = known.debian_package.empty()
                                  ? ""
                                  : fmt::format("apt-get install {}, or ", known.debian_package);
  return fmt::format("get it by {}mlpsweep data fetch {}", package, known.name);
}

std::optional<std::string> fault_of(const KnownFile& known, const std::string& path) {
  try {
    const Digests found = unpacked_digests(path);
    if (known.md5.empty() || (found.md5 == known.md5 && found.sha256 == known.sha256)) {
      return std::nullopt;
    }
    return fmt::format("{}: not the published file: expected unpacked bytes of md5 {}, found {}",
                       path, known.md5, found.md5);
  } catch (const InputError& error) {
    return error.what();
  }
}

std::optional<std::string> fault_of(const KnownSet& known, const engine::DataSpec& files) {
  try {
    const auto data = engine::DatasetCache().get(files);
    if (known.checksum.empty() || data->checksum == known.checksum) {
      return std::nullopt;
    }
    return fmt::format(
        "{}: not the published set: expected images and labels of checksum {}, "
        "found {}",
        files.train, known.checksum, data->checksum);
  } catch (const InputError& error) {
    return error.what();
  }
}

int data_list(const DataOptions& options) {
  for (const KnownSet* known : chosen_sets(options)) {
    const engine::FoundSet found = engine::find_files(*known, options.data_folder);
    fmt::print("{}\n", known->name);
    if (found.found()) {
      fmt::print("  found in     {} ({})\n", found.folder, found.files.format);
    } else {
      fmt::print("  not found    looked in:{}\n               {}\n",
                 found.looked.empty() ? " no folder is known" : found.looked, how_to_get(*known));
    }
    fmt::print("  licence      {}\n  attribution  {}\n", known->licence, known->attribution);
    for (const std::string_view address : known->addresses) {
      fmt::print("  published    {}\n", address);
    }
    if (known->addresses.empty()) {
      fmt::print("  published    nowhere; from {}\n", known->source);
    }
  }
  return kExitDone;
}

int data_check(const DataOptions& options) {
  bool good = true;
  for (const KnownSet* known : chosen_sets(options)) {
    const engine::FoundSet found = engine::find_files(*known, options.data_folder);
    if (found.found()) {
      good = check_set(*known, found) && good;
      continue;
    }
    fmt::print("{}: not found; {}\n", known->name, how_to_get(*known));
    good = good && options.sets.empty();
  }
  return good ? kExitDone : kExitBadInput;
}

}  // namespace mlpsweep::runner
