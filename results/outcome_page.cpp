#include "results/outcome_page.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "results/outcome_tables.h"

namespace mlpsweep::results {
namespace {

/// "2 h 05 min", "48 s"
std::string duration_text(double seconds) {
  const auto whole = static_cast<long>(seconds + 0.5);
  if (whole < 120) {
    return fmt::format("{} s", whole);
  }
  const long minutes = (whole + 30) / 60;
  return minutes < 120 ? fmt::format("{} min", minutes)
                       : fmt::format("{} h {:02} min", minutes / 60, minutes % 60);
}

std::size_t trials_of(const Outcome& outcome) {
  std::size_t trials = 0;
  for (const ExperimentOutcome& experiment : outcome.experiments) {
    trials += experiment.complete + experiment.diverged + experiment.failed;
  }
  return trials;
}

/// "5", or "5 to 30" where experiments have different numbers.
std::string repeats_text(const Outcome& outcome) {
  std::size_t least = 0;
  std::size_t most = 0;
  for (const ExperimentOutcome& experiment : outcome.experiments) {
    if (experiment.repeats > 0) {
      least = least == 0 ? experiment.repeats : std::min(least, experiment.repeats);
      most = std::max(most, experiment.repeats);
    }
  }
  return least == most ? std::to_string(most) : fmt::format("{} to {}", least, most);
}

std::vector<std::string> count_cells(const VerdictCounts& counts) {
  std::vector<std::string> cells;
  for (const std::size_t count :
       {counts.reproduced, counts.compatible, counts.cannot_tell, counts.not_reproduced,
        counts.claims_hold, counts.claims_cannot_tell, counts.claims_contradicted,
        counts.not_run}) {
    cells.push_back(std::to_string(count));
  }
  return cells;
}

void add(VerdictCounts& sum, const VerdictCounts& counts) {
  sum.reproduced += counts.reproduced;
  sum.compatible += counts.compatible;
  sum.cannot_tell += counts.cannot_tell;
  sum.not_reproduced += counts.not_reproduced;
  sum.claims_hold += counts.claims_hold;
  sum.claims_cannot_tell += counts.claims_cannot_tell;
  sum.claims_contradicted += counts.claims_contradicted;
  sum.not_run += counts.not_run;
}

Table summary_table(std::span<const ReportedOutcome> reports) {
  Table table;
  table.headings = {"report",
                    "reproduced",
                    "compatible",
                    "cannot tell",
                    "not reproduced",
                    "claims that hold",
                    "claims: cannot tell",
                    "contradicted",
                    "not run",
                    "repeats",
                    "trials",
                    "time"};
  table.numeric.assign(table.headings.size(), true);
  table.numeric[0] = false;
  VerdictCounts sum;
  for (const ReportedOutcome& report : reports) {
    const VerdictCounts counts = counts_of(report.outcome);
    add(sum, counts);
    std::vector<std::string> row = {report.outcome.name};
    for (std::string& cell : count_cells(counts)) {
      row.push_back(std::move(cell));
    }
    row.push_back(repeats_text(report.outcome));
    row.push_back(std::to_string(trials_of(report.outcome)));
    row.push_back(report.seconds > 0 ? duration_text(report.seconds) : "-");
    table.cells.push_back(std::move(row));
  }
  if (reports.size() > 1) {
    std::vector<std::string> row = {"all"};
    for (std::string& cell : count_cells(sum)) {
      row.push_back(std::move(cell));
    }
    row.resize(table.headings.size(), "");
    table.cells.push_back(std::move(row));
  }
  return table;
}

/// A column that says nothing in any row takes the room of one that does.
Table without_empty_columns(Table table) {
  for (std::size_t c = table.headings.size(); c-- > 0 && !table.cells.empty();) {
    const bool empty = std::all_of(table.cells.begin(), table.cells.end(),
                                   [c](const auto& row) { return row[c].empty(); });
    if (!empty) {
      continue;
    }
    const auto at = static_cast<std::ptrdiff_t>(c);
    table.headings.erase(table.headings.begin() + at);
    table.numeric.erase(table.numeric.begin() + at);
    for (auto& row : table.cells) {
      row.erase(row.begin() + at);
    }
  }
  return table;
}

void add_section(ReportPage& page, const std::string& name, const std::string& words, Table table) {
  if (table.cells.empty()) {
    return;
  }
  page.subheading(name);
  if (!words.empty()) {
    page.text(words);
  }
  page.table(without_empty_columns(std::move(table)));
}

/// "Spec sweeps/reports/r4-kmnist.yaml · digest ... · ..."
std::string origin_text(const ReportedOutcome& report) {
  std::vector<std::string> parts;
  const auto add_part = [&](std::string_view name, const std::string& text) {
    if (!text.empty()) {
      parts.push_back(fmt::format("{}{}", name, text));
    }
  };
  add_part("spec ", report.spec);
  add_part("digest of the records ", report.digest);
  add_part("", report.machine);
  add_part("", report.program);
  add_part("last trial begun ", report.last_begun);
  if (report.seconds > 0) {
    parts.push_back(fmt::format("{} of wall time", duration_text(report.seconds)));
  }
  parts.push_back(fmt::format("{} trials, {} repeats", trials_of(report.outcome),
                              repeats_text(report.outcome)));
  return fmt::format("{}", fmt::join(parts, " · "));
}

void add_judged(ReportPage& page, const Outcome& outcome) {
  add_section(page, "Figures", "", figures_table(outcome));
  add_section(page, "Curves",
              "A printed curve against our runs of it: D* is its largest distance from them in "
              "their own deviations, p the share of curves that lie as far out.",
              curves_table(outcome));
  add_section(page, "Claims",
              "p that the claim holds is Holm-adjusted over this report's claims, \"> X\" and "
              "\"< X\" among the figures included; - where the numbers themselves decide.",
              claims_table(outcome));
}

void add_tried(ReportPage& page, const Outcome& outcome) {
  Table tried = tried_table(outcome);
  if (tried.cells.empty()) {
    page.subheading("What did not come out");
    page.text("Nothing is marked as not reproduced or contradicted.");
    return;
  }
  add_section(page, "What did not come out, and what was tried", "", std::move(tried));
}

void add_report(ReportPage& page, const ReportedOutcome& report) {
  const Outcome& outcome = report.outcome;
  page.heading(outcome.name);
  page.text(origin_text(report));
  for (const std::string& note : report.notes) {
    page.text(note);
  }
  add_section(page, "Settings", "", settings_table(outcome));
  add_judged(page, outcome);
  add_tried(page, outcome);
  add_section(
      page, "What each reading costs",
      "Settings that the report leaves open, in another reading than the judged one; chosen "
      "after the fact, so shown and never counted. Cost: this reading less the judged one, "
      "paired by repeat.",
      reading_figures_table(outcome));
  add_section(page, "Curves under other readings", "", reading_curves_table(outcome));
  add_section(page, "Claims under other readings", "Only those whose verdict is another.",
              reading_claims_table(outcome));
  add_section(page, "Published runs of one model",
              "The report trained one model more than once: its own noise, beside ours.",
              same_table(outcome));
  add_section(page, "Timings", "On another machine: shown, never judged.", timings_table(outcome));
  if (!report.tables.empty()) {
    page.subheading("Tables");
    page.text("The tables that the spec names, of the judged reading.");
    for (const Table& table : report.tables) {
      page.table(table);
    }
  }
  if (!report.pictures.empty()) {
    page.subheading("Pictures");
    for (const OutcomePicture& picture : report.pictures) {
      page.picture(picture.source.empty()
                       ? picture.caption
                       : fmt::format("{} (of {})", picture.caption, picture.source),
                   picture.file);
    }
  }
}

void add_legend(ReportPage& page) {
  Table table;
  table.headings = {"word", "what it says"};
  table.numeric = {false, false};
  table.cells = {
      {"reproduced",
       "the published number lies within our interval, and the interval is narrow "
       "enough to say so"},
      {"compatible",
       "the difference is smaller than what would matter, but the interval is too "
       "wide, or too narrow to hold the number"},
      {"cannot tell", "the difference would matter, and our runs vary as much"},
      {"not reproduced", "the difference would matter, and our runs don't explain it"},
      {"holds / contradicted",
       "of a claim: tested one-sided over repeats, at 5 % after Holm's "
       "correction; else cannot tell"},
      {"not run", "no record yet"},
  };
  page.subheading("How to read it");
  page.table(std::move(table));
  page.text(
      "measured: mean ± half of a 95 % interval over n repeats (seeds and splits). What would "
      "matter is fixed in each spec beforehand: by default an accuracy of 0.01, a tenth of a loss, "
      "a quarter of a number of epochs.");
}

}  // namespace

ReportPage outcome_page(std::span<const ReportedOutcome> reports) {
  ReportPage page;
  page.title = "Outcomes: published, measured, verdict";
  page.table(summary_table(reports));
  add_legend(page);
  for (const ReportedOutcome& report : reports) {
    add_report(page, report);
  }
  return page;
}

ReportPage outcome_summary(std::span<const ReportedOutcome> reports) {
  ReportPage page;
  for (const ReportedOutcome& report : reports) {
    page.heading(report.outcome.name);
    add_judged(page, report.outcome);
    add_section(page, "Timings", "", timings_table(report.outcome));
  }
  page.heading("Verdicts");
  page.table(summary_table(reports));
  return page;
}

}  // namespace mlpsweep::results
