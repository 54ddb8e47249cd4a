#include "results/choice.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "results/select.h"

namespace mlpsweep::results {
namespace {

std::string note_on(const std::string& metric, bool minimize, std::size_t candidates,
                    std::size_t passed_over, std::size_t shorter) {
  std::string note =
      fmt::format("* chosen by the {} mean {} of {} groups; test figures play no part.",
                  minimize ? "lowest" : "highest", metric, candidates);
  if (passed_over > 0) {
    note += fmt::format(" Not considered: {} with diverged or failed trials.", passed_over);
  }
  if (shorter > 0) {
    note += fmt::format(" Not considered: {} with fewer repeats than others.", shorter);
  }
  return note;
}

}  // namespace

Choice choose(const SweepInfo& info, const Grouping& grouping) {
  const std::string metric = metric_figure(info);
  if (grouping.groups.size() < 2) {
    return {};
  }
  if (!is_validation_figure(metric)) {
    return {nullptr, fmt::format("Nothing is marked best: {} is no validation figure.", metric)};
  }
  std::size_t most_repeats = 0;
  std::vector<Interval> intervals;
  for (const Group& group : grouping.groups) {
    intervals.push_back(interval_of_group(group, metric));
    most_repeats = std::max(most_repeats, intervals.back().n);
  }
  Choice choice;
  double best = 0;
  std::size_t shorter = 0;
  std::size_t candidates = 0;
  std::size_t passed_over = 0;
  for (std::size_t g = 0; g < grouping.groups.size(); ++g) {
    const Group& group = grouping.groups[g];
    if (!group.unfinished.empty()) {
      ++passed_over;
      continue;
    }
    const Interval& interval = intervals[g];
    const double mean = interval.mean;
    if (std::isnan(mean)) {
      continue;
    }
    if (interval.n < most_repeats) {  // a mean over other splits than theirs
      ++shorter;
      continue;
    }
    ++candidates;
    if (choice.best == nullptr || (info.minimize ? mean < best : mean > best)) {
      choice.best = &group;
      best = mean;
    }
  }
  if (candidates < 2) {
    const std::string_view reason = passed_over > 0 ? " without diverged or failed trials" : "";
    return {nullptr, fmt::format("Nothing is marked best: fewer than two groups have {}{}.", metric,
                                 reason)};
  }
  choice.note = note_on(metric, info.minimize, candidates, passed_over, shorter);
  return choice;
}

}  // namespace mlpsweep::results
