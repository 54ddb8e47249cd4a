#include "runner/worker.h"

#include <chrono>
#include <thread>

#include <gtest/gtest.h>

#include "engine/errors.h"
#include "results/journal.h"
#include "results/sweep_folder.h"
#include "runner/sweep_data.h"

#include "small_sweep.h"

namespace mlpsweep::runner {
namespace {

/// A worker on a local link, driven by the test in the coordinator's place.
class WorkerTest : public testing::Test {
 protected:
  WorkerTest() : root_(small_.folder() / "sweep") {
    (void)results::SweepFolder::create(root_);
    std::tie(coordinator_, worker_end_) = make_local_link();
  }

  Begin setup(const std::string& text) {
    const sweeps::Sweep sweep = sweeps::read_sweep("small.yaml", text);
    return {
        "small.yaml", text, {}, root_.string(), 1, 4, data_identities(data_sources(sweep, data_))};
  }

  /// Steps the worker until a message of that kind comes back.
  template <typename T>
  T await(Worker& worker) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (std::chrono::steady_clock::now() < deadline) {
      worker.step();
      while (const auto packet = coordinator_->receive()) {
        const Message message = decode_message(packet->bytes);
        if (const T* wanted = std::get_if<T>(&message)) {
          return *wanted;
        }
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    ADD_FAILURE() << "the message did not come within a minute";
    return {};
  }

  /// Steps the worker until it trains: its journal says so.
  void await_begun(Worker& worker) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (journals().begun.empty() && std::chrono::steady_clock::now() < deadline) {
      worker.step();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    ASSERT_EQ(journals().begun.size(), 1U);
  }

  [[nodiscard]] results::JournalIndex journals() const {
    return results::read_journals(results::SweepFolder::open(root_).journals());
  }

  void send(const Message& message) { coordinator_->send({0, encode(message)}); }

  SmallSweep small_;
  std::filesystem::path root_;
  std::unique_ptr<Link> coordinator_;
  std::unique_ptr<Link> worker_end_;
  engine::DatasetCache data_;
};

TEST_F(WorkerTest, TellsOfATrialOnlyWhenItsRecordIsInTheJournal) {
  Worker worker(*worker_end_, {0, 1, 2}, data_);
  send(setup(small_.text()));
  EXPECT_EQ(await<Ready>(worker).slots, 2);
  send(Assign{{2}});
  const Done done = await<Done>(worker);
  ASSERT_EQ(done.outcomes.size(), 1U);
  EXPECT_EQ(done.outcomes[0].trial, 2U);
  EXPECT_EQ(done.outcomes[0].state, engine::State::kComplete);

  const auto journals = results::read_journals(results::SweepFolder::open(root_).journals());
  ASSERT_EQ(journals.records.size(), 1U);
  EXPECT_EQ(journals.headers.size(), 1U);
  EXPECT_EQ(journals.begun.size(), 1U);
  const results::Record record = journals.read(journals.records.begin()->first);
  EXPECT_EQ(record.result.epochs.size(), 2U);
  EXPECT_EQ(done.outcomes[0].metric, record.result.last.validation_loss);
  EXPECT_EQ(record.provenance.attempt, 1);
}

TEST_F(WorkerTest, LeavesNoCheckpointOfATrialWhoseRecordIsDurable) {
  Worker worker(*worker_end_, {0, 1, 1, 0}, data_);
  send(setup(small_.text()));
  (void)await<Ready>(worker);
  send(Assign{{2}});
  EXPECT_EQ(await<Done>(worker).outcomes.size(), 1U);
  const auto checkpoints = results::SweepFolder::open(root_).checkpoints();
  ASSERT_TRUE(std::filesystem::is_directory(checkpoints)) << "there was one after the first epoch";
  EXPECT_TRUE(std::filesystem::is_empty(checkpoints));
}

TEST_F(WorkerTest, RecordsTheFailureOfATrialWhoseRanksDied) {
  Worker worker(*worker_end_, {0, 1, 1}, data_);
  send(setup(small_.text()));
  (void)await<Ready>(worker);
  send(Fail{3, "ranks died"});
  const Done done = await<Done>(worker);
  ASSERT_EQ(done.outcomes.size(), 1U);
  EXPECT_EQ(done.outcomes[0].trial, 3U);
  EXPECT_EQ(done.outcomes[0].state, engine::State::kFailed);

  const auto journals = results::read_journals(results::SweepFolder::open(root_).journals());
  ASSERT_EQ(journals.records.size(), 1U);
  const auto& fingerprint = journals.records.begin()->first;
  EXPECT_FALSE(journals.ended(fingerprint)) << "the next run tries it again";
  EXPECT_EQ(journals.read(fingerprint).result.reason, "ranks died");
  EXPECT_TRUE(journals.begun.empty());
}

TEST_F(WorkerTest, TakesASignOfLifeForNothingElse) {
  Worker worker(*worker_end_, {0, 1, 1}, data_);
  coordinator_->send({0, ""});
  send(setup(small_.text()));
  EXPECT_EQ(await<Ready>(worker).slots, 1);
}

TEST_F(WorkerTest, GivesBackWhatAStopCutsShortAndKeepsNothingOfIt) {
  Worker worker(*worker_end_, {0, 1, 1}, data_);
  send(setup(small_.text("{epochs: [1000000], hidden: [3, 7]}")));
  (void)await<Ready>(worker);
  send(Assign{{0, 1}});
  await_begun(worker);
  send(Stop{});
  std::vector<std::uint64_t> returned;
  while (returned.size() < 2 && !HasFailure()) {
    const Returned some = await<Returned>(worker);
    returned.insert(returned.end(), some.trials.begin(), some.trials.end());
  }
  EXPECT_TRUE(journals().records.empty());
  EXPECT_EQ(journals().begun.size(), 1U);
}

TEST_F(WorkerTest, SaysInTheJournalThatAStopAndNoDeathEndedATrial) {
  {
    Worker worker(*worker_end_, {0, 1, 1}, data_);
    send(setup(small_.text("{epochs: [1000000]}")));
    (void)await<Ready>(worker);
    send(Assign{{0}});
    await_begun(worker);
    EXPECT_EQ(journals().unended.size(), 1U);
    send(Stop{});
    (void)await<Returned>(worker);
  }
  EXPECT_EQ(journals().begun.size(), 1U);
  EXPECT_TRUE(journals().unended.empty());
}

TEST_F(WorkerTest, SaysWhyItsMachineCannotTakePart) {
  Worker worker(*worker_end_, {0, 1, 1}, data_);
  Begin nowhere = setup(small_.text());
  nowhere.folder = (small_.folder() / "nowhere").string();
  send(nowhere);
  EXPECT_NE(await<Broken>(worker).what.find("nowhere"), std::string::npos);
}

TEST_F(WorkerTest, TakesNoPartWithOtherDataThanRankZero) {
  Worker worker(*worker_end_, {1, 2, 1}, data_);
  Begin other = setup(small_.text());
  other.data.back()[0] = other.data.back()[0] == '0' ? '1' : '0';
  send(other);
  EXPECT_NE(await<Broken>(worker).what.find("other data than rank 0"), std::string::npos);
  EXPECT_TRUE(results::read_journals(results::SweepFolder::open(root_).journals()).files.empty());
}

// 64 MiB is what a journal frame takes; two copies of 3,000 x 3,000 weights are more.
TEST_F(WorkerTest, ARecordThatIsTooLargeIsAFailedTrialAndNoFailedMachine) {
  Worker worker(*worker_end_, {0, 1, 1}, data_);
  send(setup(small_.text("{hidden: [3000x3000], keep_weights: both, epochs: 1}")));
  (void)await<Ready>(worker);
  send(Assign{{0}});
  const Done done = await<Done>(worker);
  ASSERT_EQ(done.outcomes.size(), 1U);
  EXPECT_EQ(done.outcomes[0].state, engine::State::kFailed);
  const auto journals = results::read_journals(results::SweepFolder::open(root_).journals());
  EXPECT_NE(journals.read(journals.records.begin()->first).result.reason.find("keep_weights: none"),
            std::string::npos);
}

TEST_F(WorkerTest, AJournalOfTheSameRunIsNeverWrittenTwice) {
  Worker first(*worker_end_, {0, 1, 1}, data_);
  send(setup(small_.text()));
  (void)await<Ready>(first);
  Worker second(*worker_end_, {0, 1, 1}, data_);
  send(setup(small_.text()));
  EXPECT_NE(await<Broken>(second).what.find("run-0001-rank-0000"), std::string::npos);
}

TEST_F(WorkerTest, EndsOnQuit) {
  Worker worker(*worker_end_, {0, 1, 1}, data_);
  send(Quit{});
  worker.step();
  EXPECT_TRUE(worker.quit());
}

TEST_F(WorkerTest, LeavesWhatComesBehindAQuitToTheWorkerOfTheNextRun) {
  send(Quit{});
  send(setup(small_.text()));
  Worker first(*worker_end_, {0, 1, 1}, data_);
  first.step();
  EXPECT_TRUE(first.quit());
  EXPECT_FALSE(coordinator_->receive());
  Worker second(*worker_end_, {0, 1, 1}, data_);
  EXPECT_EQ(await<Ready>(second).slots, 1);
}

TEST(UtcNow, IsIso8601InUtc) {
  const std::string now = utc_now();
  EXPECT_EQ(now.size(), 20U);
  EXPECT_EQ(now[10], 'T');
  EXPECT_EQ(now.back(), 'Z');
}

}  // namespace
}  // namespace mlpsweep::runner
