#include "runner/merge_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/errors.h"
#include "results/journal.h"
#include "results/record.h"
#include "results/sweep_folder.h"
#include "runner/exit_codes.h"
#include "runner/plan_trials.h"
#include "runner/sweep_data.h"
#include "sweeps/keys.h"

#include "small_sweep.h"

namespace mlpsweep::runner {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// Directories of one sweep of four trials, with records of some of them.
class Merge : public testing::Test {
 protected:
  [[nodiscard]] std::string path(const std::string& name) const {
    return (small_.folder() / name).string();
  }

  /// A journal in that directory: trials with their validation losses.
  void record(const std::string& name, const std::vector<std::pair<std::uint64_t, double>>& trials,
              const std::string& started = "2026-01-01T00:00:00Z",
              const std::vector<std::string>& overrides = {},
              results::FrameType type = results::FrameType::kRecord) {
    const sweeps::Sweep sweep = small_.read(overrides);
    const Planned planned = propose(sweep, data_sources(sweep, data_), {});
    const auto folder = results::SweepFolder::create(path(name));
    results::JournalWriter writer(folder.journal(folder.next_attempt(), 0));
    results::RunHeader header;
    header.file = "small.yaml";
    header.text = sweep.text;
    header.overrides = overrides;
    header.data = planned.sources;
    header.shard = {2, 7};
    header.started = started;
    writer.append(results::FrameType::kHeader, {}, results::encode(header));
    for (const auto& [trial, loss] : trials) {
      const engine::TrainSpec spec = planned.sweep.trial(trial);
      results::Record record;
      record.fingerprint = planned.fingerprints[trial];
      record.settings = sweeps::settings_of(spec);
      record.repeat = spec.repeat;
      record.data_checksum = planned.sources.front().checksum;
      record.result.last.validation_loss = loss;
      writer.append(type, record.fingerprint, results::encode(record));
    }
  }

  [[nodiscard]] results::JournalIndex journals(const std::string& name) const {
    return results::read_journals(results::SweepFolder::open(path(name)).journals());
  }

  std::string refusal(const MergeOptions& options) {
    try {
      merge(options);
    } catch (const InputError& error) {
      return error.what();
    }
    return "";
  }

  SmallSweep small_;
  engine::DatasetCache data_;
};

TEST_F(Merge, JoinsThePartsInADirectoryAndTakesTheirPlace) {
  record("sweep/shard-1", {{0, 0.5}, {2, 0.25}});
  record("sweep/shard-10", {{1, 0.75}});
  EXPECT_EQ(merge({path("sweep"), {}}), kExitDone);
  const auto joined = journals("sweep");
  EXPECT_EQ(joined.records.size(), 3U);
  EXPECT_EQ(results::decode_header(joined.headers.back()).shard, results::Shard());
  EXPECT_TRUE(fs::exists(small_.folder() / "sweep" / "results.h5"));
  EXPECT_TRUE(fs::exists(small_.folder() / "sweep" / "sweep.yaml"));
}

TEST_F(Merge, OnceMoreJoinsOnlyWhatIsNew) {
  record("sweep/shard-1", {{0, 0.5}});
  merge({path("sweep"), {}});
  EXPECT_EQ(merge({path("sweep"), {}}), kExitDone);
  EXPECT_EQ(journals("sweep").files.size(), 1U);
  record("sweep/shard-1", {{1, 0.5}});
  merge({path("sweep"), {}});
  EXPECT_EQ(journals("sweep").files.size(), 2U);
  EXPECT_EQ(journals("sweep").records.size(), 2U);
  EXPECT_EQ(journals("sweep").repeated, 0U);
}

TEST_F(Merge, KeepsTheBytesOfARecord) {
  record("here", {{3, 0.1}});
  merge({path("there"), {path("here")}});
  const auto from = journals("here");
  const auto to = journals("there");
  const sweeps::Fingerprint trial = from.records.begin()->first;
  EXPECT_EQ(to.payload(trial), from.payload(trial));
}

TEST_F(Merge, AFailureGivesWayToARecordAndNeverTheOtherWay) {
  record("failed", {{0, 0.5}, {1, 0.5}}, "2026-01-01T00:00:00Z", {}, results::FrameType::kFailed);
  record("ended", {{0, 0.25}});
  merge({path("first"), {path("failed"), path("ended")}});
  merge({path("second"), {path("ended"), path("failed")}});
  for (const char* name : {"first", "second"}) {
    const auto joined = journals(name);
    std::size_t ended = 0;
    for (const auto& [trial, place] : joined.records) {
      ended += place.final ? 1 : 0;
    }
    EXPECT_EQ(joined.records.size(), 2U) << name;
    EXPECT_EQ(ended, 1U) << name;
    EXPECT_EQ(joined.repeated, 0U) << name;
  }
}

TEST_F(Merge, OfDifferentBitsKeepsBothAndTellsOfIt) {
  record("one", {{0, 0.5}});
  record("other", {{0, 0.25}, {1, 0.5}});
  const MergeOptions both{path("all"), {path("one"), path("other")}};
  EXPECT_EQ(merge(both), kExitMachine);
  EXPECT_EQ(journals("all").contradictions.size(), 1U);
  EXPECT_EQ(merge(both), kExitMachine);
  EXPECT_EQ(journals("all").files.size(), 1U) << "joined once more";
  const auto trial = journals("all").contradictions.front();
  EXPECT_EQ(journals("all").read(trial).result.last.validation_loss, 0.5);
}

TEST_F(Merge, TakesTheSpecOfTheNewestRun) {
  record("old", {{0, 0.5}}, "2026-01-01T00:00:00Z");
  record("new", {{0, 0.5}}, "2026-03-01T00:00:00Z", {"repeats=2"});
  record("between", {{0, 0.5}}, "2026-02-01T00:00:00Z");
  merge({path("all"), {path("old"), path("new"), path("between")}});
  EXPECT_EQ(results::decode_header(journals("all").headers.back()).overrides,
            std::vector<std::string>{"repeats=2"});
}

TEST_F(Merge, RefusesWhatIsNoSweepBeforeAnythingIsMade) {
  record("sweep", {{0, 0.5}});
  EXPECT_THAT(refusal({path("all"), {}}), HasSubstr("nothing to merge"));
  EXPECT_THAT(refusal({path("all"), {path("sweep"), path("absent")}}), HasSubstr("absent"));
  fs::create_directories(small_.folder() / "hollow" / "journal");
  EXPECT_THAT(refusal({path("all"), {path("hollow")}}), HasSubstr("no sweep was run here"));
  EXPECT_THAT(refusal({path("sweep"), {path("sweep")}}), HasSubstr("expected other directories"));
  EXPECT_FALSE(fs::exists(small_.folder() / "all"));
}

}  // namespace
}  // namespace mlpsweep::runner
