#include "runner/status.h"

#include <cmath>
#include <filesystem>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/errors.h"
#include "results/file_io.h"
#include "results/journal.h"
#include "results/lock.h"
#include "runner/costs_file.h"
#include "runner/load_results.h"
#include "runner/process_memory.h"
#include "runner/shards.h"
#include "runner/worker.h"
#include "sweeps/plan.h"
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
                    {"peak_mib", std::ceil(rank.peak_bytes / kMebibyte)},
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
      fmt::format("rank {} on {}, {} thread{}", count_in(rank, "rank"),
                  rank.at("host").get<std::string>(), threads, threads == 1 ? "" : "s");
  if (const double peak = rank.value("peak_mib", 0.0); peak > 0) {
    text += fmt::format(", {:.0f} MiB at most", peak);
  }
  text += ": ";
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
      sweeps::brief_text(record.settings.list(), swept, {record.repeat, record.folds, record.fold}),
      record.result.reason);
}

using News = results::JournalReader::News;
using Trials = std::span<const sweeps::Fingerprint>;

/// How far these trials have come.
Standing standing_of(Trials trials, const results::JournalIndex& journals) {
  Standing standing;
  standing.planned = trials.size();
  for (const sweeps::Fingerprint& trial : trials) {
    const std::optional<engine::State> state = journals.state(trial);
    standing.done += state.has_value();
    standing.diverged += state == engine::State::kDiverged;
    standing.failed += state == engine::State::kFailed;
  }
  return standing;
}

std::vector<std::string> failures(Trials trials, const results::JournalIndex& journals,
                                  const sweeps::Sweep& sweep) {
  const std::vector<std::string> swept = sweep.swept_keys();
  std::vector<std::string> lines;
  for (const sweeps::Fingerprint& trial : trials) {
    if (lines.size() == kMostFailedTold) {
      break;
    }
    if (journals.state(trial) == engine::State::kFailed) {
      lines.push_back(failure_line(journals.read(trial), swept));
    }
  }
  return lines;
}

bool has_parts(const sweeps::Sweep& sweep) {
  return sweep.parts.size() > 1 || !sweep.parts.front().experiment.empty();
}

/// Experiments and readings, each with its own trials; a trial that two of them name is in both.
void add_parts(SweepStatus& status, const Planned& plan, const results::JournalIndex& journals) {
  Trials left = plan.fingerprints;
  for (const sweeps::Part& part : plan.sweep.parts) {
    const std::string title = sweeps::title_of(part);
    const Trials trials = left.first(static_cast<std::size_t>(part.trials()));
    left = left.subspan(trials.size());
    status.stuck = status.stuck || trials.empty();
    status.parts.push_back(
        (title.empty() ? "judged" : title) + ": " +
        (trials.empty() ? sweeps::size_text(part) : line_of(standing_of(trials, journals))));
  }
}

}  // namespace

StatusReader::StatusReader(const std::string& target)
    : path_(results_path(target)),
      journals_(results::SweepFolder::open(path_).journals(),
                results::JournalReader::States::kKept) {}

SweepStatus StatusReader::look() {
  const auto folder = results::SweepFolder::open(path_);
  read_on();
  if (counted_.standing.done < counted_.standing.planned) {
    tell_damage(journals_.index());
  }
  SweepStatus status = counted_;
  if (const auto owner = results::lock_owner(folder.root())) {
    status.owner = owner->text();
    add_live_figures(status, folder.status(), owner->since);
  }
  status.costs = lines_of(read_costs(folder));
  return status;
}

void StatusReader::read_on() {
  const results::JournalIndex& journals = journals_.index();
  // Empty until all is done: after an error on the way the next look plans anew.
  const std::string planned_for = std::exchange(header_, "");
  const auto news = journals_.refresh();
  const std::string newest = journals.headers.empty() ? "" : journals.headers.back();
  // What others have ended is no more a part's, so that its plan hangs on their journals as well.
  if (newest.empty() || newest != planned_for || news == News::kOther || is_part(plan_.shard)) {
    plan_ = recorded_plan(path_, journals);
    trials_ = own_trials(plan_);
    count();
  } else if (news == News::kMore) {
    if (sweeps::awaits_winners(plan_.sweep) &&
        recorded_winners(plan_.sweep, plan_.sources, journals) != plan_.winners) {
      plan_ = propose(plan_.sweep, plan_.sources, journals);
      trials_ = own_trials(plan_);
    }
    count();
  }
  header_ = newest;
}

void StatusReader::count() {
  const results::JournalIndex& journals = journals_.index();
  counted_ = {};
  counted_.name = plan_.sweep.name;
  counted_.standing = standing_of(trials_, journals);
  if (counted_.standing.failed > 0) {
    counted_.failed = failures(trials_, journals, plan_.sweep);
  }
  const bool part = is_part(plan_.shard);
  if (has_parts(plan_.sweep)) {
    // A part waits for no winner: what does is trained after the merge.
    add_parts(counted_, part ? propose(plan_.sweep, plan_.sources, journals) : plan_, journals);
  }
  counted_.stuck = counted_.stuck && counted_.standing.done == counted_.standing.planned && !part;
}

SweepStatus read_status(const std::string& target) {
  return StatusReader(target).look();
}

}  // namespace mlpsweep::runner
