// Which records a reading command is about: experiments and readings of one sweep or several.
#pragma once

#include <cstddef>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "results/record.h"
#include "results/store.h"
#include "sweeps/fingerprint_map.h"

namespace mlpsweep::runner {

struct PartChoice {
  std::vector<std::string> paths = {};  ///< Directories of sweeps, specs, or results.h5 files.
  std::string experiment = {};          ///< Only this one; empty: each.
  std::string reading = {};             ///< "delta: plain"; empty: the judged ones.
};

/// Sweeps of a command line, or the same experiment of all of them, as one.
struct Joined {
  std::string experiment = {};
  std::string reading = {};
  std::string without_trials = {};  ///< As in PartResults.
  results::SweepInfo info = {};
  std::vector<results::Record> records = {};
  /// Of join_all: the experiments that each record is of, "rates; widths (bias: as_printed)"; empty
  /// where there is nothing to tell apart.
  std::vector<std::string> experiments = {};

  /// Adds what is not there yet; a trial that two sweeps share counts once.
  /// Errors   InputError: a sweep of another metric.
  /// Returns those of `places` that were added. `take` gives the records at places of `stored`.
  using Take = std::function<std::vector<results::Record>(const std::vector<std::size_t>& places)>;
  std::vector<std::size_t> add(const results::SweepInfo& more, const results::StoredResults& stored,
                               const std::vector<std::size_t>& places, const Take& take);

 private:
  sweeps::FingerprintSet seen_;
  std::set<std::string> checksums_;
  std::size_t sweeps_ = 0;
};

/// load_results() of each path.
[[nodiscard]] std::vector<results::StoredResults> load_all(
    const std::vector<std::string>& paths, results::Detail detail = results::Detail::kWhole);

/// One for each experiment that `choice` asks for, in the order in which they are met. Of sweeps
/// that are handed over no record is copied that one experiment alone has.
/// Errors   InputError: no such experiment or reading, with the nearest; as Joined::add.
[[nodiscard]] std::vector<Joined> join_parts(std::vector<results::StoredResults> sweeps,
                                             const PartChoice& choice);

/// Those of which something can be said; the others are told with the reason.
/// Errors   InputError: none is left.
[[nodiscard]] std::vector<Joined> with_trials(std::vector<Joined> all);

/// Everything that was recorded, also what is not in the plan any more.
[[nodiscard]] Joined join_all(std::vector<results::StoredResults> sweeps);

/// Errors   InputError: `wanted` is none of the names, with these and the nearest. `what` is what
/// one of them is called.
void require_known(std::string_view option, std::string_view what, const std::string& wanted,
                   const std::vector<std::string>& known);

}  // namespace mlpsweep::runner
