#include "results/outcome_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "results/page_text.h"

#include "outcome_samples.h"

namespace mlpsweep::results {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::vector<double> kTanh = {0.850, 0.852, 0.848, 0.851, 0.849};
const std::vector<double> kRelu = {0.870, 0.872, 0.868, 0.871, 0.869};

/// A report with a figure of each verdict that five repeats can give, claims, a timing and a second
/// reading.
ReportedOutcome sample_report() {
  OutcomeSamples samples;
  PartRecords& part = samples.part("activations", "activation");
  samples.add(part, std::string("tanh"), kTanh);
  samples.add(part, std::string("relu"), kRelu);
  PartRecords& reading = samples.part("activations", "activation", "bias: as_printed");
  samples.add(reading, std::string("tanh"), {0.840, 0.842, 0.838, 0.841, 0.839});
  samples.add(reading, std::string("relu"), {0.900, 0.902, 0.898, 0.901, 0.899});
  const sweeps::Where tanh = {{"activation", {"tanh"}}};
  const sweeps::Where relu = {{"activation", {"relu"}}};
  samples.expect("activations", tanh, "test_accuracy", printed("0.8516", 0.8516, 1e-4));
  samples.expect("activations", relu, "test_accuracy", printed("0.9", 0.9, 0.01));
  samples.expect("activations", {}, "test_accuracy",
                 printed("> 0.8", 0.8, 0.1, sweeps::Printed::Kind::kAbove));
  samples.expect("activations", tanh, "seconds",
                 printed("about 90", 90, 10, sweeps::Printed::Kind::kAbout));
  sweeps::Claim& claim =
      samples.claim(sweeps::Claim::Form::kHighest, "test_accuracy", "activations");
  claim.source = "section 4";
  claim.is = relu;
  ReportedOutcome report;
  report.outcome = samples.outcome();
  report.spec = "sweeps/reports/r9-sample.yaml";
  report.digest = "00ff";
  report.machine = "2 cores";
  report.seconds = 7500;
  report.notes = {"307 images have a twin."};
  report.pictures = {{"pictures/loss.svg", "activations: loss", "Figures 3-4"}};
  return report;
}

// The whole page as text: what a reader sees of each kind of line.
TEST(OutcomePage, SummarisesForATerminal) {
  const std::vector<ReportedOutcome> reports = {sample_report()};
  EXPECT_EQ(text_of(outcome_summary(reports), 140), R"text(r9-sample
---------

Figures

where                 configuration    figure         published          measured  difference  n  verdict         judged
--------------------  ---------------  -------------  ---------  ----------------  ----------  -  --------------  --------------
Table 1, activations  activation tanh  test_accuracy     0.8516   0.8500 ± 0.0020     -0.0016  5  reproduced      over 5 repeats
Table 1, activations  activation relu  test_accuracy        0.9   0.8700 ± 0.0020     -0.0300  5  not reproduced  over 5 repeats
Table 1, activations  each of 2        test_accuracy      > 0.8  0.8500 to 0.8700                 reproduced      as a claim
Table 1, activations  activation tanh  test_accuracy      > 0.8   0.8500 ± 0.0020     +0.0500  5
Table 1, activations  activation relu  test_accuracy      > 0.8   0.8700 ± 0.0020     +0.0700  5

Claims

p that the claim holds is Holm-adjusted over this report's claims, "> X" and "< X" among the figures included; - where the numbers
themselves decide.

source     claim                                                       measured                                                p  verdict
---------  ----------------------------------------------------------  --------------------------------------------------  -----  -------
section 4  test_accuracy is highest at activation relu in activations  0.8700 (activation relu), 0.8500 (activation tanh)  0.031  holds

Timings

where                 configuration    published   here, a trial   n
--------------------  ---------------  ----------  -------------  --
Table 1, activations  activation tanh  about 90 s          2.0 s   5
activations           all trials       -                   2.0 s  20

Verdicts
--------

report     reproduced  compatible  cannot tell  not reproduced  claims that hold  claims: cannot tell  contradicted  not run  repeats  trials        time
---------  ----------  ----------  -----------  --------------  ----------------  -------------------  ------------  -------  -------  ------  ----------
r9-sample           2           0            0               1                 1                    0             0        0        5      20  2 h 05 min
)text");
}

TEST(OutcomePage, HasEverySectionInMarkdown) {
  const std::vector<ReportedOutcome> reports = {sample_report()};
  const std::string page = markdown_of(outcome_page(reports));
  for (const char* words :
       {"# Outcomes: published, measured, verdict", "## r9-sample", "### Figures", "### Claims",
        "### What did not come out, and what was tried", "### What each reading costs",
        "### Timings", "### Pictures", "sweeps/reports/r9-sample.yaml", "00ff", "2 cores",
        "2 h 05 min", "307 images have a twin.", "pictures/loss.svg", "bias: as_printed: 0.900"}) {
    EXPECT_THAT(page, HasSubstr(words));
  }
}

TEST(OutcomePage, TellsWhatAReadingCostsAndWhatVerdictItWouldHave) {
  const std::vector<ReportedOutcome> reports = {sample_report()};
  const std::string page = text_of(outcome_page(reports), 400);
  EXPECT_THAT(page, HasSubstr("-0.0100"));
  EXPECT_THAT(page, HasSubstr("verdict (post hoc)"));
}

TEST(OutcomePage, SumsUpSeveralReports) {
  const std::vector<ReportedOutcome> reports = {sample_report(), sample_report()};
  const std::string page = text_of(outcome_page(reports), 200);
  EXPECT_THAT(page, HasSubstr("\nall "));
}

TEST(OutcomePage, LeavesOutWhatAReportDoesNotHave) {
  OutcomeSamples samples;
  samples.add(samples.part("", "hidden"), std::string("64"), kTanh);
  samples.expect("", {}, "test_accuracy", printed("0.85", 0.85, 0.01));
  ReportedOutcome report;
  report.outcome = samples.outcome();
  const std::string page = text_of(outcome_page(std::vector{report}));
  for (const char* words :
       {"Curves", "Claims\n", "What each reading costs", "Pictures", "digest"}) {
    EXPECT_THAT(page, Not(HasSubstr(words)));
  }
  EXPECT_THAT(page, HasSubstr("Nothing is marked as not reproduced or contradicted."));
}

TEST(OutcomePage, SaysWhereNothingHasRun) {
  OutcomeSamples samples;
  samples.add(samples.part("", "hidden"), std::string("64"), {}).planned = 5;
  samples.expect("", {}, "test_accuracy", printed("0.85", 0.85, 0.01));
  samples.claim(sweeps::Claim::Form::kAtLeast, "test_accuracy", "").low = 0.9;
  ReportedOutcome report;
  report.outcome = samples.outcome();
  const std::string page = text_of(outcome_summary(std::vector{report}), 200);
  EXPECT_THAT(page, HasSubstr("not run; 5 trials not run yet"));
  EXPECT_THAT(page, Not(HasSubstr("nan")));
}

}  // namespace
}  // namespace mlpsweep::results
