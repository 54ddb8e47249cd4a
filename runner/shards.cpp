#include "runner/shards.h"

#include <charconv>
#include <cstddef>
#include <string_view>

#include <fmt/format.h>

#include "engine/errors.h"
#include "results/journal.h"
#include "results/sweep_folder.h"

namespace mlpsweep::runner {
namespace {

namespace fs = std::filesystem;

constexpr int kMostShards = 100'000;

/// 0: it is none, or beyond what is allowed.
int number_in(std::string_view text) {
  int number = 0;
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(text.data(), last, number);
  const bool good = error == std::errc() && end == last && number >= 1 && number <= kMostShards;
  return good ? number : 0;
}

void add_ended(const fs::path& sweep, std::set<sweeps::Fingerprint>& ended) {
  if (!fs::is_directory(sweep / "journal")) {
    return;
  }
  const results::JournalIndex journals =
      results::read_journals(results::SweepFolder::open(sweep).journals());
  for (const auto& [fingerprint, place] : journals.records) {
    if (place.final) {
      ended.insert(fingerprint);
    }
  }
}

}  // namespace

results::Shard read_shard(const std::string& text) {
  const std::string_view whole = text;
  const std::size_t slash = whole.find('/');
  const int number = number_in(whole.substr(0, slash));
  const int of = slash == whole.npos ? 0 : number_in(whole.substr(slash + 1));
  if (number == 0 || of == 0 || number > of) {
    throw InputError(fmt::format(
        "--shard: expected I/N, the I-th of N parts, as in 2/8 (N at most {}), found '{}'",
        kMostShards, text));
  }
  return {number, of};
}

std::set<sweeps::Fingerprint> ended_in_others(const fs::path& shard) {
  const fs::path own = fs::weakly_canonical(shard);
  std::set<sweeps::Fingerprint> ended;
  add_ended(own.parent_path(), ended);
  for (const fs::path& other : results::SweepFolder::shards(own.parent_path())) {
    if (other != own) {
      add_ended(other, ended);
    }
  }
  return ended;
}

}  // namespace mlpsweep::runner
