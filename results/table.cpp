#include "results/table.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <set>

#include <fmt/format.h>

#include "results/table_parts.h"

namespace mlpsweep::results {
namespace {

/// Full names of `texts` at the end of `to`; a key that stands in `taken` or `to` already is
/// refused.
void resolve_keys(const KeyNames& names, std::span<const std::string> texts,
                  std::string_view option, std::span<const std::string> taken,
                  std::vector<std::string>& to, Complaints& complaints) {
  const auto holds = [](std::span<const std::string> keys, const std::string& key) {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
  };
  for (const std::string& text : texts) {
    std::string key = names.resolve(text, option, complaints);
    if (key.empty()) {
      continue;
    }
    if (holds(taken, key) || holds(to, key)) {
      complaints.add(fmt::format("{}: '{}' is named twice", option, key));
    }
    to.push_back(std::move(key));
  }
}

std::vector<GroupFigures> evaluate(const Grouping& grouping, const TableRequest& request) {
  std::vector<GroupFigures> all;
  for (const Group& group : grouping.groups) {
    GroupFigures figures{.group = &group, .intervals = {}};
    for (const std::string& value : request.values) {
      figures.intervals.push_back(interval_of_group(group, value, request.derived));
    }
    all.push_back(std::move(figures));
  }
  return all;
}

/// "kmnist: test_accuracy (%) by hidden, across activation"
std::string title_of(const SweepInfo& info, const TableRequest& request) {
  const auto list = [&](const std::vector<std::string>& keys) {
    std::vector<std::string> headings;
    for (const std::string& key : keys) {
      headings.push_back(request.names.heading(key));
    }
    return fmt::format("{}", fmt::join(headings, ", "));
  };
  std::string title = info.name;
  if (!request.columns.empty() && request.values.size() == 1) {
    title += ": " + heading_of_value(request, request.values.front());
  }
  if (!request.rows.empty()) {
    title += " by " + list(request.rows);
  }
  if (!request.columns.empty()) {
    title += ", across " + list(request.columns);
  }
  return title;
}

/// What the numbers behind the "±" are, for every kind that occurs.
void note_intervals(std::vector<std::string>& notes, std::span<const GroupFigures> figures) {
  std::set<std::size_t> repeats;
  std::set<std::int64_t> images;
  bool none = false;
  bool never = false;
  for (const GroupFigures& entry : figures) {
    for (const Interval& interval : entry.intervals) {
      if (std::isinf(interval.mean)) {
        never = true;
      } else if (interval.kind == IntervalKind::kRepeats) {
        repeats.insert(interval.n);
      } else if (interval.kind == IntervalKind::kImages) {
        images.insert(test_images(*entry.group));
      } else {
        none = none || interval.n > 0;
      }
    }
  }
  if (!repeats.empty()) {
    notes.push_back(fmt::format("±: 95 % interval over {} repeats (seeds and splits), Student's t.",
                                fmt::join(repeats, " or ")));
  }
  if (!images.empty()) {
    notes.push_back(fmt::format(
        "±: 95 % interval of a share of {} test images, Wilson's: images only, it says nothing of "
        "other seeds and splits.",
        fmt::join(images, " or ")));
  }
  if (never) {
    notes.emplace_back("never: some repeat does not reach it in the epochs that it was trained.");
  }
  if (none) {
    notes.emplace_back("No interval where there is one repeat, or all repeats are equal.");
  }
}

void note_averages(std::vector<std::string>& notes, const Grouping& grouping) {
  if (const std::vector<std::string> keys = averaged_keys(grouping); !keys.empty()) {
    notes.push_back(
        fmt::format("Averaged within each repeat first, over: {}.", fmt::join(keys, ", ")));
  }
  const auto uneven = std::count_if(grouping.groups.begin(), grouping.groups.end(), is_uneven);
  if (uneven > 0) {
    notes.push_back(fmt::format(
        "Uneven: in {} of {} groups the repeats average different configurations, because some "
        "are not complete.",
        uneven, grouping.groups.size()));
  }
}

}  // namespace

TableRequest read_request(const SweepInfo& info, std::span<const Record> records,
                          const TableOptions& options) {
  Complaints complaints;
  TableRequest request{KeyNames(records), {}, {}, {}, {}, options.percent, info.derived};
  resolve_keys(request.names, options.rows, "rows", {}, request.rows, complaints);
  resolve_keys(request.names, options.columns, "columns", request.rows, request.columns,
               complaints);
  if (options.rows.empty()) {
    std::copy_if(info.swept.begin(), info.swept.end(), std::back_inserter(request.rows),
                 [&](const std::string& key) {
                   return std::find(request.columns.begin(), request.columns.end(), key) ==
                          request.columns.end();
                 });
  }
  request.values = figures_to_show(info, records, options.values, complaints);
  request.filters = read_filters(request.names, options.where, complaints);
  complaints.throw_if_any();
  return request;
}

std::string heading_of_value(const TableRequest& request, const std::string& value) {
  return request.in_percent(value) ? value + " (%)" : value;
}

Table compare_table(const SweepInfo& info, std::span<const Record> records,
                    const TableOptions& options) {
  const TableRequest request = read_request(info, records, options);
  const std::vector<const Record*> trials = select(records, request.filters);
  const Grouping grouping =
      group_trials(trials, request.rows, request.columns, folds_asked(request.filters));
  const std::vector<GroupFigures> figures = evaluate(grouping, request);
  const Choice choice = choose(info, grouping);
  const Ties ties = find_ties(grouping, request, choice);

  Table table;
  table.title = title_of(info, request);
  add_cells(table, grouping, request, figures, choice, ties);
  add_data(table, grouping, request, figures, choice, ties);

  note_intervals(table.footer, figures);
  note_averages(table.footer, grouping);
  for (const std::string& note : {choice.note, ties.note}) {
    if (!note.empty()) {
      table.footer.push_back(note);
    }
  }
  if (const std::string left_out = text_of_left_out(grouping.groups); !left_out.empty()) {
    table.footer.push_back(fmt::format("Left out of the means: {}.", left_out));
  }
  const std::vector<std::string> absent =
      notes_on_absent(info, records.size(), trials.size(), request.filters);
  table.footer.insert(table.footer.end(), absent.begin(), absent.end());
  return table;
}

}  // namespace mlpsweep::results
