#include "runner/status.h"

#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/errors.h"
#include "results/file_io.h"
#include "results/journal.h"
#include "results/lock.h"
#include "runner/load_results.h"
#include "runner/part_results.h"
#include "runner/shards.h"
#include "runner/worker.h"
#include "sweeps/setting_text.h"

namespace mlpsweep::runner {

using nlohmann::json;

void write_status(const results::SweepFolder& folder, const Standing& standing,
                  std::span<const RankStanding> ranks,
                  std::span<const sweeps::Fingerprint> fingerprints) {
  json list = json::array();
  for (const RankStanding& rank : ranks) {
    json training = json::array();
    for (const RankStanding::Training& trial : rank.training) {
      training.push_back({{"trial", fingerprints[trial.trial].brief()},
                          {"settings", trial.settings},
                          {"seconds", trial.seconds}});
    }
    list.push_back({{"rank", rank.rank},
                    {"host", rank.host},
                    {"threads", rank.threads},
                    {"trials", rank.trials},
                    {"training", std::move(training)}});
  }
  const json status = {{"updated", utc_now()},
                       {"done", standing.done},
                       {"planned", standing.planned},
                       {"running", standing.running},
                       {"diverged", standing.diverged},
                       {"failed", standing.failed},
                       {"trials_per_second", standing.trials_per_second},
                       {"seconds_left", standing.seconds_left},
                       {"best", standing.best},
                       {"ranks", list}};
  // A host's name in bytes that are no UTF-8 is only ever shown.
  results::write_whole(folder.status(),
                       status.dump(2, ' ', false, json::error_handler_t::replace) + "\n");
}

namespace {

/// The library's reading of a fraction as an integer is undefined where it is too large.
std::size_t count_in(const json& from, const char* key) {
  const auto found = from.find(key);
  return found != from.end() && found->is_number_unsigned() ? found->get<std::size_t>() : 0;
}

/// "rank 1 on n2, 4 threads: 3f2a9c1b hidden=128 repeat=2 (12 s), ... and 3 more"
std::string rank_line(const json& rank) {
  const std::size_t threads = count_in(rank, "threads");
  std::string text =
      fmt::format("rank {} on {}, {} thread{}: ", count_in(rank, "rank"),
                  rank.at("host").get<std::string>(), threads, threads == 1 ? "" : "s");
  std::size_t told = 0;
  for (const json& trial : rank.at("training")) {
    text += fmt::format(
        "{}{} {} ({})", told++ == 0 ? "" : ", ", trial.at("trial").get<std::string>(),
        trial.at("settings").get<std::string>(), duration_text(trial.at("seconds").get<double>()));
  }
  const std::size_t trials = count_in(rank, "trials");
  if (told == 0) {
    return text + "waits";
  }
  return trials > told ? text + fmt::format(", and {} more", trials - told) : text;
}

/// What the run under way (since then, UTC) last said of itself: beside the journals' counts, never
/// instead of them.
void add_live_figures(SweepStatus& status, const std::filesystem::path& file,
                      const std::string& since) {
  if (!std::filesystem::exists(file)) {
    return;
  }
  try {
    const json live = json::parse(results::read_whole(file));
    if (live.value("updated", "") < since) {
      return;  // the run before this one wrote it
    }
    status.standing.running = count_in(live, "running");
    status.standing.trials_per_second = live.value("trials_per_second", 0.0);
    status.standing.seconds_left = live.value("seconds_left", -1.0);
    status.standing.best = live.value("best", "");
    status.updated = live.value("updated", "");
    for (const json& rank : live.value("ranks", json::array())) {
      status.ranks.push_back({count_in(rank, "rank"), rank_line(rank)});
    }
  } catch (const json::exception&) {
    // It is derived and only adds to the counts: a file of another version is passed over.
  }
}

/// "3f2a9c1b hidden=128 repeat=2: the reason"
std::string failure_line(const results::Record& record, const std::vector<std::string>& swept) {
  return fmt::format(
      "{} {}: {}", record.fingerprint.brief(),
      sweeps::brief_text(record.settings, swept, {record.repeat, record.folds, record.fold}),
      record.result.reason);
}

std::string line_of(const PartResults& part, const results::StoredResults& stored) {
  const std::string text = part.title.empty() ? "judged" : part.title;
  if (!part.without_trials.empty()) {
    return text + ": " + part.without_trials;
  }
  Standing standing;
  standing.planned = static_cast<std::size_t>(part.info.planned);
  for (const std::size_t at : part.records) {
    ++standing.done;
    standing.diverged += stored.records[at].result.state == engine::State::kDiverged;
    standing.failed += stored.records[at].result.state == engine::State::kFailed;
  }
  return text + ": " + runner::line_of(standing);
}

}  // namespace

SweepStatus read_status(const std::string& target) {
  const std::string path = results_path(target);
  const auto folder = results::SweepFolder::open(path);
  const results::StoredResults stored = load_results(path);
  SweepStatus status;
  status.name = stored.info.name;
  status.standing.planned = static_cast<std::size_t>(stored.info.planned);
  for (const results::Record& record : planned_records(stored)) {
    ++status.standing.done;
    status.standing.diverged += record.result.state == engine::State::kDiverged;
    if (record.result.state == engine::State::kFailed) {
      ++status.standing.failed;
      status.failed.push_back(failure_line(record, stored.info.swept));
    }
  }
  const std::vector<PartResults> parts = part_results(stored);
  for (const PartResults& part : parts) {
    status.stuck = status.stuck || !part.without_trials.empty();
    if (parts.size() > 1 || !part.experiment.empty()) {
      status.parts.push_back(line_of(part, stored));
    }
  }
  // A part waits for no winner: what does is trained after the merge.
  status.stuck = status.stuck && status.standing.done == status.standing.planned &&
                 !is_part(last_header(path).shard);
  if (const auto owner = results::lock_owner(folder.root())) {
    status.owner = owner->text();
    add_live_figures(status, folder.status(), owner->since);
  }
  return status;
}

}  // namespace mlpsweep::runner
