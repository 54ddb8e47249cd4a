#include "runner/results_keeper.h"

#include <exception>
#include <map>
#include <utility>

#include "engine/errors.h"
#include "results/journal.h"
#include "results/sweep_folder.h"
#include "runner/progress.h"

namespace mlpsweep::runner {
namespace {

/// Which of the records, in their order in the file, each part has.
std::vector<results::StoredPart> stored_parts(const TrialPlan& plan,
                                              const std::vector<sweeps::Fingerprint>& order) {
  std::map<sweeps::Fingerprint, std::size_t> places;
  for (std::size_t i = 0; i < order.size(); ++i) {
    places.emplace(order[i], i);
  }
  std::vector<results::StoredPart> parts;
  auto trial = plan.fingerprints.begin();
  for (const TrialPlan::Part& part : plan.parts) {
    results::StoredPart& stored =
        parts.emplace_back(results::StoredPart{part.experiment, part.reading, {}});
    for (std::uint64_t i = 0; i < part.trials; ++i, ++trial) {
      if (const auto place = places.find(*trial); place != places.end()) {
        stored.records.push_back(place->second);
      }
    }
  }
  return parts;
}

}  // namespace

TrialPlan trial_plan(const sweeps::Sweep& sweep, std::vector<sweeps::Fingerprint> fingerprints) {
  TrialPlan plan{std::move(fingerprints), {}};
  for (const sweeps::Part& part : sweep.parts) {
    plan.parts.push_back({part.experiment, part.reading, part.trials()});
  }
  return plan;
}

void derive_results(const std::filesystem::path& folder, const results::SweepInfo& info,
                    const TrialPlan& plan) {
  const auto paths = results::SweepFolder::open(folder);
  const results::JournalIndex journals = results::read_journals(paths.journals());
  std::vector<sweeps::Fingerprint> order;
  order.reserve(journals.records.size());
  sweeps::FingerprintSet planned;
  for (const sweeps::Fingerprint& fingerprint : plan.fingerprints) {
    if (journals.records.contains(fingerprint) && planned.try_emplace(fingerprint).second) {
      order.push_back(fingerprint);
    }
  }
  const std::size_t in_plan = order.size();
  for (const auto* record : journals.records.sorted()) {
    if (!planned.contains(record->first)) {
      order.push_back(record->first);
    }
  }
  results::RecordReader reader(journals, results::Detail::kWhole,
                               results::RecordReader::Order::kAny);
  results::write_results(
      paths.results(), info, order.size(), [&](std::size_t i) { return reader.read(order[i]); },
      [&](std::size_t i) { return i < in_plan; }, stored_parts(plan, order));
}

ResultsKeeper::ResultsKeeper(std::filesystem::path folder, results::SweepInfo info, TrialPlan plan)
    : folder_(std::move(folder)),
      info_(std::move(info)),
      plan_(std::move(plan)),
      written_(Clock::now()) {}

ResultsKeeper::~ResultsKeeper() {
  if (under_way_) {
    under_way_->wait();
  }
}

void ResultsKeeper::collect() {
  try {
    cost_ = under_way_->get();
  } catch (const std::exception& error) {
    log_warning(std::string("results.h5 was not refreshed: ") + words_of(error));
  }
  under_way_.reset();
  written_ = Clock::now();
}

void ResultsKeeper::grown(std::size_t ended, bool at_end) {
  if (at_end) {
    return;
  }
  if (under_way_) {
    if (under_way_->wait_for(Clock::duration::zero()) != std::future_status::ready) {
      return;
    }
    collect();
  }
  const bool enough = ended * 10 >= written_ended_ * 11 && ended > written_ended_;
  if (!enough || cost_ * 100 > Clock::now() - written_) {
    return;
  }
  written_ended_ = ended;
  under_way_ = std::async(std::launch::async, [this] {
    const Clock::time_point begun = Clock::now();
    derive_results(folder_, info_, plan_);
    return Clock::now() - begun;
  });
}

}  // namespace mlpsweep::runner
