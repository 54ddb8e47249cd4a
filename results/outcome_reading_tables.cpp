// What readings cost, and what was tried for what did not come out.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "results/outcome_parts.h"
#include "results/outcome_tables.h"

namespace mlpsweep::results {
namespace {

/// The judged figure beside one of a reading: same experiment, source, name and published text. A
/// report may print one number twice; both are then judged alike.
const FigureOutcome* partner_of(const Outcome& outcome, const FigureOutcome& figure) {
  const auto found = std::find_if(
      outcome.figures.begin(), outcome.figures.end(), [&](const FigureOutcome& judged) {
        return judged.experiment == figure.experiment && judged.source == figure.source &&
               judged.figure == figure.figure && judged.published.text == figure.published.text &&
               judged.configurations.size() == figure.configurations.size() &&
               (figure.configurations.empty() || judged.configurations.front().configuration ==
                                                     figure.configurations.front().configuration);
      });
  return found == outcome.figures.end() ? nullptr : &*found;
}

const ClaimOutcome* partner_of(const Outcome& outcome, const ClaimOutcome& claim) {
  const auto found =
      std::find_if(outcome.claims.begin(), outcome.claims.end(), [&](const ClaimOutcome& judged) {
        return judged.text == claim.text && judged.source == claim.source;
      });
  return found == outcome.claims.end() ? nullptr : &*found;
}

std::string reading_name(const ReadingOutcome& reading) {
  return reading.experiment.empty() ? reading.reading : reading.experiment + ", " + reading.reading;
}

std::string listed(const std::vector<std::string>& tried) {
  return tried.empty() ? "no other reading was run" : fmt::format("{}", fmt::join(tried, "; "));
}

/// What every other reading gave for a figure that did not come out.
std::string tried_for(const Outcome& outcome, const FigureOutcome& figure) {
  std::vector<std::string> tried;
  for (const ReadingOutcome& reading : outcome.readings) {
    for (const FigureOutcome& other : reading.figures) {
      if (!other.run || partner_of(outcome, other) != &figure) {
        continue;
      }
      std::vector<std::string> values;
      for (const Measured& measured : other.configurations) {
        values.push_back(measured_text(other.kind, measured.interval));
      }
      tried.push_back(fmt::format("{}: {} ({})", reading.reading, fmt::join(values, ", "),
                                  name_of(other.verdict)));
    }
  }
  return listed(tried);
}

bool same_curve(const CurveOutcome& a, const CurveOutcome& b) {
  return a.experiment == b.experiment && a.source == b.source && a.figure == b.figure &&
         a.configuration == b.configuration;
}

std::string tried_for(const Outcome& outcome, const CurveOutcome& curve) {
  std::vector<std::string> tried;
  for (const ReadingOutcome& reading : outcome.readings) {
    for (const CurveOutcome& other : reading.curves) {
      if (other.test.n > 1 && same_curve(other, curve)) {
        tried.push_back(
            fmt::format("{}: {} ({})", reading.reading, other.note, name_of(other.verdict)));
      }
    }
  }
  return listed(tried);
}

std::string tried_for(const Outcome& outcome, const ClaimOutcome& claim) {
  std::vector<std::string> tried;
  for (const ReadingOutcome& reading : outcome.readings) {
    for (const ClaimOutcome& other : reading.claims) {
      if (other.run && partner_of(outcome, other) == &claim) {
        tried.push_back(
            fmt::format("{}: {} ({})", reading.reading, other.measured, name_of(other.verdict)));
      }
    }
  }
  return listed(tried);
}

Table with(std::vector<std::string> headings, std::vector<bool> numeric) {
  Table table;
  table.headings = std::move(headings);
  table.numeric = std::move(numeric);
  return table;
}

}  // namespace

Table reading_figures_table(const Outcome& outcome) {
  Table table = with({"reading", "configuration", "figure", "published", "judged reading",
                      "this reading", "cost", "n", "verdict (post hoc)"},
                     {false, false, false, true, true, true, true, true, false});
  for (const ReadingOutcome& reading : outcome.readings) {
    for (std::size_t f = 0; f < reading.figures.size(); ++f) {
      const FigureOutcome& figure = reading.figures[f];
      const FigureOutcome* judged = partner_of(outcome, figure);
      if (!figure.run || judged == nullptr) {
        continue;
      }
      for (std::size_t c = 0; c < figure.configurations.size(); ++c) {
        const Measured& measured = figure.configurations[c];
        const Interval& cost = reading.costs[f][c];
        // A cost is a difference: its sign is told also where it is above 0.
        std::string text = measured_text(figure.kind, cost);
        text = cost.n > 0 && cost.mean > 0 ? "+" + text : text;
        const bool several = figure.configurations.size() > 1;
        table.cells.push_back(
            {reading_name(reading), measured.configuration, figure.figure, figure.published.text,
             measured_text(figure.kind, judged->configurations[c].interval),
             measured_text(figure.kind, measured.interval), text, std::to_string(cost.n),
             std::string(
                 name_of(several && !figure.claim ? measured.judgement.verdict : figure.verdict))});
      }
    }
  }
  return table;
}

Table reading_curves_table(const Outcome& outcome) {
  Table table = with(
      {"reading", "configuration", "curve", "judged reading", "this reading (post hoc)", "judged"},
      {false, false, false, false, false, false});
  for (const ReadingOutcome& reading : outcome.readings) {
    for (const CurveOutcome& curve : reading.curves) {
      const auto judged =
          std::find_if(outcome.curves.begin(), outcome.curves.end(),
                       [&](const CurveOutcome& candidate) { return same_curve(candidate, curve); });
      if (curve.test.n > 1 && judged != outcome.curves.end()) {
        table.cells.push_back({reading_name(reading), curve.configuration, curve.figure,
                               std::string(name_of(judged->verdict)),
                               std::string(name_of(curve.verdict)), curve.note});
      }
    }
  }
  return table;
}

Table reading_claims_table(const Outcome& outcome) {
  Table table = with({"reading", "claim", "measured", "judged reading", "this reading (post hoc)"},
                     {false, false, false, false, false});
  for (const ReadingOutcome& reading : outcome.readings) {
    for (const ClaimOutcome& claim : reading.claims) {
      const ClaimOutcome* judged = partner_of(outcome, claim);
      if (judged != nullptr && claim.run && judged->run && judged->verdict != claim.verdict) {
        table.cells.push_back({reading_name(reading), claim.text, claim.measured,
                               std::string(name_of(judged->verdict)),
                               std::string(name_of(claim.verdict))});
      }
    }
  }
  return table;
}

Table tried_table(const Outcome& outcome) {
  Table table = with({"what", "published", "measured", "verdict", "what other readings gave"},
                     {false, false, false, false, false});
  for (const FigureOutcome& figure : outcome.figures) {
    if (figure.verdict != Verdict::kNotReproduced) {
      continue;
    }
    std::vector<std::string> measured;
    std::vector<std::string> names;
    for (const Measured& each : figure.configurations) {
      measured.push_back(measured_text(figure.kind, each.interval));
      if (!each.configuration.empty()) {
        names.push_back(each.configuration);
      }
    }
    const std::string place = figure.source.empty() ? figure.experiment : figure.source;
    table.cells.push_back({fmt::format("{}: {}{}{}", place, figure.figure,
                                       names.empty() ? "" : " at ", fmt::join(names, " / ")),
                           figure.published.text, fmt::format("{}", fmt::join(measured, ", ")),
                           std::string(name_of(figure.verdict)), tried_for(outcome, figure)});
  }
  for (const CurveOutcome& curve : outcome.curves) {
    if (curve.verdict == Verdict::kNotReproduced) {
      table.cells.push_back({fmt::format("{}: curve of {}", curve.source, curve.figure),
                             fmt::format("{} epochs", curve.epochs), curve.note,
                             std::string(name_of(curve.verdict)), tried_for(outcome, curve)});
    }
  }
  for (const ClaimOutcome& claim : outcome.claims) {
    if (claim.run && claim.verdict == ClaimVerdict::kContradicted) {
      table.cells.push_back({claim.text, claim.source.empty() ? "claim" : claim.source,
                             claim.measured, std::string(name_of(claim.verdict)),
                             tried_for(outcome, claim)});
    }
  }
  return table;
}

}  // namespace mlpsweep::results
