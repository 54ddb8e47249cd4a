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

namespace mlpsweep::runner {

using nlohmann::json;

void write_status(const results::SweepFolder& folder, const Standing& standing,
                  const std::map<int, Coordinator::Rank>& ranks) {
  json list = json::array();
  for (const auto& [number, rank] : ranks) {
    list.push_back({{"rank", number}, {"threads", rank.slots}, {"trials", rank.running.size()}});
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
  results::write_whole(folder.status(), status.dump(2) + "\n");
}

namespace {

/// What the run under way last said of itself: beside the journals' counts, never instead of them.
void add_live_figures(Standing& standing, const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) {
    return;
  }
  try {
    const json live = json::parse(results::read_whole(file));
    standing.running = live.value("running", standing.running);
    standing.trials_per_second = live.value("trials_per_second", 0.0);
    standing.seconds_left = live.value("seconds_left", -1.0);
    standing.best = live.value("best", "");
  } catch (const json::exception&) {
    // It is derived and only adds to the counts: a file of another version is passed over.
  }
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
    status.standing.failed += record.result.state == engine::State::kFailed;
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
    add_live_figures(status.standing, folder.status());
  }
  return status;
}

}  // namespace mlpsweep::runner
