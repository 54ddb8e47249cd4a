#include "results/group_comparison.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "results/select.h"

namespace mlpsweep::results {

std::size_t ComparableGroups::index_of(const Group* group) const {
  return static_cast<std::size_t>(std::find(groups.begin(), groups.end(), group) - groups.begin());
}

ComparableGroups comparable_groups(const Grouping& grouping, std::string_view figure_name,
                                   std::span<const sweeps::DerivedFigure> derived) {
  ComparableGroups found;
  std::vector<RepeatValues> of_groups;
  const std::vector<Repeat>* most = nullptr;
  for (const Group& group : grouping.groups) {
    of_groups.push_back(group.unfinished.empty() ? values_of_group(group, figure_name, derived)
                                                 : RepeatValues{});
  }
  for (const RepeatValues& of_group : of_groups) {
    if (most == nullptr || of_group.repeats.size() > most->size()) {
      most = &of_group.repeats;
    }
  }
  for (std::size_t g = 0; g < of_groups.size(); ++g) {
    const Group& group = grouping.groups[g];
    if (!group.unfinished.empty()) {
      ++found.unfinished;
    } else if (of_groups[g].repeats.empty() || of_groups[g].repeats != *most) {
      ++found.others;
    } else if (std::any_of(of_groups[g].values.begin(), of_groups[g].values.end(),
                           [](double value) { return std::isinf(value); })) {
      ++found.never;
    } else {
      found.groups.push_back(&group);
      found.values.push_back(of_groups[g].values);
      found.repeats = most->size();
    }
  }
  return found;
}

bool same_data(const ComparableGroups& comparable) {
  return std::all_of(comparable.groups.begin(), comparable.groups.end(), [&](const Group* group) {
    return std::all_of(group->complete.begin(), group->complete.end(), [&](const Record* trial) {
      return trial->data_checksum == comparable.groups[0]->complete[0]->data_checksum;
    });
  });
}

bool higher_is_better(const SweepInfo& info, std::string_view figure_name) {
  return figure_name == metric_figure(info) ? !info.minimize : is_share(figure_name);
}

Family family_after_choice(std::string_view figure_name) {
  return figure_name.starts_with("test_") ? Family::kReference : Family::kAllPairs;
}

std::string note_on_left_out(const ComparableGroups& comparable) {
  std::vector<std::string> reasons;
  if (comparable.unfinished > 0) {
    reasons.push_back(fmt::format("{} with diverged or failed trials", comparable.unfinished));
  }
  if (comparable.others > 0) {
    reasons.push_back(fmt::format("{} with fewer or other repeats", comparable.others));
  }
  if (comparable.never > 0) {
    reasons.push_back(fmt::format("{} that some repeat never reaches", comparable.never));
  }
  return reasons.empty() ? "" : fmt::format("Not compared: {}.", fmt::join(reasons, ", "));
}

}  // namespace mlpsweep::results
