#include "results/methods.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/errors.h"
#include "results/select.h"
#include "sweeps/keys.h"

#include "table_samples.h"

namespace mlpsweep::results {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// The sample grid with the settings and provenance of real records.
std::vector<Record> whole_records() {
  std::vector<Record> records = sample_grid();
  for (Record& record : records) {
    engine::TrainSpec spec;
    spec.data.set = "kmnist";
    spec.data.split.validation = 0.2;
    spec.data.scale.method = "zscore";
    spec.activation = std::get<std::string>(value_of(record, "activation"));
    spec.optimizer.learning_rate = std::get<double>(value_of(record, "optimizer.learning_rate"));
    spec.optimizer.momentum = 0.9;
    spec.shuffle = "none";
    record.settings = sweeps::settings_of(spec);
    record.provenance.processor = "a processor";
    record.provenance.isa = "avx2";
    record.provenance.program = "mlpsweep 0.1.0, oneDNN 2.6";
    record.provenance.ranks = 2;
  }
  return records;
}

std::string text(const std::vector<Record>& records, Markup markup = Markup::kText) {
  return methods_paragraph(grid_info(), records, markup);
}

TEST(Methods, SaysWhatTheRecordsHold) {
  const std::string found = text(whole_records());
  EXPECT_THAT(found, HasSubstr("trained on kmnist (XXH3-128 checksum of the data: "
                               "00112233445566778899aabbccddeeff)"));
  EXPECT_THAT(found, HasSubstr("validation part: 0.2; test part: own, 1000 images"));
  EXPECT_THAT(found, HasSubstr("scaled by zscore, per pixel, fitted on: training."));
  EXPECT_THAT(found, HasSubstr("activation: tanh or relu"));
  EXPECT_THAT(found, HasSubstr("sgd with learning rate 0.01 or 0.05 and momentum 0.9 (classical)"));
  EXPECT_THAT(found, HasSubstr("batch size 128; epochs: 10"));
  EXPECT_THAT(found, HasSubstr("4 configurations were trained in 3 repeats (seed 1), 12 trials in "
                               "all"));
  EXPECT_THAT(found, HasSubstr("chosen by the lowest mean best_validation_loss, never by test"));
  EXPECT_THAT(found, HasSubstr("Software: mlpsweep 0.1.0, oneDNN 2.6; hardware: a processor, "
                               "instruction set avx2, 2 ranks of 1 thread."));
}

TEST(Methods, NamesASettingThatNoSentenceHasAPlaceFor) {
  EXPECT_THAT(text(whole_records()), HasSubstr("; shuffle = none."));
}

TEST(Methods, SaysNothingOfWhatIsOff) {
  const std::string found = text(whole_records());
  EXPECT_THAT(found, Not(HasSubstr("early stopping")));
  EXPECT_THAT(found, Not(HasSubstr("penalty")));
  EXPECT_THAT(found, Not(HasSubstr("data.set =")));
}

TEST(Methods, OneRepeatMakesNoClaimOfSeeds) {
  std::vector<Record> records = whole_records();
  records.resize(4);
  EXPECT_THAT(text(records), HasSubstr("With one repeat, intervals of test accuracy are Wilson's"));
}

TEST(Methods, CountsRepeatsWithoutAllOfTheirFolds) {
  std::vector<Record> records = whole_records();
  records[0].folds = 2;
  EXPECT_THAT(text(records),
              HasSubstr("Left out of the means: 1 repeat without all of its folds."));
}

TEST(Methods, CountsTrialsThatDidNotEndWell) {
  std::vector<Record> records = whole_records();
  records[0].result = {};
  records[0].result.state = engine::State::kDiverged;
  EXPECT_THAT(text(records), HasSubstr("Left out of the means: 1 diverged."));
}

TEST(Methods, LatexIsEscaped) {
  const std::string found = text(whole_records(), Markup::kLatex);
  EXPECT_THAT(found, HasSubstr("best\\_validation\\_loss"));
  EXPECT_THAT(found, HasSubstr("95 \\% intervals"));
}

TEST(Methods, WithoutRecordsThereIsNothingToSay) {
  EXPECT_THROW((void)text({}), InputError);
}

}  // namespace
}  // namespace mlpsweep::results
