// Claims of every form: that they can hold, be contradicted, and be left open.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "outcome_samples.h"

namespace mlpsweep::results {
namespace {

using Form = sweeps::Claim::Form;
using testing::HasSubstr;

const std::vector<double> kLow = {0.800, 0.803, 0.799, 0.802, 0.801};
const std::vector<double> kMiddle = {0.850, 0.853, 0.848, 0.851, 0.852};
const std::vector<double> kHigh = {0.900, 0.903, 0.899, 0.902, 0.901};
const std::vector<double> kLikeMiddle = {0.852, 0.850, 0.851, 0.848, 0.853};

/// Three learning rates, the test accuracy rising with them; listed out of order, as a spec may.
OutcomeSamples three_rates() {
  OutcomeSamples samples;
  PartRecords& part = samples.part("rates", "optimizer.learning_rate");
  samples.add(part, 0.1, kHigh);
  samples.add(part, 0.001, kLow);
  samples.add(part, 0.01, kMiddle);
  return samples;
}

sweeps::Where rate(std::vector<std::string> texts) {
  return {{"optimizer.learning_rate", std::move(texts)}};
}

ClaimOutcome only_claim(const OutcomeSamples& samples) {
  return samples.outcome().claims.at(0);
}

ClaimVerdict order(Form form, sweeps::Where where, sweeps::Where than) {
  OutcomeSamples samples = three_rates();
  sweeps::Claim& claim = samples.claim(form, "test_accuracy", "rates");
  claim.where = std::move(where);
  claim.than = std::move(than);
  return only_claim(samples).verdict;
}

TEST(ClaimOfOrder, HoldsOrIsContradictedPairedByRepeat) {
  EXPECT_EQ(order(Form::kLess, rate({"0.001"}), rate({"0.01"})), ClaimVerdict::kHolds);
  EXPECT_EQ(order(Form::kLess, rate({"0.01"}), rate({"0.001"})), ClaimVerdict::kContradicted);
  EXPECT_EQ(order(Form::kGreater, rate({"0.1"}), rate({"0.01"})), ClaimVerdict::kHolds);
}

TEST(ClaimOfOrder, MustHoldOfEveryConfigurationOnBothSides) {
  EXPECT_EQ(order(Form::kGreater, rate({"0.1", "0.01"}), rate({"0.001"})), ClaimVerdict::kHolds);
  EXPECT_EQ(order(Form::kGreater, rate({"0.1", "0.001"}), rate({"0.01"})),
            ClaimVerdict::kContradicted);
}

TEST(ClaimOfOrder, CannotBeToldWhereRepeatsVaryAsMuch) {
  OutcomeSamples samples;
  PartRecords& part = samples.part("rates", "optimizer.learning_rate");
  samples.add(part, 0.1, kMiddle);
  samples.add(part, 0.01, kLikeMiddle);
  sweeps::Claim& claim = samples.claim(Form::kLess, "test_accuracy", "rates");
  claim.where = rate({"0.1"});
  claim.than = rate({"0.01"});
  const ClaimOutcome outcome = only_claim(samples);
  EXPECT_EQ(outcome.verdict, ClaimVerdict::kCannotTell);
  EXPECT_EQ(outcome.text,
            "test_accuracy is lower in rates (learning_rate 0.1) than in "
            "learning_rate 0.01");
  EXPECT_EQ(outcome.measured, "0.8508 (learning_rate 0.1), 0.8508 (learning_rate 0.01)");
}

TEST(ClaimOfOrder, BetweenExperimentsOnOtherDataNeedsNoCommonRepeats) {
  OutcomeSamples samples;
  const auto on_classes = [](std::string classes, int first) {
    return [classes, first](Record& record, std::size_t r) {
      record.repeat = first + static_cast<int>(r);
    };
  };
  PartRecords& pairs = samples.part("seven_eight", "optimizer.learning_rate");
  samples.add(pairs, 0.004, kLow, on_classes("7,8", 0))
      .settings.push_back({"data.classes", std::string("7,8")});
  PartRecords& others = samples.part("one_five", "optimizer.learning_rate");
  samples.add(others, 0.004, kHigh, on_classes("1,5", 100))
      .settings.push_back({"data.classes", std::string("1,5")});
  sweeps::Claim& claim = samples.claim(Form::kGreater, "test_accuracy", "one_five");
  claim.than_experiment = "seven_eight";
  const ClaimOutcome outcome = only_claim(samples);
  EXPECT_EQ(outcome.verdict, ClaimVerdict::kHolds);
  EXPECT_EQ(outcome.measured,
            "0.9010 (learning_rate 0.004), 0.8010 (seven_eight learning_rate 0.004)");
}

TEST(ClaimOfOrder, OnTheSameDataWithoutCommonRepeatsIsNotRun) {
  OutcomeSamples samples;
  PartRecords& part = samples.part("rates", "optimizer.learning_rate");
  samples.add(part, 0.1, kHigh);
  samples.add(part, 0.01, kLow,
              [](Record& record, std::size_t r) { record.repeat = 100 + static_cast<int>(r); });
  sweeps::Claim& claim = samples.claim(Form::kGreater, "test_accuracy", "rates");
  claim.where = rate({"0.1"});
  claim.than = rate({"0.01"});
  EXPECT_FALSE(only_claim(samples).run);
}

ClaimVerdict best(Form form, const std::string& is) {
  OutcomeSamples samples = three_rates();
  sweeps::Claim& claim = samples.claim(form, "test_accuracy", "rates");
  claim.along = {"optimizer.learning_rate"};
  claim.is = rate({is});
  return only_claim(samples).verdict;
}

TEST(ClaimOfTheBest, ComparesTheNamedOneWithAllOthers) {
  EXPECT_EQ(best(Form::kLowest, "0.001"), ClaimVerdict::kHolds);
  EXPECT_EQ(best(Form::kLowest, "0.01"), ClaimVerdict::kContradicted);
  EXPECT_EQ(best(Form::kHighest, "0.1"), ClaimVerdict::kHolds);
  EXPECT_EQ(best(Form::kHighest, "0.01"), ClaimVerdict::kContradicted);
}

TEST(ClaimOfTheBest, IsOfEachCombinationOfTheOtherKeys) {
  OutcomeSamples samples;
  PartRecords& part = samples.part("", "hidden");
  part.swept = {"hidden", "l2"};
  const auto add = [&](const std::string& hidden, double l2, const std::vector<double>& values) {
    samples.add(part, hidden, values).settings.push_back({"l2", l2});
  };
  add("64", 0.0, kLow);
  add("64", 0.1, kMiddle);
  add("128", 0.0, kMiddle);
  add("128", 0.1, kHigh);
  sweeps::Claim& claim = samples.claim(Form::kHighest, "test_accuracy", "");
  claim.along = {"l2"};
  claim.is = {{"l2", {"0.1"}}};
  EXPECT_EQ(only_claim(samples).verdict, ClaimVerdict::kHolds);
  // Over all four, 64 with l2 0.1 is not above 128 without.
  samples.report.claims[0].along.clear();
  EXPECT_EQ(only_claim(samples).verdict, ClaimVerdict::kCannotTell);
}

TEST(ClaimOfAnAxis, FollowsTheNumbersWhateverOrderTheSpecHas) {
  OutcomeSamples samples = three_rates();
  samples.claim(Form::kIncreasing, "test_accuracy", "rates").along = {"optimizer.learning_rate"};
  samples.claim(Form::kDecreasing, "test_accuracy", "rates").along = {"optimizer.learning_rate"};
  const Outcome outcome = samples.outcome();
  EXPECT_EQ(outcome.claims[0].verdict, ClaimVerdict::kHolds);
  EXPECT_EQ(outcome.claims[0].text, "test_accuracy rises with learning_rate in rates");
  EXPECT_EQ(outcome.claims[1].verdict, ClaimVerdict::kContradicted);
}

TEST(ClaimOfAnAxis, IsOfTheNamedValuesInTheirOrder) {
  OutcomeSamples samples = three_rates();
  sweeps::Claim& claim = samples.claim(Form::kIncreasing, "test_accuracy", "rates");
  claim.along = {"optimizer.learning_rate"};
  claim.values = {"0.1", "0.01"};
  const ClaimOutcome outcome = only_claim(samples);
  EXPECT_EQ(outcome.verdict, ClaimVerdict::kContradicted);
  EXPECT_EQ(outcome.measured, "0.9010 (learning_rate 0.1), 0.8508 (learning_rate 0.01)");
}

/// Twenty epochs of training loss: falling by `slope`, with a wave that rises every second epoch.
OutcomeSamples with_curves(double slope) {
  OutcomeSamples samples;
  PartRecords& part = samples.part("", "hidden");
  samples.add(part, std::string("64"), kLow, [slope](Record& record, std::size_t r) {
    record.result.epochs.resize(20);
    for (std::size_t e = 0; e < 20; ++e) {
      const double noise = 0.001 * double((e * 7 + r * 3) % 5);
      const double wave = e % 2 == 0 ? 0.03 : 0;
      record.result.epochs[e].train_loss = 2 - slope * double(e) + wave + noise;
    }
  });
  return samples;
}

TEST(ClaimAlongEpochs, IsOfTenStretchesOfTheCurve) {
  OutcomeSamples falling = with_curves(0.02);
  falling.claim(Form::kDecreasing, "train_loss", "").along = {"epoch"};
  EXPECT_EQ(only_claim(falling).verdict, ClaimVerdict::kHolds);
  EXPECT_THAT(only_claim(falling).measured, HasSubstr("over 10 stretches"));
  OutcomeSamples rising = with_curves(-0.02);
  rising.claim(Form::kDecreasing, "train_loss", "").along = {"epoch"};
  EXPECT_EQ(only_claim(rising).verdict, ClaimVerdict::kContradicted);
  OutcomeSamples flat = with_curves(0);
  flat.claim(Form::kDecreasing, "train_loss", "").along = {"epoch"};
  EXPECT_EQ(only_claim(flat).verdict, ClaimVerdict::kCannotTell);
}

TEST(ClaimOfEpochs, MustHoldAtEachOfThemAsTheReportCounts) {
  // Losses by epoch from 0: about 2 - 0.02 e.
  OutcomeSamples samples = with_curves(0.02);
  samples.expectation("").curves.emplace_back().from_epoch = 0;
  sweeps::Claim& claim = samples.claim(Form::kBetween, "train_loss", "");
  claim.first_epoch = 0;
  claim.last_epoch = 1;
  claim.low = 1.975;
  claim.high = 2.04;
  const ClaimOutcome outcome = only_claim(samples);
  EXPECT_EQ(outcome.verdict, ClaimVerdict::kHolds);
  EXPECT_EQ(outcome.text, "train_loss is between 1.975 and 2.04 at each of epochs 0 to 1");
  samples.report.claims[0].last_epoch = 3;  // 1.94
  EXPECT_EQ(only_claim(samples).verdict, ClaimVerdict::kContradicted);
}

ClaimVerdict bound(Form form, double low, double high) {
  OutcomeSamples samples;
  PartRecords& part = samples.part("", "hidden");
  samples.add(part, std::string("64"), kMiddle);
  sweeps::Claim& claim = samples.claim(form, "test_accuracy", "");
  claim.low = low;
  claim.high = high;
  return only_claim(samples).verdict;
}

TEST(ClaimOfSize, IsOfTheMeanOverRepeats) {
  EXPECT_EQ(bound(Form::kAtLeast, 0.84, 0), ClaimVerdict::kHolds);
  EXPECT_EQ(bound(Form::kAtLeast, 0.86, 0), ClaimVerdict::kContradicted);
  EXPECT_EQ(bound(Form::kAtLeast, 0.8505, 0), ClaimVerdict::kCannotTell);
  EXPECT_EQ(bound(Form::kAtMost, 0, 0.86), ClaimVerdict::kHolds);
  EXPECT_EQ(bound(Form::kBetween, 0.84, 0.86), ClaimVerdict::kHolds);
  EXPECT_EQ(bound(Form::kBetween, 0.86, 0.88), ClaimVerdict::kContradicted);
}

TEST(ClaimOfSize, InSomeRunNeedsOneRunOfAnyConfiguration) {
  OutcomeSamples samples = three_rates();
  sweeps::Claim& claim = samples.claim(Form::kAtLeast, "test_accuracy", "rates");
  claim.low = 0.903;
  claim.share = "> 0";
  EXPECT_EQ(only_claim(samples).verdict, ClaimVerdict::kHolds);
  EXPECT_EQ(only_claim(samples).measured, "in 1 of 15 runs");
  EXPECT_EQ(only_claim(samples).text, "test_accuracy in rates is at least 0.903 in some run");
  samples.report.claims[0].low = 0.904;
  EXPECT_EQ(only_claim(samples).verdict, ClaimVerdict::kCannotTell) << "15 runs are too few";
}

TEST(ClaimOfADifference, IsOfAnyConfigurationFromAnyOther) {
  OutcomeSamples samples = three_rates();
  samples.claim(Form::kDiffers, "test_accuracy", "rates").along = {"optimizer.learning_rate"};
  EXPECT_EQ(only_claim(samples).verdict, ClaimVerdict::kHolds);
  OutcomeSamples alike;
  PartRecords& part = alike.part("", "hidden");
  alike.add(part, std::string("64"), kMiddle);
  alike.add(part, std::string("128"), kLikeMiddle);
  alike.claim(Form::kDiffers, "test_accuracy", "");
  EXPECT_EQ(only_claim(alike).verdict, ClaimVerdict::kCannotTell);
}

TEST(Claim, OfEpochsThatAreNeverReachedGoesByTheSignTest) {
  OutcomeSamples samples;
  samples.report.derived = {};
  PartRecords& part = samples.part("", "hidden");
  const auto plateau = [](bool ends) {
    return [ends](Record& record, std::size_t) {
      for (engine::Figures& epoch : record.result.epochs) {
        epoch.validation_loss = 1;
        epoch.only_class = 0;
      }
      record.result.epochs.back().only_class = ends ? engine::kSeveralClasses : std::int16_t{0};
    };
  };
  samples.add(part, std::string("64"), std::vector<double>(7, 0.8), plateau(true));
  samples.add(part, std::string("128"), std::vector<double>(7, 0.8), plateau(false));
  sweeps::Claim& claim = samples.claim(Form::kLess, "plateau_until", "");
  claim.where = {{"hidden", {"64"}}};
  claim.than = {{"hidden", {"128"}}};
  const ClaimOutcome outcome = only_claim(samples);
  EXPECT_EQ(outcome.verdict, ClaimVerdict::kHolds);  // 7 of 7 pairs: p = 1/128
  EXPECT_EQ(outcome.measured, "2.0 (hidden 64), never (hidden 128)");
}

TEST(Claim, WithoutRecordsIsNotRun) {
  OutcomeSamples samples;
  PartRecords& part = samples.part("rates", "optimizer.learning_rate");
  samples.add(part, 0.1, {});
  samples.claim(Form::kAtLeast, "test_accuracy", "rates").low = 0.5;
  const Outcome outcome = samples.outcome();
  EXPECT_FALSE(outcome.claims.at(0).run);
  EXPECT_EQ(outcome.claims[0].note, "not run");
  EXPECT_EQ(counts_of(outcome).not_run, 1U);
  EXPECT_FALSE(outcome.fails_strictly);
}

TEST(Claim, IsNotSettledByTheConfigurationsThatHaveRunButCanBeContradictedByThem) {
  OutcomeSamples samples = three_rates();
  samples.input.parts[0].configurations[2].records.clear();
  sweeps::Claim& claim = samples.claim(Form::kAtLeast, "test_accuracy", "rates");
  claim.low = 0.5;
  EXPECT_EQ(only_claim(samples).verdict, ClaimVerdict::kCannotTell);
  EXPECT_EQ(only_claim(samples).note, "not all configurations have run");
  samples.report.claims[0].low = 0.95;
  EXPECT_EQ(only_claim(samples).verdict, ClaimVerdict::kContradicted);
}

TEST(Claim, TellsOfDivergedTrialsThatWereLeftOut) {
  OutcomeSamples samples;
  PartRecords& part = samples.part("", "hidden");
  samples.add(part, std::string("64"), kMiddle, [](Record& record, std::size_t r) {
    if (r == 4) {
      record.result = {};
      record.result.state = engine::State::kDiverged;
    }
  });
  samples.claim(Form::kAtLeast, "test_accuracy", "").low = 0.8;
  EXPECT_EQ(only_claim(samples).note, "1 diverged or failed trial left out");
}

TEST(Claim, TellsOfRepeatsWithoutAllFoldsThatWereLeftOut) {
  OutcomeSamples samples;
  PartRecords& part = samples.part("", "hidden");
  samples.add(part, std::string("64"), kMiddle,
              [](Record& record, std::size_t r) { record.folds = r == 0 ? 2 : 1; });
  samples.claim(Form::kAtLeast, "test_accuracy", "").low = 0.8;
  EXPECT_EQ(only_claim(samples).note, "1 repeat without all folds left out");
}

/// Two classes: all of "0" are found, of "5" 8 or 9 in 10.
OutcomeSamples two_classes() {
  OutcomeSamples samples;
  PartRecords& part = samples.part("report", "hidden");
  part.class_names = {"0", "5"};
  samples.add(part, std::string("128"), std::vector<double>(6, 0.9),
              [](Record& record, std::size_t r) {
                const auto found = static_cast<std::int64_t>(8 + r % 2);
                record.result.classes = 2;
                record.result.confusion = {10, 0, 10 - found, found};
              });
  return samples;
}

TEST(ClaimOfClasses, MustHoldOfEachUnlessItNamesOne) {
  OutcomeSamples samples = two_classes();
  samples.claim(Form::kAtLeast, "recall", "report").low = 0.95;
  const ClaimOutcome every = only_claim(samples);
  EXPECT_EQ(every.verdict, ClaimVerdict::kContradicted);
  EXPECT_EQ(every.text, "recall of each class in report is at least 0.95");
  EXPECT_EQ(every.measured, "1.0000 (class 0 hidden 128), 0.8500 (class 5 hidden 128)");
  samples.report.claims[0].classes = {"0"};
  const ClaimOutcome one = only_claim(samples);
  EXPECT_EQ(one.verdict, ClaimVerdict::kHolds);
  EXPECT_EQ(one.text, "recall of 0 in report is at least 0.95");
}

TEST(ClaimOfClasses, ComparesThemBetweenConfigurations) {
  OutcomeSamples samples = two_classes();
  samples.add(samples.input.parts[0], std::string("64"), std::vector<double>(6, 0.9),
              [](Record& record, std::size_t r) {
                record.result.classes = 2;
                record.result.confusion = {10, 0, static_cast<std::int64_t>(5 + r % 3), 5};
              });
  sweeps::Claim& claim = samples.claim(Form::kGreater, "recall", "report");
  claim.classes = {"5"};
  claim.where = {{"hidden", {"128"}}};
  claim.than = {{"hidden", {"64"}}};
  EXPECT_EQ(only_claim(samples).verdict, ClaimVerdict::kHolds);
}

/// Of each of two nets the plateau ends at epoch 2 and the losses part at epoch `parts`.
OutcomeSamples two_epochs_apart(int parts) {
  OutcomeSamples samples;
  samples.report.derived = {{.name = "parting",
                             .metric = "validation_loss",
                             .distance = 0.1,
                             .stays = sweeps::DerivedFigure::Stays::kBeyond,
                             .of = "train_loss"}};
  PartRecords& part = samples.part("hidden_0", "hidden");
  for (const char* hidden : {"64", "128"}) {
    samples.add(part, std::string(hidden), std::vector<double>(7, 0.8),
                [parts](Record& record, std::size_t) {
                  record.result.epochs.resize(4);
                  for (int epoch = 1; epoch <= 4; ++epoch) {
                    engine::Figures& figures = record.result.epochs[std::size_t(epoch - 1)];
                    figures.validation_loss = 1;
                    figures.train_loss = epoch < parts ? 1 : 0.5;
                    figures.only_class = epoch < 2 ? std::int16_t{0} : engine::kSeveralClasses;
                  }
                });
  }
  sweeps::Claim& claim = samples.claim(Form::kLess, "plateau_until", "hidden_0");
  claim.than_metric = "parting";
  return samples;
}

TEST(ClaimOfTwoFigures, ComparesThemWithinEachConfiguration) {
  const ClaimOutcome holds = only_claim(two_epochs_apart(4));
  EXPECT_EQ(holds.verdict, ClaimVerdict::kHolds);  // 7 of 7 pairs in both: p = 1/128
  EXPECT_EQ(holds.text, "plateau_until is lower than parting in hidden_0");
  EXPECT_EQ(holds.measured,
            "2.0 (hidden 64), 2.0 (hidden 128), 4.0 (parting hidden 64), 4.0 (parting hidden 128)");
  EXPECT_DOUBLE_EQ(holds.test.p, 1.0 / 128);
  EXPECT_EQ(only_claim(two_epochs_apart(1)).verdict, ClaimVerdict::kContradicted);
  EXPECT_EQ(only_claim(two_epochs_apart(2)).verdict, ClaimVerdict::kCannotTell);
}

TEST(ClaimOfTwoFigures, ComparesEveryConfigurationWithEveryOneOfAnotherSide) {
  OutcomeSamples samples = two_epochs_apart(4);
  samples.report.claims[0].where = {{"hidden", {"64"}}};
  samples.report.claims[0].than = {{"hidden", {"128"}}};
  const ClaimOutcome outcome = only_claim(samples);
  EXPECT_EQ(outcome.text,
            "plateau_until is lower in hidden_0 (hidden 64) than parting in hidden 128");
  EXPECT_EQ(outcome.measured, "2.0 (hidden 64), 4.0 (parting hidden 128)");
}

}  // namespace
}  // namespace mlpsweep::results
