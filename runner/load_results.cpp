#include "runner/load_results.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <fmt/core.h>
#include <fmt/format.h>

#include "engine/errors.h"
#include "engine/isa.h"
#include "results/sweep_folder.h"
#include "runner/progress.h"
#include "runner/shards.h"
#include "runner/version.h"
#include "runner/worker.h"
#include "sweeps/fingerprint.h"
#include "sweeps/fingerprint_map.h"
#include "sweeps/plan.h"
#include "sweeps/read_sweep.h"

namespace mlpsweep::runner {
namespace {

/// Configurations whose settings are written out in the results file's provenance as well; each
/// trial's stand in its row in any case.
constexpr std::uint64_t kMostResolved = 10'000;

results::RunHeader newest_header(const results::JournalIndex& journals, const std::string& folder) {
  if (journals.headers.empty() && !journals.faults.empty()) {
    const results::JournalFault& fault = journals.faults.front();
    throw InputError(
        fmt::format("{}: no journal here says what the sweep was: {}: {} ({} bytes at "
                    "{}); `mlpsweep run SPEC -o {}` trains what is missing",
                    folder, fault.file, fault.what, fault.bytes, fault.offset, folder));
  }
  if (journals.headers.empty()) {
    throw InputError(
        fmt::format("{}: no sweep was run here (it has no journal); expected a directory "
                    "that `mlpsweep run` made, or a results.h5",
                    folder));
  }
  try {
    return results::decode_header(journals.headers.back());
  } catch (const InputError& error) {
    throw InputError(fmt::format("{}: {}", folder, error.what()));
  }
}

sweeps::Sweep read_recorded(const std::string& file, const std::string& text,
                            const std::vector<std::string>& overrides) {
  return sweeps::read_sweep(file, text, {overrides, kNoLimit, sweeps::DataFiles::kMayBeGone});
}

bool is_spec(const std::string& path) {
  const std::string ending = std::filesystem::path(path).extension().string();
  return (ending == ".yaml" || ending == ".yml") && !std::filesystem::is_directory(path);
}

sweeps::Sweep read_spec(const std::string& path) {
  return sweeps::read_sweep_file(path, {{}, kNoLimit, sweeps::DataFiles::kMayBeGone});
}

/// What tables may be asked for by name.
void tell_names(results::SweepInfo& info, const sweeps::Sweep& sweep) {
  info.derived = sweep.report.derived;
  info.tables = sweep.report.tables;
}

/// A record in its journal, and its place in trial order.
struct Wanted {
  const sweeps::FingerprintMap<results::FramePlace>::value_type* record = nullptr;
  std::size_t at = 0;
};

/// Those of the plan in its order, then the others by fingerprint; `planned`: how many of the
/// first.
std::vector<Wanted> recorded_trials(const Planned& plan, const results::JournalIndex& journals,
                                    std::size_t& planned) {
  const auto& records = journals.records;
  std::vector<Wanted> wanted;
  wanted.reserve(records.size());
  std::vector<bool> seen(records.size());
  for (const sweeps::Fingerprint& fingerprint : own_trials(plan)) {
    if (const auto found = records.find(fingerprint); found != records.end()) {
      seen[static_cast<std::size_t>(found - records.begin())] = true;
      wanted.push_back({&*found, wanted.size()});
    }
  }
  planned = wanted.size();
  if (planned == records.size()) {
    return wanted;
  }
  for (const auto* record : records.sorted()) {
    if (!seen[static_cast<std::size_t>(record - &*records.begin())]) {
      wanted.push_back({record, wanted.size()});
    }
  }
  return wanted;
}

results::StoredResults from_journals(const std::string& folder, results::Detail detail) {
  const results::JournalIndex journals =
      results::read_journals(results::SweepFolder::open(folder).journals());
  const Planned plan = recorded_plan(folder, journals);
  results::StoredResults stored;
  stored.info = sweep_info(plan);
  std::size_t planned = 0;
  std::vector<Wanted> wanted = recorded_trials(plan, journals, planned);
  stored.in_plan.assign(wanted.size(), false);
  std::fill_n(stored.in_plan.begin(), planned, true);
  if (!is_whole(stored)) {
    tell_damage(journals);
  }
  std::sort(wanted.begin(), wanted.end(), [](const Wanted& a, const Wanted& b) {
    const results::FramePlace& of_a = a.record->second;
    const results::FramePlace& of_b = b.record->second;
    return std::pair(of_a.file, of_a.offset) < std::pair(of_b.file, of_b.offset);
  });
  results::RecordReader reader(journals, detail, results::RecordReader::Order::kAsWritten);
  stored.records.resize(wanted.size());
  for (const Wanted& one : wanted) {
    stored.records[one.at] = reader.read(one.record->first, one.record->second);
  }
  return stored;
}

using Provenance = std::vector<std::pair<std::string, std::string>>;

/// Two sources of one name (files in different folders) are told as one: their checksums stand with
/// each trial.
void tell_source(const results::DataSource& source, Provenance& provenance) {
  const auto tell = [&](const char* what, std::string text) {
    std::string name = fmt::format("data {} {}", source.name, what);
    const bool is_told = std::any_of(provenance.begin(), provenance.end(),
                                     [&](const auto& pair) { return pair.first == name; });
    if (!is_told) {
      provenance.emplace_back(std::move(name), std::move(text));
    }
  };
  tell("checksum", source.checksum);
  tell("files", fmt::format("{}", fmt::join(source.files, ", ")));
  if (!source.class_names.empty()) {
    tell("classes", fmt::format("{}", fmt::join(source.class_names, ", ")));
  }
  if (source.with_twin >= 0) {
    tell("images with an identical twin",
         fmt::format("{} of {}", source.with_twin, source.train_rows + source.test_rows));
  }
}

}  // namespace

results::RunHeader last_header(const std::string& folder) {
  return newest_header(results::read_journals(results::SweepFolder::open(folder).journals()),
                       folder);
}

Planned recorded_plan(const std::string& folder, const results::JournalIndex& journals) {
  const results::RunHeader header = newest_header(journals, folder);
  const sweeps::Sweep sweep = read_recorded(header.file, header.text, header.overrides);
  return is_part(header.shard) ? propose_part(sweep, header.data, journals, header.shard, folder)
                               : propose(sweep, header.data, journals);
}

void tell_damage(const results::JournalIndex& journals) {
  for (const results::JournalFault& fault : journals.faults) {
    if (!fault.torn_tail) {
      log_warning(
          fmt::format("{}: {} ({} bytes at {}); its trials are missing here until the sweep is "
                      "run again",
                      fault.file, fault.what, fault.bytes, fault.offset));
    }
  }
}

results::SweepInfo sweep_info(const Planned& planned) {
  const sweeps::Sweep& sweep = planned.sweep;
  results::SweepInfo info;
  info.name = sweep.name;
  info.spec = sweep.text;
  info.overrides = sweep.overrides;
  info.metric = metric_figure(sweep.metric);
  info.minimize = sweep.metric.minimize;
  info.at_best = sweep.metric.at_best;
  info.swept = sweep.swept_keys();
  info.planned = distinct_trials(planned);
  info.provenance = {{"program", kProgram},
                     {"libraries", engine::library_versions()},
                     {"processor", engine::processor_name()},
                     {"instruction set", engine::isa_in_use()},
                     {"host", host_name()}};
  if (sweep.configurations() <= kMostResolved) {
    info.provenance.emplace_back("resolved spec", sweeps::resolved_json(sweep));
  }
  for (const results::DataSource& source : planned.sources) {
    tell_source(source, info.provenance);
  }
  tell_names(info, sweep);
  return info;
}

std::string folder_behind(const std::string& path) {
  return is_spec(path) ? (std::filesystem::path("runs") / read_spec(path).name).string() : path;
}

std::string results_path(const std::string& path) {
  std::string folder = folder_behind(path);
  if (is_spec(path) && !std::filesystem::is_directory(folder)) {
    throw InputError(
        fmt::format("{}: this spec was not run here: there is no {}; expected that, or the "
                    "directory that `mlpsweep run -o` or `reproduce` made",
                    path, folder));
  }
  return folder;
}

results::StoredResults load_results(const std::string& path, results::Detail detail) {
  const std::string place = results_path(path);
  if (std::filesystem::is_directory(place)) {
    results::StoredResults stored = from_journals(place, detail);
    if (is_spec(path)) {
      tell_names(stored.info, read_spec(path));
    }
    return stored;
  }
  results::StoredResults stored = results::read_results(place);
  if (const std::optional<sweeps::Sweep> sweep = read_again(stored.info)) {
    tell_names(stored.info, *sweep);
  }
  return stored;
}

sweeps::Sweep sweep_behind(const results::SweepInfo& info) {
  return read_recorded(info.name, info.spec, info.overrides);
}

std::optional<sweeps::Sweep> read_again(const results::SweepInfo& info) {
  try {
    return sweep_behind(info);
  } catch (const InputError&) {
    return std::nullopt;
  }
}

bool is_whole(const results::StoredResults& stored) {
  const auto there = std::count(stored.in_plan.begin(), stored.in_plan.end(), true);
  return static_cast<std::uint64_t>(there) >= stored.info.planned;
}

std::vector<results::Record> planned_records(const results::StoredResults& stored) {
  std::vector<results::Record> records;
  for (std::size_t i = 0; i < stored.records.size(); ++i) {
    if (stored.in_plan[i]) {
      records.push_back(stored.records[i]);
    }
  }
  return records;
}

}  // namespace mlpsweep::runner
