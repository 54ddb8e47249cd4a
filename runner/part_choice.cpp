#include "runner/part_choice.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "engine/errors.h"
#include "runner/load_results.h"
#include "runner/part_results.h"
#include "runner/progress.h"
#include "sweeps/keys.h"

namespace mlpsweep::runner {
namespace {

void require_one_metric(const results::SweepInfo& one, const results::SweepInfo& other) {
  if (one.metric != other.metric || one.minimize != other.minimize) {
    throw InputError(fmt::format(
        "sweeps of one metric were expected; {} is compared by the {} {}, {} by the {} {}",
        one.name, one.minimize ? "lowest" : "highest", one.metric, other.name,
        other.minimize ? "lowest" : "highest", other.metric));
  }
}

void add_new(std::vector<std::string>& names, const std::vector<std::string>& more) {
  for (const std::string& name : more) {
    if (!name.empty() && std::find(names.begin(), names.end(), name) == names.end()) {
      names.push_back(name);
    }
  }
}

/// The experiments of each record of a sweep.
std::vector<std::string> experiments_of(const results::StoredResults& stored) {
  std::vector<std::string> titles(stored.records.size());
  for (const PartResults& part : part_results(stored)) {
    for (const std::size_t at : part.records) {
      titles[at] += (titles[at].empty() ? "" : "; ") + part.title;
    }
  }
  return titles;
}

/// The records at these different places. All of them are handed on as they stand: to move a
/// hundred thousand takes twice their memory.
std::vector<results::Record> moved_out(std::vector<results::Record>& records,
                                       const std::vector<std::size_t>& places) {
  if (places.size() == records.size() && std::is_sorted(places.begin(), places.end())) {
    return std::move(records);
  }
  std::vector<results::Record> taken;
  taken.reserve(places.size());
  for (const std::size_t at : places) {
    taken.push_back(std::move(records[at]));
  }
  return taken;
}

/// Records that several parts may have: whoever takes one last gets it without a copy.
class Sharing {
 public:
  Sharing(std::vector<results::Record>& records, const std::vector<PartResults>& parts)
      : records_(records), left_(records.size(), 0) {
    for (const PartResults& part : parts) {
      for (const std::size_t at : part.records) {
        ++left_[at];
      }
    }
  }

  [[nodiscard]] Joined::Take take_from() {
    return [this](const std::vector<std::size_t>& places) {
      const bool shared = std::any_of(places.begin(), places.end(),
                                      [this](std::size_t at) { return left_[at] > 1; });
      if (!shared) {
        return moved_out(records_, places);
      }
      std::vector<results::Record> taken;
      taken.reserve(places.size());
      for (const std::size_t at : places) {
        taken.push_back(--left_[at] == 0 ? std::move(records_[at]) : records_[at]);
      }
      return taken;
    };
  }

 private:
  std::vector<results::Record>& records_;
  std::vector<std::size_t> left_;  ///< Parts that have not come by yet.
};

}  // namespace

std::vector<std::size_t> Joined::add(const results::SweepInfo& more,
                                     const results::StoredResults& stored,
                                     const std::vector<std::size_t>& places, const Take& take) {
  if (sweeps_++ == 0) {
    info = more;
  } else {
    require_one_metric(info, more);
    info.name += " + " + more.name;
    info.planned += more.planned;
    add_new(info.swept, more.swept);
  }
  std::vector<std::size_t> added;
  added.reserve(places.size());
  for (const std::size_t at : places) {
    const results::Record& record = stored.records[at];
    if (seen_.try_emplace(record.fingerprint).second) {
      checksums_.insert(record.data_checksum);
      added.push_back(at);
    } else {
      --info.planned;
    }
  }
  std::vector<results::Record> taken = take(added);
  if (records.empty()) {
    records = std::move(taken);
  } else {
    std::move(taken.begin(), taken.end(), std::back_inserter(records));
  }
  // Other data is another row, never another repeat.
  if (sweeps_ > 1 && checksums_.size() > 1) {
    add_new(info.swept, {"data.set"});
  }
  return added;
}

std::vector<results::StoredResults> load_all(const std::vector<std::string>& paths,
                                             results::Detail detail) {
  std::vector<results::StoredResults> all;
  for (const std::string& path : paths) {
    all.push_back(load_results(path, detail));
  }
  return all;
}

std::vector<Joined> join_parts(std::vector<results::StoredResults> sweeps,
                               const PartChoice& choice) {
  std::vector<Joined> all;
  std::vector<std::string> experiments;
  std::vector<std::string> readings;
  for (results::StoredResults& stored : sweeps) {
    std::vector<PartResults> parts = part_results(stored);
    for (const PartResults& part : parts) {
      add_new(experiments, {part.experiment});
      add_new(readings, {part.reading});
    }
    std::erase_if(parts, [&](const PartResults& part) {
      return part.reading != choice.reading ||
             (!choice.experiment.empty() && part.experiment != choice.experiment);
    });
    Sharing sharing(stored.records, parts);
    for (const PartResults& part : parts) {
      auto joined = std::find_if(all.begin(), all.end(), [&](const Joined& one) {
        return one.experiment == part.experiment && one.reading == part.reading;
      });
      if (joined == all.end()) {
        joined = all.insert(all.end(), Joined());
        joined->experiment = part.experiment;
        joined->reading = part.reading;
        joined->without_trials = part.without_trials;
      }
      joined->add(part.info, stored, part.records, sharing.take_from());
    }
  }
  require_known("--experiment", "experiment", choice.experiment, experiments);
  require_known("--reading", "reading", choice.reading, readings);
  if (all.empty()) {
    throw InputError(fmt::format("experiment '{}' has no reading '{}' of its own",
                                 choice.experiment, choice.reading));
  }
  return all;
}

std::vector<Joined> with_trials(std::vector<Joined> all) {
  std::string reason;
  std::erase_if(all, [&reason](const Joined& joined) {
    if (!joined.records.empty() || joined.without_trials.empty()) {
      return false;
    }
    reason = fmt::format("{}: {}", joined.info.name, joined.without_trials);
    log_warning("left out: " + reason);
    return true;
  });
  if (all.empty()) {
    throw InputError(reason);
  }
  return all;
}

Joined join_all(std::vector<results::StoredResults> sweeps) {
  Joined joined;
  for (results::StoredResults& stored : sweeps) {
    std::vector<std::size_t> all(stored.records.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    const std::vector<std::string> titles = experiments_of(stored);
    const auto take = [&stored](const std::vector<std::size_t>& places) {
      return moved_out(stored.records, places);
    };
    for (const std::size_t at : joined.add(stored.info, stored, all, take)) {
      joined.experiments.push_back(titles[at]);
    }
  }
  const auto different = std::adjacent_find(joined.experiments.begin(), joined.experiments.end(),
                                            std::not_equal_to<>());
  if (different == joined.experiments.end()) {
    joined.experiments.clear();
  }
  return joined;
}

void require_known(std::string_view option, std::string_view what, const std::string& wanted,
                   const std::vector<std::string>& known) {
  if (wanted.empty() || std::find(known.begin(), known.end(), wanted) != known.end()) {
    return;
  }
  const std::vector<std::string_view> names(known.begin(), known.end());
  const std::string_view near = sweeps::nearest(wanted, names);
  const std::string all = known.empty()
                              ? "the spec has none"
                              : fmt::format("expected one of: {}", fmt::join(known, ", "));
  throw InputError(fmt::format("{}: no {} '{}'; {}{}", option, what, wanted, all,
                               near.empty() ? "" : fmt::format("\n  nearest: {}", near)));
}

}  // namespace mlpsweep::runner
