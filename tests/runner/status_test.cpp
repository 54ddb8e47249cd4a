#include "runner/status.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/dataset.h"
#include "engine/errors.h"
#include "results/frame.h"
#include "runner/load_results.h"
#include "sweeps/read_sweep.h"

#include "small_sweep.h"

namespace mlpsweep::runner {
namespace {

using engine::State;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

/// A sweep whose journals are written frame by frame, so that it can be looked at in between.
class StatusOfASweep : public testing::Test {
 protected:
  /// The header of an attempt's journal, and the trials that it names.
  void begin(int attempt, const std::string& text) {
    journal_ = folder_.journal(attempt, 0);
    const sweeps::Sweep sweep = sweeps::read_sweep("small.yaml", text, {});
    results::DataSource source;
    source.key = engine::data_key(sweep.trial(0).data);
    source.checksum = "c";
    results::RunHeader header;
    header.text = text;
    header.data = {source};
    header.attempt = attempt;
    append(results::make_frame(results::FrameType::kHeader, {}, results::encode(header)));
    trials_ = propose(sweep, header.data, {}).fingerprints;
  }

  [[nodiscard]] std::string record(std::size_t trial, State state) const {
    results::Record record;
    record.fingerprint = trials_.at(trial);
    record.settings = {{"hidden", std::string("3")}};
    record.repeat = static_cast<int>(trial);
    record.result.state = state;
    record.result.reason = "out of memory";
    record.result.last.validation_loss = 1;
    return results::make_frame(
        state == State::kFailed ? results::FrameType::kFailed : results::FrameType::kRecord,
        record.fingerprint, results::encode(record));
  }

  void append(std::string_view bytes) const {
    std::ofstream(journal_, std::ios::binary | std::ios::app) << bytes;
  }

  void end(std::size_t trial, State state = State::kComplete) const {
    append(record(trial, state));
  }

  [[nodiscard]] std::string root() const { return folder_.root().string(); }

  /// What a look finds, and that it is the same as that of a reader which knows nothing yet.
  Standing look(StatusReader& reader) {
    testing::internal::CaptureStderr();
    last_ = reader.look();
    log_ = testing::internal::GetCapturedStderr();
    testing::internal::CaptureStderr();
    const SweepStatus fresh = read_status(root());
    EXPECT_EQ(log_.empty(), testing::internal::GetCapturedStderr().empty());
    EXPECT_EQ(last_.standing.done, fresh.standing.done);
    EXPECT_EQ(last_.standing.planned, fresh.standing.planned);
    EXPECT_EQ(last_.standing.diverged, fresh.standing.diverged);
    EXPECT_EQ(last_.standing.failed, fresh.standing.failed);
    EXPECT_EQ(last_.parts, fresh.parts);
    EXPECT_EQ(last_.failed, fresh.failed);
    EXPECT_EQ(last_.stuck, fresh.stuck);
    return last_.standing;
  }

