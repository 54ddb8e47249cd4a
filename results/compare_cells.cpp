// The table of `compare` as people and programs read it.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "results/compare_parts.h"
#include "results/statistics.h"

namespace mlpsweep::results {
namespace {

constexpr double kNaN = engine::kNaN;

std::string p_text(double p) {
  constexpr double kLeast = 1e-4;
  return p < kLeast ? "<0.0001" : p < 0.1 ? fmt::format("{:.4f}", p) : fmt::format("{:.2f}", p);
}

/// "+0.3 ± 0.4"; without an interval the difference alone.
std::string difference_text(const Compared& one, bool percent) {
  const Difference& difference = one.difference;
  const double half = difference.half_width();
  const Interval interval = {
      .mean = difference.mean,
      .low = difference.mean - half,
      .high = difference.mean + half,
      .n = 2,
      .kind = difference.tested() ? IntervalKind::kRepeats : IntervalKind::kNone};
  std::string text = text_of(interval, percent);
  if (const std::size_t at = text.find(" +- "); at != std::string::npos) {
    text.replace(at, 4, " ± ");
  }
  const bool tie = one.tested && !one.apart();
  return (tie ? "~ " : "") + std::string(difference.mean > 0 ? "+" : "") + text;
}

std::string mean_text(const Interval& interval, bool percent) {
  std::string text = interval.n == 0 ? "-" : text_of(interval, percent);
  if (const std::size_t at = text.find(" +- "); at != std::string::npos) {
    text.replace(at, 4, " ± ");
  }
  return text;
}

/// What is said of one group, beside its keys.
struct RowFacts {
  Interval interval;
  bool compared = false;
  const Compared* one = nullptr;  ///< Null for the reference, and for what isn't compared.

