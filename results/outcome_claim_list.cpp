// The claims of a report: those that it makes, winners that it takes as given, gradient checks; and
// their verdicts, all in one family.
#include <algorithm>

#include <fmt/format.h>

#include "results/outcome_parts.h"

namespace mlpsweep::results {
namespace {

using sweeps::Claim;

/// "The winner of rates is 0.05": what a pinned `from` says without saying it.
Claim winner_claim(const OutcomeInput& input, const PartRecords& part, const PartRecords& of) {
  Claim claim;
  claim.form = input.minimize ? Claim::Form::kLowest : Claim::Form::kHighest;
  claim.metric = input.metric;
  claim.experiment = of.experiment;
  claim.source = "pinned by " + part.experiment;
  for (const auto& [key, texts] : part.pinned) {
    if (std::find(of.swept.begin(), of.swept.end(), key) != of.swept.end()) {
      claim.is.emplace_back(key, texts);
    }
  }
  return claim;
}

std::vector<Claim> winner_claims(const OutcomeContext& context, const std::string* experiment) {
  std::vector<Claim> claims;
  for (const PartRecords& part : context.input.parts) {
    const PartRecords* of = part.winner_of.empty() ? nullptr : context.parts.find(part.winner_of);
    if (of == nullptr || !part.reading.empty() ||
        (experiment != nullptr && of->experiment != *experiment)) {
      continue;
    }
    Claim claim = winner_claim(context.input, part, *of);
    const auto same = std::find_if(claims.begin(), claims.end(), [&](const Claim& other) {
      return other.experiment == claim.experiment && other.is == claim.is;
    });
    if (same != claims.end()) {
      same->source += ", " + part.experiment;
    } else if (!claim.is.empty()) {
      claims.push_back(std::move(claim));
    }
  }
  return claims;
}

/// A gradient check decides by its numbers: each error is within the bound, or one isn't.
ClaimOutcome gradient_outcome(const OutcomeInput& input, const std::string& experiment,
                              const sweeps::GradientClaim& claim) {
  ClaimOutcome outcome;
  outcome.experiment = experiment;
  outcome.source = claim.source;
  outcome.text =
      fmt::format("every absolute error of the gradient check (epsilon {:g}) is at most {:g}",
                  claim.epsilon, claim.at_most);
  outcome.note = "not run";
  for (const GradientErrors& errors : input.gradients) {
    if (errors.experiment != experiment || errors.absolute.empty()) {
      continue;
    }
    const double largest = *std::max_element(errors.absolute.begin(), errors.absolute.end());
    outcome.run = true;
    outcome.note.clear();
    outcome.measured = fmt::format("largest of {} errors: {:.2g}", errors.absolute.size(), largest);
    outcome.test.decided = true;
    outcome.test.holds = std::all_of(errors.absolute.begin(), errors.absolute.end(),
                                     [&](double error) { return error <= claim.at_most; });
  }
  return outcome;
}

/// What judge_claims goes by, to be shown: Holm's p of those that were tested.
std::vector<double> adjusted_p(std::span<const ClaimTest> family) {
  std::vector<double> tested;
  for (const ClaimTest& claim : family) {
    if (!claim.decided) {
      tested.push_back(claim.p);
    }
  }
  tested = holm(tested);
  std::vector<double> all;
  std::size_t next = 0;
  for (const ClaimTest& claim : family) {
    all.push_back(claim.decided ? claim.p : tested[next++]);
  }
  return all;
}

}  // namespace

std::vector<ClaimOutcome> test_claims(const OutcomeContext& context,
                                      const std::string* experiment) {
  std::vector<ClaimOutcome> outcomes;
  for (const Claim& claim : context.report().claims) {
    if (experiment == nullptr || claim.experiment == *experiment ||
        claim.than_experiment == *experiment) {
      outcomes.push_back(test_claim(context, claim));
    }
  }
  for (const Claim& claim : winner_claims(context, experiment)) {
    outcomes.push_back(test_claim(context, claim));
    outcomes.back().text =
        fmt::format("the winner of {}: {}", claim.experiment, outcomes.back().text);
  }
  for (const sweeps::Expectation& expected : context.report().expected) {
    if (experiment == nullptr && expected.gradients) {
      outcomes.push_back(gradient_outcome(context.input, expected.experiment, *expected.gradients));
    }
  }
  return outcomes;
}

void settle_claims(std::vector<ClaimOutcome>& claims, std::vector<FigureOutcome>& figures) {
  std::vector<ClaimTest> family;
  for (const ClaimOutcome& claim : claims) {
    if (claim.run) {
      family.push_back(claim.test);
    }
  }
  for (const FigureOutcome& figure : figures) {
    if (figure.claim) {
      family.push_back(*figure.claim);
    }
  }
  const std::vector<ClaimVerdict> verdicts = judge_claims(family);
  const std::vector<double> adjusted = adjusted_p(family);
  std::size_t next = 0;
  for (ClaimOutcome& claim : claims) {
    if (claim.run) {
      claim.adjusted = adjusted[next];
      claim.verdict = verdicts[next++];
    }
  }
  for (FigureOutcome& figure : figures) {
    if (figure.claim) {
      const ClaimVerdict verdict = verdicts[next++];
      // A configuration of the row without values has its word already.
      figure.verdict =
          worse(figure.verdict, verdict == ClaimVerdict::kHolds          ? Verdict::kReproduced
                                : verdict == ClaimVerdict::kContradicted ? Verdict::kNotReproduced
                                                                         : Verdict::kCannotTell);
    }
  }
}

}  // namespace mlpsweep::results