  SmallSweep small_;
  results::SweepFolder folder_ = results::SweepFolder::create(small_.folder() / "sweep");
  std::filesystem::path journal_;
  std::vector<sweeps::Fingerprint> trials_;
  SweepStatus last_;
  std::string log_;
};

TEST_F(StatusOfASweep, FollowsWhatIsAppended) {
  begin(1, small_.text());
  StatusReader reader(root());
  EXPECT_EQ(look(reader).planned, 4U);
  end(0);
  EXPECT_EQ(look(reader).done, 1U);
  end(1, State::kDiverged);
  end(2, State::kFailed);
  EXPECT_EQ(look(reader).diverged, 1U);
  EXPECT_EQ(last_.standing.failed, 1U);
  EXPECT_THAT(last_.failed, ElementsAre(HasSubstr("hidden=3 repeat=2: out of memory")));
  end(2);
  EXPECT_EQ(look(reader).done, 3U);
  EXPECT_EQ(last_.standing.failed, 0U);
  EXPECT_THAT(last_.failed, SizeIs(0));
}

TEST_F(StatusOfASweep, AnUnfinishedRecordIsNeitherCountedNorDamage) {
  begin(1, small_.text());
  StatusReader reader(root());
  const std::string frame = record(0, State::kComplete);
  append(frame.substr(0, 100));
  EXPECT_EQ(look(reader).done, 0U);
  EXPECT_EQ(log_, "");
  append(frame.substr(100));
  EXPECT_EQ(look(reader).done, 1U);
}

TEST_F(StatusOfASweep, DamageIsToldWhileTrialsAreMissing) {
  begin(1, small_.text());
  append("damage");
  end(0);
  StatusReader reader(root());
  EXPECT_EQ(look(reader).done, 1U);
  EXPECT_THAT(log_, HasSubstr("its trials are missing here until the sweep is run again"));
  for (const std::size_t trial : {1, 2, 3}) {
    end(trial);
  }
  EXPECT_EQ(look(reader).done, 4U);
  EXPECT_EQ(log_, "");
}

TEST_F(StatusOfASweep, TheNextAttemptBringsItsPlan) {
  begin(1, small_.text());
  end(3);
  StatusReader reader(root());
  EXPECT_EQ(look(reader).planned, 4U);
  begin(2, small_.text("{optimizer.learning_rate: 0.1, hidden: [3, 5, 7]}"));
  end(1);
  EXPECT_EQ(look(reader).planned, 3U);
  EXPECT_EQ(last_.standing.done, 1U);  // the other one is not in the plan any more
}

TEST_F(StatusOfASweep, AWinnerBringsTheTrialsThatWaitForIt) {
  begin(1, small_.text("{}") +
               "experiments:\n"
               "  rates: {parameters: {optimizer.learning_rate: [0.1, 0.5]}}\n"
               "  widths: {from: {best_of: rates}, parameters: {hidden: [3, 7, 9]}}\n");
  end(0);
  StatusReader reader(root());
  EXPECT_EQ(look(reader).planned, 2U);
  EXPECT_THAT(last_.parts, ElementsAre("rates: 1/2 done", "widths: waits for the winner of rates"));
  end(1);
  EXPECT_EQ(look(reader).planned, 5U);
  EXPECT_THAT(last_.parts, ElementsAre("rates: 2/2 done", "widths: 0/3 done"));
  EXPECT_FALSE(last_.stuck);
}

TEST_F(StatusOfASweep, IsStuckWhereNothingIsLeftThatAWinnerCouldComeOf) {
  begin(1, small_.text("{}") +
               "experiments:\n"
               "  rates: {parameters: {optimizer.learning_rate: [0.1, 0.5]}}\n"
               "  widths: {from: {best_of: rates}, parameters: {hidden: [3, 7, 9]}}\n");
  StatusReader reader(root());
  EXPECT_FALSE((look(reader), last_.stuck));
  end(0, State::kDiverged);
  end(1, State::kDiverged);
  EXPECT_TRUE((look(reader), last_.stuck));
}

TEST_F(StatusOfASweep, AJournalThatWasCutOrReplacedIsCountedAnew) {
  begin(1, small_.text());
  const std::uint64_t header_bytes = std::filesystem::file_size(journal_);
  end(0);
  end(1);
  StatusReader reader(root());
  EXPECT_EQ(look(reader).done, 2U);
  std::filesystem::resize_file(journal_, header_bytes);
  EXPECT_EQ(look(reader).done, 0U);
  end(2);
  EXPECT_EQ(look(reader).done, 1U);
  std::filesystem::resize_file(journal_, header_bytes);
  end(1, State::kDiverged);
  end(0);
  EXPECT_EQ(look(reader).diverged, 1U);
}

TEST_F(StatusOfASweep, ALookThatAnErrorSpoiledIsMadeUpForByTheNext) {
  begin(1, small_.text());
  end(0);
  StatusReader reader(root());
  look(reader);
  const std::uint64_t good_bytes = std::filesystem::file_size(journal_);
  append(results::make_frame(results::FrameType::kRecord, trials_.at(1), "no record"));
  EXPECT_THROW((void)reader.look(), MachineError);
  EXPECT_THROW((void)reader.look(), MachineError);
  std::filesystem::resize_file(journal_, good_bytes);
  end(2);
  EXPECT_EQ(look(reader).done, 2U);
}

TEST_F(StatusOfASweep, OfManyFailedTrialsTheFirstOnesAreTold) {
  begin(1, small_.text("{hidden: [3, 7]}") + "repeats: 8\n");
  for (std::size_t trial = 16; trial-- > 4;) {
    end(trial, State::kFailed);
  }
  StatusReader reader(root());
  EXPECT_EQ(look(reader).failed, 12U);
  ASSERT_THAT(last_.failed, SizeIs(kMostFailedTold));
  EXPECT_THAT(last_.failed.front(), HasSubstr("repeat=4"));
}

TEST_F(StatusOfASweep, AFolderThatIsGoneIsRefused) {
  begin(1, small_.text());
  StatusReader reader(root());
  look(reader);
  std::filesystem::remove_all(folder_.root());
  try {
    (void)reader.look();
    FAIL() << "nothing was refused";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("no such folder"));
  }
}

}  // namespace
}  // namespace mlpsweep::runner