  [[nodiscard]] bool tested() const { return one != nullptr && one->tested; }
  [[nodiscard]] std::string outcome() const {
    if (one == nullptr) {
      return compared ? "reference" : "not compared";
    }
    return !one->tested ? "not tested" : one->apart() ? "apart" : "tied";
  }
};

RowFacts facts_of(const Group& group, const TableRequest& request, const Differences& differences) {
  const std::size_t g = differences.comparable.index_of(&group);
  const bool compared = g < differences.comparable.groups.size();
  return {.interval = interval_of_group(group, differences.figure, request.derived),
          .compared = compared,
          .one = compared ? differences.of(g) : nullptr};
}

std::vector<std::string> cells_of(const RowFacts& facts, bool percent) {
  return {mean_text(facts.interval, percent),
          facts.one != nullptr ? difference_text(*facts.one, percent) : facts.outcome(),
          facts.tested() ? p_text(facts.one->adjusted) : "-", std::to_string(facts.interval.n)};
}

void add_data_of(std::vector<sweeps::Value>& data, const RowFacts& facts, bool percent) {
  const double unit = percent ? 100 : 1;
  const Difference none{.mean = kNaN, .error = kNaN};
  const Difference& difference = facts.one != nullptr ? facts.one->difference : none;
  const bool bounded = difference.tested();
  const double half = bounded ? difference.half_width() : kNaN;
  for (const double value :
       {facts.interval.mean * unit, difference.mean * unit, (difference.mean - half) * unit,
        (difference.mean + half) * unit, bounded ? difference.error * unit : kNaN,
        bounded ? difference.df : kNaN, facts.tested() ? facts.one->p : kNaN,
        facts.tested() ? facts.one->adjusted : kNaN}) {
    data.emplace_back(value);
  }
  data.emplace_back(static_cast<std::int64_t>(facts.interval.n));
  data.emplace_back(facts.outcome());
}

void add_headings(Table& table, const TableRequest& request, const Grouping& grouping,
                  const Differences& differences) {
  for (std::size_t k = 0; k < request.rows.size(); ++k) {
    table.headings.push_back(request.names.heading(request.rows[k]));
    table.numeric.push_back(
        std::all_of(grouping.rows.begin(), grouping.rows.end(), [&](const Combination& row) {
          return !std::holds_alternative<std::string>(row.values[k]);
        }));
  }
  for (const std::string& heading :
       {heading_of_value(request, differences.figure), std::string("difference"),
        std::string("p (Holm)"), std::string("n")}) {
    table.headings.push_back(heading);
    table.numeric.push_back(true);
  }
  table.data_headings = request.rows;
  const std::string unit = request.in_percent(differences.figure) ? "_percent" : "";
  for (const char* name :
       {"", "_difference", "_difference_low", "_difference_high", "_difference_error"}) {
    table.data_headings.push_back(differences.figure + unit + (*name == 0 ? "_mean" : name));
  }
  table.data_headings.insert(table.data_headings.end(), {"df", "p", "p_holm", "n", "outcome"});
}

/// How the deviations of the differences were found.
std::string spread_text(const Differences& differences) {
  const Spread& spread = differences.comparison.spread;
  if (spread.pooled) {
    return fmt::format(
        "Pooled over the table, {:.0f} degrees of freedom: the variances lie within a factor of 4 "
        "({:.1f}).",
        spread.df, spread.ratio);
  }
  const std::size_t df = differences.comparable.repeats - 1;
  const std::string apart =
      std::isinf(spread.ratio)
          ? "some configuration's repeats are all equal"
          : fmt::format("the variances lie a factor of {:.1f} apart, and 4 may be pooled",
                        spread.ratio);
  return fmt::format("Each pair by its own spread, {} degree{} of freedom: {}.", df,
                     df == 1 ? "" : "s", apart);
}

/// The spread and what it could have shown.
void note_spread(std::vector<std::string>& notes, const Differences& differences, bool percent) {
  const Comparison& comparison = differences.comparison;
  if (differences.test == "paired t" && comparison.family() > 0) {
    notes.push_back(spread_text(differences));
  }
  const auto [least, most] = comparison.detectable();
  if (most > 0) {
    const double unit = percent ? 100 : 1;
    const bool one = most - least < 0.05 * most;
    notes.push_back(
        fmt::format("Smallest difference that this table could have told: {:.2g}{}.", least * unit,
                    one ? "" : fmt::format(" to {:.2g}, depending on the pair", most * unit)));
  }
}

void note_family(std::vector<std::string>& notes, const Differences& differences) {
  const std::size_t family = differences.comparison.family();
  notes.push_back(fmt::format("Reference: {}.", differences.chosen));
  if (family == 0) {
    return;
  }
  notes.push_back(fmt::format(
      "p: two-sided, Holm's correction over {}.",
      differences.family == Family::kReference
          ? fmt::format("the {} comparison{} with the reference", family, family == 1 ? "" : "s")
          : fmt::format("all {} pair{}, because the reference was not chosen by other figures",
                        family, family == 1 ? "" : "s")));
  notes.emplace_back("~ cannot be told apart from the reference: p >= 0.05.");
}

}  // namespace

void add_differences(Table& table, const TableRequest& request, const Grouping& grouping,
                     const Differences& differences) {
  const bool percent = request.in_percent(differences.figure);
  add_headings(table, request, grouping, differences);
  for (const Group& group : grouping.groups) {
    const RowFacts facts = facts_of(group, request, differences);
    std::vector<std::string> cells;
    std::vector<sweeps::Value> data = grouping.rows[group.row].values;
    for (const sweeps::Value& value : data) {
      cells.push_back(sweeps::text_of(value));
    }
    const std::vector<std::string> of_group = cells_of(facts, percent);
    cells.insert(cells.end(), of_group.begin(), of_group.end());
    table.cells.push_back(std::move(cells));
    add_data_of(data, facts, percent);
    table.data.push_back(std::move(data));
  }
}

std::vector<std::string> notes_on(const Differences& differences, bool percent) {
  std::vector<std::string> notes;
  if (differences.comparable.repeats > 1) {
    notes.push_back(fmt::format(
        "difference: the configuration's less the reference's, paired over {} repeats; ± its own "
        "95 % interval, not adjusted.",
        differences.comparable.repeats));
  }
  note_family(notes, differences);
  notes.insert(notes.end(), differences.notes.begin(), differences.notes.end());
  note_spread(notes, differences, percent);
  if (differences.test == "paired t" && differences.comparable.repeats > 1 &&
      differences.figure.starts_with("test_")) {
    notes.emplace_back(
        "Where all repeats share their test images, it speaks of these; --new-images of others "
        "too.");
  }
  if (const std::string left_out = note_on_left_out(differences.comparable); !left_out.empty()) {
    notes.push_back(left_out);
  }
  return notes;
}

}  // namespace mlpsweep::results
