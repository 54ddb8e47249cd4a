#include "results/show.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/errors.h"

#include "table_samples.h"

namespace mlpsweep::results {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Record one_trial() {
  Record record = make_record({});
  record.fingerprint = {0x0123456789abcdefU, 0x0f1e2d3c4b5a6978U};
  record.result.classes = 2;
  record.result.confusion = {480, 20, 130, 370};
  record.provenance = {.started = "2026-11-21T10:00:00Z",
                       .host = "node7",
                       .processor = "A processor",
                       .isa = "avx2",
                       .program = "mlpsweep 0.1.0",
                       .rank = 1,
                       .ranks = 2,
                       .threads = 4,
                       .attempt = 1};
  return record;
}

// All but the digest, which record_test.cpp pins.
TEST(ShowTrial, TellsEverythingOfATrial) {
  const std::string text = show_trial(grid_info(), one_trial());
  EXPECT_EQ(text.substr(0, text.find("  digest")), R"(01234567 of kmnist
fingerprint 0123456789abcdef0f1e2d3c4b5a6978
repeat 0, fold 0, seed 1
complete: all epochs

Settings, swept
  activation               tanh
  optimizer.learning_rate  0.01 per step

Settings, the same in all trials
  hidden  64
  l2      0

Figures
  train_loss                0.4000
  train_accuracy            0.9000
  validation_loss           0.6000
  validation_accuracy       0.7000
  best_train_loss           0.5000
  best_train_accuracy       0.8000
  best_validation_loss      0.5000
  best_validation_accuracy  0.7500
  test_loss                 0.5000
  test_accuracy             0.8500
  epochs_run                2
  best_epoch                1
  train_seconds             1.5

Curve
  epoch  train_loss  train_accuracy  validation_loss  validation_accuracy
  -----  ----------  --------------  ---------------  -------------------  ----
      1      0.5000          0.8000           0.5000               0.7500  best
      2      0.4000          0.9000           0.6000               0.7000

Test images by true class (rows) and predicted class (columns)
  true    0    1   right
  ----  ---  ---  ------
     0  480   20  0.9600
     1  130  370  0.7400

Where it ran
  started           2026-11-21T10:00:00Z
  host              node7
  rank              1 in a run of 2, 4 threads
  attempt           1
  processor         A processor
  instruction set   avx2
  program           mlpsweep 0.1.0
  data checksum     00112233445566778899aabbccddeeff
  numerics version  1
)");
  EXPECT_THAT(text, HasSubstr("  digest            " + digest_of(one_trial()).hex() + "\n"));
}

TEST(ShowTrial, ShortensALongCurveButKeepsFirstBestAndLast) {
  Record record = one_trial();
  record.result.epochs.assign(203, record.result.epochs[0]);
  record.result.best_epoch = 77;
  const std::string text = show_trial(grid_info(), record);
  EXPECT_THAT(text, HasSubstr("Curve, one epoch in 10 of 203 (results.h5 has all)"));
  for (const char* epoch : {"\n      1  ", "\n     10  ", "\n     77  ", "\n    203  "}) {
    EXPECT_THAT(text, HasSubstr(epoch));
  }
  EXPECT_THAT(text, Not(HasSubstr("\n     11  ")));
}

TEST(ShowTrial, TellsTheMonitoredPartAndEpochsWithOnePredictedClass) {
  Record record = one_trial();
  record.result.epochs[0].monitor_loss = 0.25;
  record.result.epochs[0].monitor_accuracy = 0.5;
  record.result.epochs[0].only_class = 7;
  const std::string text = show_trial(grid_info(), record);
  EXPECT_THAT(text, HasSubstr("validation_accuracy  monitor_loss  monitor_accuracy"));
  EXPECT_THAT(text, HasSubstr("0.2500            0.5000  best, all class 7\n"));
}

TEST(ShowTrial, OfADivergedTrialLeavesOutWhatItDoesNotHave) {
  const std::string text =
      show_trial(grid_info(), make_unfinished({}, engine::State::kDiverged, "train_loss is nan"));
  EXPECT_THAT(text, HasSubstr("diverged: train_loss is nan\n"));
  EXPECT_THAT(text, Not(HasSubstr("Curve")));
  EXPECT_THAT(text, Not(HasSubstr("test_accuracy")));
  EXPECT_THAT(text, Not(HasSubstr("true class")));
}

const std::vector<sweeps::Fingerprint> kTrials = {
    {0x1234567800000000U, 0}, {0x12345678a0000000U, 0}, {0x9abcdef000000000U, 0}};

TEST(FindTrial, TakesAnyPrefixThatMeansOneTrialInEitherCase) {
  EXPECT_EQ(find_trial(kTrials, "9"), 2U);
  EXPECT_EQ(find_trial(kTrials, "9ABC"), 2U);
  EXPECT_EQ(find_trial(kTrials, "12345678a"), 1U);
  EXPECT_EQ(find_trial(kTrials, kTrials[0].hex()), 0U);
}

TEST(FindTrial, OffersNamesThatTellTheCandidatesApart) {
  EXPECT_EQ(message_of<InputError>([] { (void)find_trial(kTrials, "1234"); }),
            "'1234' begins the names of 2 trials: 123456780, 12345678a");
}

TEST(FindTrial, OffersTheNearestOfAMistypedName) {
  EXPECT_EQ(message_of<InputError>([] { (void)find_trial(kTrials, "9abcdff0"); }),
            "no trial's name begins with '9abcdff0' (of 3 trials; the names stand in the first "
            "column of `mlpsweep list`)\n  nearest: 9abcdef0");
}

// Three edits turn any word of three letters into any other: no guess then.
TEST(FindTrial, DoesNotGuessFromAFewLetters) {
  EXPECT_THAT(message_of<InputError>([] { (void)find_trial(kTrials, "777"); }),
              Not(HasSubstr("nearest")));
}

TEST(FindTrial, RefusesWhatIsNoFingerprint) {
  EXPECT_EQ(message_of<InputError>([] { (void)find_trial(kTrials, "trial-7"); }),
            "a trial's name is 1 to 32 hexadecimal letters (0-9, a-f), got 'trial-7'");
  EXPECT_THAT(message_of<InputError>([] { (void)find_trial(kTrials, ""); }), HasSubstr("got ''"));
}

}  // namespace
}  // namespace mlpsweep::results
