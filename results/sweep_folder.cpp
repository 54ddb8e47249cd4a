#include "results/sweep_folder.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

#include "engine/errors.h"
#include "results/file_io.h"

namespace mlpsweep::results {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kRun = "run-";
constexpr std::string_view kShard = "shard-";

/// 7 of run-0007-rank-0003.mlj; nothing of any other name.
std::optional<int> attempt_of(const fs::path& file) {
  const std::string name = file.filename().string();
  int attempt = 0;
  if (!name.starts_with(kRun) || file.extension() != ".mlj") {
    return std::nullopt;
  }
  const char* digits = name.data() + kRun.size();
  const auto [end, error] = std::from_chars(digits, name.data() + name.size(), attempt);
  const bool is_ours = error == std::errc() && std::string_view(end).starts_with("-rank-");
  return is_ours ? std::optional(attempt) : std::nullopt;
}

/// 12 of shard-12; nothing of any other name.
std::optional<int> shard_number(std::string_view name) {
  int number = 0;
  if (!name.starts_with(kShard)) {
    return std::nullopt;
  }
  const char* last = name.data() + name.size();
  const auto [end, error] = std::from_chars(name.data() + kShard.size(), last, number);
  const bool is_ours = error == std::errc() && end == last && number > 0;
  return is_ours ? std::optional(number) : std::nullopt;
}

/// A folder is a sweep's when it has a journal folder, which is made before all else.
bool is_sweep(const SweepFolder& folder) {
  return fs::is_directory(folder.journals());
}

/// A link inside could lead what is read or written to anywhere; the folder itself may be one.
/// Whatever else has one of our names would be found out only after hours of training.
void refuse_strange(const fs::path& path, fs::file_type expected) {
  std::error_code ignored;
  const fs::file_type found = fs::symlink_status(path, ignored).type();
  if (found == expected || found == fs::file_type::not_found || found == fs::file_type::none) {
    return;
  }
  throw InputError(
      fmt::format("{}: expected a plain {}, found {}; nothing in a sweep's folder may "
                  "be anything else (the folder itself may be a symbolic link)",
                  path.string(), expected == fs::file_type::directory ? "folder" : "file",
                  found == fs::file_type::symlink     ? "a symbolic link"
                  : found == fs::file_type::directory ? "a folder"
                  : found == fs::file_type::regular   ? "a file"
                                                      : "something else"));
}

void refuse_strange_things(const SweepFolder& folder) {
  refuse_strange(folder.journals(), fs::file_type::directory);
  refuse_strange(folder.checkpoints(), fs::file_type::directory);
  for (const fs::path& file : {folder.spec(), folder.resolved(), folder.status(), folder.results(),
                               folder.lock(), folder.costs()}) {
    refuse_strange(file, fs::file_type::regular);
  }
}

}  // namespace

SweepFolder SweepFolder::create(const fs::path& root) {
  SweepFolder folder(root);
  std::error_code error;
  if (fs::exists(root, error) && !fs::is_directory(root, error)) {
    throw InputError(fmt::format("{}: is a file, and should be a folder for the results (-o DIR)",
                                 root.string()));
  }
  refuse_strange_things(folder);
  make_folder(root);
  refuse_other_things(root);
  make_folder(folder.journals());
  sync_folder(root);
  return folder;
}

void SweepFolder::refuse_other_things(const fs::path& root) {
  if (!fs::is_directory(root)) {
    return;
  }
  // Listed first: what another run makes of a new folder meanwhile, its journal folder goes before.
  const std::vector<std::string> names = names_in(root);
  if (is_sweep(SweepFolder(root))) {
    return;
  }
  for (const std::string& name : names) {
    if (!shard_number(name)) {
      throw InputError(
          fmt::format("{}: holds other things (such as '{}') and no sweep; name a new or an empty "
                      "folder (-o DIR)",
                      root.string(), name));
    }
  }
}

fs::path SweepFolder::shard(const fs::path& root, int number) {
  return root / fmt::format("{}{}", kShard, number);
}

std::vector<fs::path> SweepFolder::shards(const fs::path& root) {
  std::vector<int> numbers;
  int unlisted = 0;
  for (const std::string& name : names_in(root, unlisted)) {
    if (const auto number = shard_number(name)) {
      numbers.push_back(*number);
    }
  }
  std::sort(numbers.begin(), numbers.end());
  std::vector<fs::path> folders;
  for (const int number : numbers) {
    folders.push_back(shard(root, number));
  }
  return folders;
}

SweepFolder SweepFolder::open(const fs::path& root) {
  SweepFolder folder(root);
  if (!fs::is_directory(root)) {
    throw InputError(
        fmt::format("{}: no such folder; 'mlpsweep run' makes one for a sweep", root.string()));
  }
  refuse_strange_things(folder);
  if (!is_sweep(folder)) {
    throw InputError(fmt::format("{}: {}", root.string(),
                                 shards(root).empty()
                                     ? "is no sweep's folder: there is no 'journal' in it"
                                     : "holds the parts of a sweep; 'mlpsweep merge' joins them"));
  }
  return folder;
}

fs::path SweepFolder::journal(int attempt, int rank) const {
  return journals() / fmt::format("{}{:04}-rank-{:04}.mlj", kRun, attempt, rank);
}

fs::path SweepFolder::checkpoint_temporary(const sweeps::Fingerprint& trial, int attempt,
                                           int rank) const {
  return checkpoints() / fmt::format("{}.{}{:04}-rank-{:04}.tmp", trial.hex(), kRun, attempt, rank);
}

int SweepFolder::next_attempt() const {
  int largest = 0;
  for (const std::string& name : names_in(journals())) {
    largest = std::max(largest, attempt_of(name).value_or(0));
  }
  return largest + 1;
}

void SweepFolder::remove_leftovers() const {
  for (const fs::path& file : {spec(), resolved(), status(), costs()}) {
    std::error_code ignored;  // it does no harm where it stays
    fs::remove(temporary_of(file), ignored);
  }
}

}  // namespace mlpsweep::results
