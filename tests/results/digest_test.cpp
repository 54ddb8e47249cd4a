#include <functional>
#include <limits>

#include <gtest/gtest.h>

#include "results/record.h"

#include "sample_record.h"

namespace mlpsweep::results {
namespace {

/// The sample's digest after a change.
sweeps::Fingerprint digest_with(const std::function<void(Record&)>& change,
                                Record record = sample_record()) {
  change(record);
  return digest_of(record);
}

TEST(Digest, ChangesWithEachFieldThatATrialHasDecided) {
  const std::function<void(Record&)> changes[] = {
      [](Record& r) { ++r.fingerprint.low; },
      [](Record& r) { change_settings(r, [](auto& settings) { settings[0].key = "other"; }); },
      // the same number as another type
      [](Record& r) { change_settings(r, [](auto& settings) { settings[1].value = 128.0; }); },
      [](Record& r) { change_settings(r, [](auto& settings) { settings.pop_back(); }); },
      [](Record& r) { --r.seed; },
      [](Record& r) { ++r.repeat; },
      [](Record& r) { ++r.fold; },
      [](Record& r) { r.data_checksum[0] = '1'; },
      [](Record& r) { ++r.numerics_version; },
      [](Record& r) { r.result.state = engine::State::kComplete; },
      [](Record& r) { r.result.reason += '.'; },
      [](Record& r) { r.result.epochs[0].train_loss += 1e-16; },
      [](Record& r) { r.result.epochs[0].train_accuracy = 0; },
      [](Record& r) { r.result.epochs[1].validation_loss = 0.0; },  // was -0.0
      [](Record& r) { r.result.epochs[1].validation_accuracy = 0; },
      [](Record& r) { r.result.epochs.pop_back(); },
      [](Record& r) { ++r.result.best_epoch; },
      [](Record& r) { r.result.last.train_accuracy = 0; },
      [](Record& r) { r.result.best.train_accuracy = 0; },
      [](Record& r) { r.result.test_loss = 0; },
      [](Record& r) { r.result.test_accuracy = 0; },
      [](Record& r) { ++r.result.classes; },
      [](Record& r) { ++r.result.confusion[3]; },
      [](Record& r) { ++r.result.predictions[4]; },
      [](Record& r) { r.result.initial_weights[0].values[1] = 0.F; },  // was -0.0
      [](Record& r) { r.result.final_weights[0].name += '.'; },
      [](Record& r) { r.result.final_weights[1].columns = 5; },
  };
  const sweeps::Fingerprint sample = digest_of(sample_record());
  int number = 0;
  for (const auto& change : changes) {
    EXPECT_NE(digest_with(change), sample) << "change " << number;
    ++number;
  }
}

TEST(Digest, ChangesWithEachFieldThatCameLater) {
  const std::function<void(Record&)> changes[] = {
      [](Record& r) { r.result.epochs[0].monitor_loss += 1e-15; },
      [](Record& r) { r.result.epochs[1].monitor_loss = 0.0; },  // was -0.0 in one sample
      [](Record& r) { r.result.epochs[0].monitor_accuracy = 0; },
      [](Record& r) { r.result.epochs[1].only_class = 0; },
      [](Record& r) { r.result.last.only_class = 1; },
      [](Record& r) { r.result.best.monitor_loss = 3; },
      [](Record& r) { r.result.last_test_loss = 0; },
      [](Record& r) { r.result.last_test_accuracy = 0; },
      [](Record& r) { ++r.folds; },
      [](Record& r) { r.folds = 0; },
  };
  int number = 0;
  for (const auto& change : changes) {
    const Record sample = sample_with_later_fields();
    EXPECT_NE(digest_with(change, sample), digest_of(sample)) << "change " << number;
    ++number;
  }
  EXPECT_NE(digest_of(sample_with_later_fields()), digest_of(sample_record()));
}

TEST(Digest, IsTheSameWhereverAndHoweverLongTheTrialRan) {
  EXPECT_EQ(digest_with([](Record& r) {
              r.provenance = {};
              r.result.train_seconds = 99;
            }),
            digest_of(sample_record()));
}

TEST(Digest, TakesAllNaNsForOne) {
  EXPECT_EQ(digest_with([](Record& r) { r.result.epochs[1].train_loss = -engine::kNaN; }),
            digest_of(sample_record()));
}

TEST(Digest, OutlivesTheJournal) {
  for (const Record& record : {sample_record(), sample_with_later_fields()}) {
    EXPECT_EQ(digest_of(decode(encode(record))), digest_of(record));
  }
}

// If this fails, digests that people wrote down no longer hold: FORMAT.md has to say so.
TEST(Digest, OfTheSampleIsWhatItWasInTheFirstVersion) {
  EXPECT_EQ(digest_of(sample_record()).hex(), "7452d9c288e9465c5c9e09c83700e013");
  Digest digest;
  digest.add(sample_record(1));
  digest.add(sample_record(2));
  EXPECT_EQ(digest.hex(), "8f90edc1f0d993ed282471a84a8beea7");
}

TEST(Digest, OfManyRecordsDoesNotDependOnTheirOrder) {
  Digest forward;
  Digest backward;
  for (int number = 0; number < 10; ++number) {
    forward.add(sample_record(number));
    backward.add(sample_record(9 - number));
  }
  EXPECT_EQ(forward.records(), 10U);
  EXPECT_EQ(forward.hex(), backward.hex());
  backward.add(sample_record(10));
  EXPECT_NE(forward.hex(), backward.hex());
}

}  // namespace
}  // namespace mlpsweep::results
