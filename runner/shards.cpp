#include "runner/shards.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <set>
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
  if (number == 0 || of < 2 || number > of) {
    throw InputError(fmt::format(
        "--shard: expected I/N, the I-th of N parts, as in 2/8 (N from 2 to {}), found '{}'",
        kMostShards, text));
  }
  return {number, of};
}

Planned propose_part(const sweeps::Sweep& sweep, const std::vector<results::DataSource>& sources,
                     const results::JournalIndex& own, const results::Shard& shard,
                     const fs::path& folder) {
  const fs::path here = fs::weakly_canonical(folder);
  std::set<sweeps::Fingerprint> elsewhere;
  add_ended(here.parent_path(), elsewhere);
  for (const fs::path& other : results::SweepFolder::shards(here.parent_path())) {
    if (other != here) {
      add_ended(other, elsewhere);
    }
  }
  Planned planned = propose(sweep, sources, {});
  keep_shard(planned, shard, own, elsewhere);
  return planned;
}

bool has_unmerged(const fs::path& sweep) {
  std::set<sweeps::Fingerprint> parts;
  for (const fs::path& part : results::SweepFolder::shards(sweep)) {
    add_ended(part, parts);
  }
  std::set<sweeps::Fingerprint> merged;
  if (!parts.empty()) {
    add_ended(sweep, merged);
  }
  return !std::includes(merged.begin(), merged.end(), parts.begin(), parts.end());
}

}  // namespace mlpsweep::runner
