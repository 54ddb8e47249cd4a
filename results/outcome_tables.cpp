#include "results/outcome_tables.h"

#include <cmath>
#include <initializer_list>

#include <fmt/format.h>

#include "results/outcome_parts.h"

namespace mlpsweep::results {
namespace {

struct Column {
  std::string_view heading;
  bool numeric = false;
};

Table table_with(std::initializer_list<Column> columns) {
  Table table;
  for (const Column& column : columns) {
    table.headings.emplace_back(column.heading);
    table.numeric.push_back(column.numeric);
  }
  return table;
}

std::string count_text(std::size_t n) {
  return n == 0 ? "-" : std::to_string(n);
}

/// "Table 3" in front of the experiment, where both are told.
std::string where_text(const std::string& experiment, const std::string& source) {
  if (experiment.empty() || source.empty()) {
    return experiment + source;
  }
  return source + ", " + experiment;
}

std::string verdict_text(Verdict verdict, bool run) {
  return run ? std::string(name_of(verdict)) : "not run";
}

std::string claim_verdict_text(const ClaimOutcome& claim) {
  return claim.run ? std::string(name_of(claim.verdict)) : "not run";
}

std::string p_text(double p) {
  return p < 0.0001 ? "< 0.0001" : fmt::format("{:.2g}", p);
}

/// The smallest and the largest mean of a row that speaks of several configurations.
std::string range_text(const FigureOutcome& figure) {
  double low = engine::kNaN;
  double high = engine::kNaN;
  for (const Measured& measured : figure.configurations) {
    low = std::fmin(low, measured.interval.mean);
    high = std::fmax(high, measured.interval.mean);
  }
  if (std::isnan(low)) {
    return "-";
  }
  return number_text(figure.kind, low) + " to " + number_text(figure.kind, high);
}

/// One line a configuration; where a row speaks of several, a line for all of them first, which has
/// the verdict.
void add_figure(Table& table, const FigureOutcome& figure) {
  const std::string place = where_text(figure.experiment, figure.source);
  const bool several = figure.configurations.size() != 1;
  if (several) {
    table.cells.push_back({place, fmt::format("each of {}", figure.configurations.size()),
                           figure.figure, figure.published.text, range_text(figure), "", "",
                           verdict_text(figure.verdict, figure.run), figure.note});
  }
  for (const Measured& measured : figure.configurations) {
    const Judgement& judgement = measured.judgement;
    const bool own_word = several && judgement.verdict != Verdict::kNotJudged;
    table.cells.push_back(
        {place, measured.configuration, figure.figure, figure.published.text,
         measured_text(figure.kind, measured.interval),
         judgement.n > 0 ? difference_text(figure.kind, judgement.difference) : "-",
         count_text(measured.values.size()),
         several ? (own_word ? std::string(name_of(judgement.verdict)) : "")
                 : verdict_text(figure.verdict, figure.run),
         several ? "" : figure.note});
  }
}

}  // namespace

std::string measured_text(sweeps::Quantity kind, const Interval& interval) {
  if (interval.n == 0 || std::isnan(interval.mean)) {
    return "-";
  }
  if (interval.kind == IntervalKind::kNone || !std::isfinite(interval.mean)) {
    return number_text(kind, interval.mean);
  }
  std::string text = text_of(interval, /*percent=*/false);
  if (const std::size_t at = text.find(" +- "); at != std::string::npos) {
    text.replace(at, 4, " ± ");
  }
  return interval.kind == IntervalKind::kImages ? text + " (images only)" : text;
}

std::string difference_text(sweeps::Quantity kind, double difference) {
  if (!std::isfinite(difference)) {
    return "-";
  }
  switch (kind) {
    case sweeps::Quantity::kShare:
      return fmt::format("{:+.4f}", difference);
    case sweeps::Quantity::kEpochs:
    case sweeps::Quantity::kSeconds:
      return fmt::format("{:+.1f}", difference);
    case sweeps::Quantity::kLoss:
      break;
  }
  return fmt::format("{:+.3g}", difference);
}

Table settings_table(const Outcome& outcome) {
  Table table = table_with({{"experiment"},
                            {"varied"},
                            {"fixed, other than the defaults"},
                            {"repeats", true},
                            {"trials", true},
                            {"not complete"}});
  for (const ExperimentOutcome& experiment : outcome.experiments) {
    std::vector<std::string> lost;
    const auto add = [&](std::size_t count, std::string_view what) {
      if (count > 0) {
        lost.push_back(fmt::format("{} {}", count, what));
      }
    };
    add(experiment.diverged, "diverged");
    add(experiment.failed, "failed");
    add(experiment.planned -
            std::min(experiment.planned,
                     experiment.complete + experiment.diverged + experiment.failed),
        "not run");
    table.cells.push_back({experiment.name.empty() ? "all" : experiment.name,
                           fmt::format("{}", fmt::join(experiment.swept, "; ")),
                           fmt::format("{}", fmt::join(experiment.fixed, "; ")),
                           std::to_string(experiment.repeats), std::to_string(experiment.planned),
                           lost.empty() ? "-" : fmt::format("{}", fmt::join(lost, ", "))});
  }
  return table;
}

Table figures_table(const Outcome& outcome) {
  Table table = table_with({{"where"},
                            {"configuration"},
                            {"figure"},
                            {"published", true},
                            {"measured", true},
                            {"difference", true},
                            {"n", true},
                            {"verdict"},
                            {"judged"}});
  for (const FigureOutcome& figure : outcome.figures) {
    add_figure(table, figure);
  }
  return table;
}

Table curves_table(const Outcome& outcome) {
  Table table = table_with({{"where"},
                            {"configuration"},
                            {"curve"},
                            {"epochs", true},
                            {"farthest at epoch", true},
                            {"our mean less it there", true},
                            {"verdict"},
                            {"judged"}});
  for (const CurveOutcome& curve : outcome.curves) {
    const bool measured = curve.test.n > 1;
    table.cells.push_back(
        {where_text(curve.experiment, curve.source), curve.configuration, curve.figure,
         std::to_string(curve.epochs), measured ? std::to_string(curve.farthest_epoch) : "-",
         measured ? fmt::format("{:+.3g}", curve.farthest) : "-",
         verdict_text(curve.verdict, curve.verdict != Verdict::kNotJudged), curve.note});
  }
  return table;
}

Table claims_table(const Outcome& outcome) {
  Table table =
      table_with({{"source"}, {"claim"}, {"measured"}, {"p", true}, {"verdict"}, {"remarks"}});
  for (const ClaimOutcome& claim : outcome.claims) {
    table.cells.push_back({claim.source.empty() ? "-" : claim.source, claim.text,
                           claim.measured.empty() ? "-" : claim.measured,
                           !claim.run || claim.test.decided ? "-" : p_text(claim.adjusted),
                           claim_verdict_text(claim), claim.note});
  }
  return table;
}

Table same_table(const Outcome& outcome) {
  Table table = table_with({{"figure"},
                            {"published runs"},
                            {"their mean", true},
                            {"their deviation", true},
                            {"ours", true},
                            {"our deviation", true},
                            {"n", true}});
  for (const SameOutcome& same : outcome.same) {
    table.cells.push_back(
        {same.figure, fmt::format("{}", fmt::join(same.published, ", ")),
         number_text(same.kind, same.mean), fmt::format("{:.2g}", same.deviation),
         measured_text(same.kind, same.ours),
         std::isnan(same.our_deviation) ? "-" : fmt::format("{:.2g}", same.our_deviation),
         count_text(same.ours.n)});
  }
  return table;
}

Table timings_table(const Outcome& outcome) {
  Table table = table_with(
      {{"where"}, {"configuration"}, {"published"}, {"here, a trial", true}, {"n", true}});
  for (const FigureOutcome& timing : outcome.timings) {
    for (const Measured& measured : timing.configurations) {
      table.cells.push_back({where_text(timing.experiment, timing.source), measured.configuration,
                             timing.published.text + " s",
                             measured_text(sweeps::Quantity::kSeconds, measured.interval) + " s",
                             count_text(measured.values.size())});
    }
  }
  for (const ExperimentOutcome& experiment : outcome.experiments) {
    if (experiment.seconds.n > 0) {
      table.cells.push_back({experiment.name.empty() ? "all trials" : experiment.name, "all trials",
                             "-",
                             measured_text(sweeps::Quantity::kSeconds, experiment.seconds) + " s",
                             std::to_string(experiment.seconds.n)});
    }
  }
  return table;
}

}  // namespace mlpsweep::results
