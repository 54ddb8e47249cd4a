#include "results/compare.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "engine/errors.h"
#include "results/choice.h"
#include "results/compare_parts.h"
#include "results/select.h"
#include "results/statistics.h"

namespace mlpsweep::results {
namespace {

/// "learning_rate = 0.05, activation = relu"
std::string name_of_group(const TableRequest& request, const Grouping& grouping,
                          const Group& group) {
  std::vector<std::string> parts;
  for (std::size_t k = 0; k < request.rows.size(); ++k) {
    parts.push_back(fmt::format("{} = {}", request.names.heading(request.rows[k]),
                                sweeps::text_of(grouping.rows[group.row].values[k])));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

/// The one group whose trials pass all of --to.
const Group* named_group(const Grouping& grouping, std::span<const Filter> to) {
  std::vector<const Group*> found;
  for (const Group& group : grouping.groups) {
    const auto passes = [&](const Record* trial) {
      return std::all_of(to.begin(), to.end(),
                         [&](const Filter& filter) { return filter.passes(*trial); });
    };
    if (std::all_of(group.complete.begin(), group.complete.end(), passes) &&
        std::all_of(group.unfinished.begin(), group.unfinished.end(), passes) &&
        std::all_of(group.partial.begin(), group.partial.end(), passes)) {
      found.push_back(&group);
    }
  }
  if (found.size() != 1) {
    throw InputError(fmt::format(
        "--to: expected values that name one configuration, found {} of {}{}", found.size(),
        grouping.groups.size(), found.empty() ? "" : "; name more keys of it"));
  }
  return found.front();
}

std::size_t best_of(const ComparableGroups& comparable, bool higher) {
  std::size_t best = 0;
  for (std::size_t g = 1; g < comparable.groups.size(); ++g) {
    const double lead =
        interval_of(comparable.values[g]).mean - interval_of(comparable.values[best]).mean;
    best = (higher ? lead > 0 : lead < 0) ? g : best;
  }
  return best;
}

/// Sets reference, family and the words on both.
void find_reference(Differences& differences, const SweepInfo& info, const Grouping& grouping,
                    const CompareOptions& options, std::span<const Filter> to) {
  if (options.best && !to.empty()) {
    throw InputError("--to and --best: expected one of them");
  }
  if (options.best) {
    const bool higher = higher_is_better(info, differences.figure);
    differences.reference = best_of(differences.comparable, higher);
    differences.family = Family::kAllPairs;
    differences.chosen = fmt::format("chosen by the {} mean {}, the very figure that is compared",
                                     higher ? "highest" : "lowest", differences.figure);
    return;
  }
  const Group* group = nullptr;
  if (!to.empty()) {
    group = named_group(grouping, to);
    differences.family = Family::kReference;
    differences.chosen = "named with --to";
  } else {
    const Choice choice = choose(info, grouping);
    if (choice.best == nullptr) {
      throw InputError(fmt::format(
          "{}\n  expected a reference: --to KEY=VALUE,... names one, --best takes the best by the "
          "figure itself",
          choice.note.empty() ? "One configuration alone: nothing to compare." : choice.note));
    }
    group = choice.best;
    differences.family = family_after_choice(differences.figure);
    differences.chosen = fmt::format("chosen by the {} mean {}; test figures play no part",
                                     info.minimize ? "lowest" : "highest", metric_figure(info));
  }
  differences.reference = differences.comparable.index_of(group);
  if (differences.reference == differences.comparable.groups.size()) {
    throw InputError(
        "the reference can't be compared: it has diverged or failed trials, other repeats than "
        "most configurations, or no " +
        differences.figure);
  }
}

void require_comparable(const Differences& differences) {
  if (differences.comparable.groups.size() < 2) {
    throw InputError(
        fmt::format("expected two or more configurations with {} and the same repeats, found {}",
                    differences.figure, differences.comparable.groups.size()));
  }
  if (!same_data(differences.comparable)) {
    throw InputError("expected configurations on one data set; --where data.set=NAME picks one");
  }
}

void run_tests(Differences& differences, const CompareOptions& options, const FindRows& find_rows) {
  differences.comparison =
      compare(differences.comparable.values, differences.family, differences.reference);
  differences.test = "paired t";
  if (options.scope == Scope::kNewImages) {
    widen_to_new_images(differences, find_rows);
  } else if (options.scope == Scope::kNewSplits) {
    widen_to_new_splits(differences, find_rows);
  } else if (differences.comparable.repeats == 1) {
    test_by_images(differences, find_rows);
  }
}

}  // namespace

const Compared* Differences::of(std::size_t g) const {
  const auto found =
      std::find_if(comparison.all.begin(), comparison.all.end(),
                   [&](const Compared& one) { return one.a == g && one.b == reference; });
  return found == comparison.all.end() ? nullptr : &*found;
}

Table difference_table(const SweepInfo& info, std::span<const Record> records,
                       const CompareOptions& options, const FindRows& find_rows) {
  TableOptions base{.rows = options.rows, .where = options.where, .percent = options.percent};
  if (!options.figure.empty()) {
    base.values = {options.figure};
  }
  const TableRequest request = read_request(info, records, base);
  Complaints complaints;
  const std::vector<Filter> to = read_filters(request.names, options.to, complaints, "--to");
  complaints.throw_if_any();

  Differences differences;
  // figures_to_show ends with test_accuracy if there is one; else the metric comes first.
  differences.figure =
      request.values.back() == "test_accuracy" ? "test_accuracy" : request.values.front();
  const std::vector<const Record*> trials = select(records, request.filters);
  const Grouping grouping = group_trials(trials, request.rows, {}, folds_asked(request.filters));
  differences.comparable = comparable_groups(grouping, differences.figure, info.derived);
  require_comparable(differences);
  find_reference(differences, info, grouping, options, to);
  run_tests(differences, options, find_rows);

  Table table;
  table.title = fmt::format(
      "{}: {} compared with {}", info.name, heading_of_value(request, differences.figure),
      name_of_group(request, grouping, *differences.comparable.groups[differences.reference]));
  add_differences(table, request, grouping, differences);
  table.footer = notes_on(differences, request.in_percent(differences.figure));
  if (const std::string left_out = text_of_left_out(grouping.groups); !left_out.empty()) {
    table.footer.push_back(fmt::format("Left out of the means: {}.", left_out));
  }
  const std::vector<std::string> absent =
      notes_on_absent(info, records.size(), trials.size(), request.filters);
  table.footer.insert(table.footer.end(), absent.begin(), absent.end());
  return table;
}

}  // namespace mlpsweep::results
