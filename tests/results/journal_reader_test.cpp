#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/errors.h"
#include "results/frame.h"
#include "results/journal.h"

#include "sample_record.h"

namespace mlpsweep::results {
namespace {

using testing::ElementsAre;

void write(const std::filesystem::path& file, std::string_view bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

sweeps::Fingerprint trial(std::uint64_t number) {
  return {number, ~number};
}

std::string frame_of(const Record& record) {
  return make_frame(FrameType::kRecord, record.fingerprint, encode(record));
}

/// A small journal, frame by frame. Its payloads are no records: the index takes them as bytes.
const std::vector<std::string>& small_frames() {
  static const std::vector<std::string> frames = {
      make_frame(FrameType::kHeader, {}, "header"),
      make_frame(FrameType::kBegun, trial(1), ""),
      make_frame(FrameType::kRecord, trial(1), "first record"),
      make_frame(FrameType::kRecord, trial(2), "second record"),
      make_frame(FrameType::kBegun, trial(3), ""),
      make_frame(FrameType::kRecord, trial(3), "MLPJ third record"),
  };
  return frames;
}

std::string joined(const std::vector<std::string>& frames) {
  std::string bytes;
  for (const std::string& frame : frames) {
    bytes += frame;
  }
  return bytes;
}

/// The payloads of the records that an index of a file with these bytes has found.
std::map<std::uint64_t, std::string> records_in(const JournalIndex& index,
                                                const std::string& bytes) {
  std::map<std::uint64_t, std::string> records;
  for (const auto& [fingerprint, place] : index.records) {
    records[fingerprint.high] = bytes.substr(place.offset, place.bytes);
  }
  return records;
}

const std::map<std::uint64_t, std::string> kSmallRecords = {
    {1, "first record"}, {2, "second record"}, {3, "MLPJ third record"}};

TEST(JournalReader, FindsAllFramesOfAWholeJournal) {
  const ScratchFolder folder;
  const std::string bytes = joined(small_frames());
  write(folder / "a.mlj", bytes);
  const JournalIndex index = read_journals(folder.path());
  EXPECT_EQ(records_in(index, bytes), kSmallRecords);
  EXPECT_THAT(index.headers, ElementsAre("header"));
  EXPECT_THAT(index.begun, ElementsAre(std::pair(trial(1), 1), std::pair(trial(3), 1)));
  EXPECT_TRUE(index.faults.empty());
}

TEST(JournalReader, KnowsWhichStartsHaveNoEndAndFromWhichEpochTheyWere) {
  const ScratchFolder folder;
  write(folder / "a.mlj", make_frame(FrameType::kHeader, {}, "first") +
                              make_frame(FrameType::kBegun, trial(1), encode_epoch(0)) +
                              make_frame(FrameType::kBegun, trial(2), encode_epoch(0)) +
                              make_frame(FrameType::kBegun, trial(3), encode_epoch(0)) +
                              make_frame(FrameType::kFailed, trial(3), "") +
                              make_frame(FrameType::kGivenBack, trial(2), ""));
  write(folder / "b.mlj", make_frame(FrameType::kBegun, trial(1), encode_epoch(17)) +
                              make_frame(FrameType::kBegun, trial(2), encode_epoch(4)) +
                              make_frame(FrameType::kRecord, trial(2), "record"));
  write(folder / "c.mlj", make_frame(FrameType::kHeader, {}, "third") +
                              make_frame(FrameType::kBegun, trial(4), "no number"));
  const JournalIndex index = read_journals(folder.path());
  std::vector<std::tuple<std::uint64_t, std::uint32_t, int>> unended;
  for (const auto& [fingerprint, start] : index.unended) {
    unended.emplace_back(fingerprint.high, start.file, start.epoch);
  }
  EXPECT_THAT(unended, ElementsAre(std::tuple(1, 0, 0), std::tuple(1, 1, 17), std::tuple(4, 2, 0)));
  EXPECT_EQ(index.header_of, (std::map<std::uint32_t, std::size_t>{{0, 0}, {2, 1}}));
}

TEST(JournalReader, CutAtAnyByteKeepsEveryWholeFrameAndTellsTheTornTail) {
  const ScratchFolder folder;
  const std::string whole = joined(small_frames());
  for (std::size_t bytes = 0; bytes <= whole.size(); ++bytes) {
    write(folder / "a.mlj", whole.substr(0, bytes));
    std::size_t good = 0;  // bytes of whole frames
    std::size_t records = 0;
    for (const std::string& frame : small_frames()) {
      if (good + frame.size() > bytes) {
        break;
      }
      good += frame.size();
      records += parse_header(frame).type == FrameType::kRecord ? 1 : 0;
    }
    const JournalIndex index = read_journals(folder.path());
    EXPECT_EQ(index.records.size(), records) << bytes << " bytes";
    ASSERT_EQ(index.faults.size(), good < bytes ? 1U : 0U) << bytes << " bytes";
    if (good < bytes) {
      EXPECT_TRUE(index.faults[0].torn_tail) << bytes << " bytes";
      EXPECT_EQ(index.faults[0].offset, good);
      EXPECT_EQ(index.faults[0].bytes, bytes - good);
    }
  }
}

TEST(JournalReader, AnyBitThatFlipsCostsItsOwnFrameAndNoOther) {
  const ScratchFolder folder;
  const std::string whole = joined(small_frames());
  std::size_t frame_begins = 0;
  for (const std::string& frame : small_frames()) {
    const FrameHeader header = parse_header(frame);
    auto expected = kSmallRecords;
    if (header.type == FrameType::kRecord) {
      expected.erase(header.fingerprint.high);
    }
    for (std::size_t bit = 8 * frame_begins; bit < 8 * (frame_begins + frame.size()); ++bit) {
      std::string flipped = whole;
      flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
      write(folder / "a.mlj", flipped);
      const JournalIndex index = read_journals(folder.path());
      ASSERT_EQ(records_in(index, flipped), expected) << "bit " << bit;
      ASSERT_EQ(index.faults.size(), 1U) << "bit " << bit;
      ASSERT_EQ(index.faults[0].offset, frame_begins) << "bit " << bit;
      ASSERT_EQ(index.faults[0].bytes, frame.size()) << "bit " << bit;
    }
    frame_begins += frame.size();
  }
}

TEST(JournalReader, DamageInTheMiddleIsNoTornTail) {
  const ScratchFolder folder;
  std::vector<std::string> frames = small_frames();
  frames[2].back() = static_cast<char>(frames[2].back() ^ 1);
  write(folder / "a.mlj", joined(frames));
  const JournalIndex index = read_journals(folder.path());
  ASSERT_EQ(index.faults.size(), 1U);
  EXPECT_FALSE(index.faults[0].torn_tail);
  EXPECT_EQ(index.faults[0].file, (folder / "a.mlj").string());
  EXPECT_EQ(index.faults[0].what, "a frame of 44 bytes whose checksum is wrong");
}

TEST(JournalReader, ABlockOfZerosInTheMiddleCostsOnlyWhatItCovers) {
  const ScratchFolder folder;
  std::vector<std::string> frames = small_frames();
  std::fill(frames[2].begin(), frames[2].end(), '\0');
  write(folder / "a.mlj", joined(frames));
  const JournalIndex index = read_journals(folder.path());
  EXPECT_EQ(index.records.size(), 2U);
  ASSERT_EQ(index.faults.size(), 1U);
  EXPECT_FALSE(index.faults[0].torn_tail);
}

TEST(JournalReader, ZerosAtTheEndAreATornTail) {
  const ScratchFolder folder;
  write(folder / "a.mlj", joined(small_frames()) + std::string(4096, '\0'));
  const JournalIndex index = read_journals(folder.path());
  EXPECT_EQ(index.records.size(), 3U);
  ASSERT_EQ(index.faults.size(), 1U);
  EXPECT_TRUE(index.faults[0].torn_tail);
  EXPECT_EQ(index.faults[0].bytes, 4096U);
}

TEST(JournalReader, AForeignFileIsDamageAndNoRecord) {
  const ScratchFolder folder;
  write(folder / "a.mlj", "a letter to a friend");
  write(folder / "b.txt", joined(small_frames()));  // another name: not looked at
  const JournalIndex index = read_journals(folder.path());
  EXPECT_TRUE(index.records.empty());
  ASSERT_EQ(index.faults.size(), 1U);
  EXPECT_FALSE(index.faults[0].torn_tail);
  EXPECT_EQ(index.faults[0].what, "no frame begins here");
}

TEST(JournalReader, AJournalOfANewerVersionIsToldSo) {
  const ScratchFolder folder;
  std::string frame = small_frames()[2];
  frame[4] = 2;
  write(folder / "a.mlj", frame);
  const JournalIndex index = read_journals(folder.path());
  ASSERT_EQ(index.faults.size(), 1U);
  EXPECT_EQ(index.faults[0].what, "a frame of version 2, and this program reads version 1");
}

TEST(JournalReader, AWholeFrameOfAnotherVersionIsRefusedAndNoDamage) {
  const ScratchFolder folder;
  std::string frame = small_frames()[2];
  frame[4] = 2;
  frame.resize(frame.size() - kFrameChecksumBytes);
  const std::uint32_t sum = crc32c(frame);
  frame.append(reinterpret_cast<const char*>(&sum), sizeof sum);
  write(folder / "a.mlj", small_frames()[0] + frame);
  try {
    (void)read_journals(folder.path());
    FAIL() << "nothing was refused";
  } catch (const InputError& error) {
    EXPECT_EQ(error.what(),
              (folder / "a.mlj").string() +
                  fmt::format(": a journal of version 2 (at byte {}), and this mlpsweep reads "
                              "version 1: use the one that wrote it, or another folder (-o DIR)",
                              small_frames()[0].size()));
  }
}

TEST(JournalReader, AJournalThatIsNoPlainFileIsRefusedUnread) {
  const ScratchFolder folder;
  write(folder / "elsewhere", joined(small_frames()));
  std::filesystem::create_symlink("elsewhere", folder / "a.mlj");
  EXPECT_THROW((void)read_journals(folder.path()), InputError);
  std::filesystem::remove(folder / "a.mlj");
  std::filesystem::create_directory(folder / "a.mlj");
  EXPECT_THROW((void)read_journals(folder.path()), InputError);
}

TEST(JournalReader, FindsTheFrameBehindDamageOfManyMegabytes) {
  const ScratchFolder folder;
  const std::size_t part = std::size_t{1} << 20;
  for (const std::size_t damage : {part - 2, part + 1, 3 * part - 1}) {
    std::string bytes;
    while (bytes.size() < damage) {
      bytes += "MLPJ...";
    }
    bytes.resize(damage);
    write(folder / "a.mlj", bytes + small_frames()[2]);
    const JournalIndex index = read_journals(folder.path());
    EXPECT_EQ(index.records.size(), 1U) << damage;
    ASSERT_EQ(index.faults.size(), 1U) << damage;
    EXPECT_EQ(index.faults[0].bytes, damage);
  }
}

TEST(JournalReader, FindsAFrameWhoseMagicStraddlesTheEndOfAPart) {
  const ScratchFolder folder;
  const std::size_t part = std::size_t{1} << 16;  // what the reader looks through at once
  for (std::size_t damage = part - 4; damage < part + 4; ++damage) {
    write(folder / "a.mlj", std::string(damage, 'x') + small_frames()[2]);
    EXPECT_EQ(read_journals(folder.path()).records.size(), 1U) << damage;
  }
}

TEST(JournalReader, AFolderThatIsNotThereHoldsNothing) {
  const ScratchFolder folder;
  const JournalIndex index = read_journals(folder / "none");
  EXPECT_TRUE(index.files.empty());
  EXPECT_TRUE(index.faults.empty());
}

TEST(JournalReader, CountsEveryBeginning) {
  const ScratchFolder folder;
  write(folder / "a.mlj", small_frames()[1] + small_frames()[1]);
  write(folder / "b.mlj", small_frames()[1]);
  EXPECT_EQ(read_journals(folder.path()).begun.at(trial(1)), 3);
}

TEST(JournalReader, ReadsAttemptsInTheirOrderPastNineThousand) {
  const ScratchFolder folder;
  for (const std::string name :
       {"run-10000-rank-0000", "run-9999-rank-0000", "run-0002-rank-0001"}) {
    write(folder / (name + ".mlj"), make_frame(FrameType::kHeader, {}, name));
  }
  EXPECT_THAT(read_journals(folder.path()).headers,
              ElementsAre("run-0002-rank-0001", "run-9999-rank-0000", "run-10000-rank-0000"));
}

TEST(JournalReader, TheFirstOfTwoEqualRecordsHoldsAndNothingIsAmiss) {
  const ScratchFolder folder;
  Record again = sample_record();
  again.provenance.host = "another host";
  again.result.train_seconds = 99;
  write(folder / "a.mlj", frame_of(sample_record()));
  write(folder / "b.mlj", frame_of(again));
  const JournalIndex index = read_journals(folder.path());
  EXPECT_TRUE(index.contradictions.empty());
  EXPECT_EQ(index.read(again.fingerprint).provenance.host, "node7");
}

TEST(JournalReader, TwoRecordsOfOneTrialThatDifferAreAContradiction) {
  const ScratchFolder folder;
  Record other = sample_record();
  other.result.test_accuracy = 0.5;
  write(folder / "a.mlj", frame_of(sample_record()));
  write(folder / "b.mlj", frame_of(other) + frame_of(other));
  const JournalIndex index = read_journals(folder.path());
  EXPECT_THAT(index.contradictions, ElementsAre(other.fingerprint));  // told once
  EXPECT_EQ(index.read(other.fingerprint).result.test_accuracy, 2.0 / 3);
}

TEST(JournalReader, AFailedTrialIsShownUntilALaterRecordTakesItsPlace) {
  const ScratchFolder folder;
  Record failed = sample_record();
  failed.result.reason = "out of memory";
  const auto failure_of = [](const Record& record) {
    return make_frame(FrameType::kFailed, record.fingerprint, encode(record));
  };
  write(folder / "a.mlj", failure_of(failed));
  const JournalIndex first = read_journals(folder.path());
  EXPECT_FALSE(first.ended(failed.fingerprint));
  EXPECT_EQ(first.read(failed.fingerprint).result.reason, "out of memory");

  failed.result.reason = "out of memory again";
  write(folder / "b.mlj", failure_of(failed));
  EXPECT_EQ(read_journals(folder.path()).read(failed.fingerprint).result.reason,
            "out of memory again");

  write(folder / "c.mlj", frame_of(sample_record()) + failure_of(failed));
  const JournalIndex last = read_journals(folder.path());
  EXPECT_TRUE(last.ended(failed.fingerprint));
  EXPECT_EQ(last.read(failed.fingerprint).result.reason, sample_record().result.reason);
  EXPECT_TRUE(last.contradictions.empty());
  EXPECT_EQ(last.repeated, 0U);
}

TEST(JournalReader, CountsTrialsThatWereTrainedTwice) {
  const ScratchFolder folder;
  write(folder / "a.mlj", frame_of(sample_record()));
  write(folder / "b.mlj", frame_of(sample_record()) + frame_of(sample_record(1)));
  EXPECT_EQ(read_journals(folder.path()).repeated, 1U);
}

TEST(JournalReader, ARecordThatIsDamagedAfterItWasFoundIsNotBelieved) {
  const ScratchFolder folder;
  std::string frame = frame_of(sample_record());
  write(folder / "a.mlj", frame);
  const JournalIndex index = read_journals(folder.path());
  frame[100] = static_cast<char>(frame[100] ^ 1);
  write(folder / "a.mlj", frame);
  EXPECT_THROW((void)index.read(sample_record().fingerprint), MachineError);
  write(folder / "a.mlj", frame.substr(0, 100));
  EXPECT_THROW((void)index.read(sample_record().fingerprint), MachineError);
}

TEST(JournalReader, ARecordOfAnotherTrialThanItsFrameIsNotBelieved) {
  const ScratchFolder folder;
  write(folder / "a.mlj", make_frame(FrameType::kRecord, trial(1), encode(sample_record())));
  EXPECT_THROW((void)read_journals(folder.path()).read(trial(1)), MachineError);
}

// Found by fuzzing.
TEST(JournalReader, OfTwoFramesOfATrialTheOneThatHoldsARecordIsKeptAndTheOtherTold) {
  const ScratchFolder folder;
  const Record record = sample_record(1);
  const std::string good = frame_of(record);
  const std::string empty = make_frame(FrameType::kRecord, record.fingerprint, "");
  const auto read = [&](const std::vector<std::string>& frames) {
    write(folder / "a.mlj", joined(frames));
    return read_journals(folder.path());
  };
  const auto place = [](const JournalFault& fault) { return std::pair(fault.offset, fault.bytes); };
  for (const bool good_first : {true, false}) {
    const JournalIndex index = good_first ? read({good, empty}) : read({empty, good});
    EXPECT_EQ(encode(index.read(record.fingerprint)), encode(record));
    ASSERT_EQ(index.faults.size(), 1U);
    EXPECT_EQ(place(index.faults[0]), std::pair(good_first ? good.size() : 0, empty.size()));
  }
  const JournalIndex neither = read({empty, empty});
  ASSERT_EQ(neither.faults.size(), 1U);
  EXPECT_EQ(neither.faults[0].bytes, empty.size());
}

using News = JournalReader::News;

TEST(JournalReader, FollowsAJournalThatGrowsByteByByte) {
  const ScratchFolder folder;
  JournalReader reader(folder.path());
  EXPECT_EQ(reader.refresh(), News::kNone);
  std::ofstream out(folder / "a.mlj", std::ios::binary);
  EXPECT_EQ(reader.refresh(), News::kMore);
  std::size_t more = 0;
  for (const char byte : joined(small_frames())) {
    out.put(byte).flush();
    more += reader.refresh() == News::kMore ? 1 : 0;
  }
  EXPECT_EQ(more, small_frames().size());
  EXPECT_EQ(reader.index().records.size(), 3U);
  EXPECT_EQ(reader.index().begun.at(trial(1)), 1);  // nothing is counted twice
  EXPECT_THAT(reader.index().headers, ElementsAre("header"));
  EXPECT_TRUE(reader.index().faults.empty());  // the torn tails on the way are forgotten
}

TEST(JournalReader, ReadsOnlyWhatWasAppended) {
  const ScratchFolder folder;
  std::string bytes = small_frames()[0] + small_frames()[2];
  write(folder / "a.mlj", bytes);
  JournalReader reader(folder.path());
  reader.refresh();
  bytes[kFrameHeaderBytes] ^= 1;  // what is read again is damaged
  write(folder / "a.mlj", bytes + small_frames()[3]);
  write(folder / "b.mlj", make_frame(FrameType::kHeader, {}, "of the next attempt"));
  EXPECT_EQ(reader.refresh(), News::kMore);
  EXPECT_TRUE(reader.index().faults.empty());
  EXPECT_EQ(reader.index().records.size(), 2U);
  EXPECT_THAT(reader.index().headers, ElementsAre("header", "of the next attempt"));
}

TEST(JournalReader, AJournalThatIsSeenLaterAndComesFirstHolds) {
  const ScratchFolder folder;
  JournalReader reader(folder.path());
  Record earlier = sample_record();
  earlier.provenance.host = "earlier";
  write(folder / "b.mlj", make_frame(FrameType::kHeader, {}, "second") + frame_of(sample_record()));
  reader.refresh();
  write(folder / "a.mlj", make_frame(FrameType::kHeader, {}, "first") + frame_of(earlier));
  EXPECT_EQ(reader.refresh(), News::kOther);
  EXPECT_EQ(reader.index().read(earlier.fingerprint).provenance.host, "earlier");
  EXPECT_THAT(reader.index().headers, ElementsAre("first", "second"));
}

TEST(JournalReader, AJournalThatWasCutIsReadAgain) {
  const ScratchFolder folder;
  write(folder / "a.mlj", joined(small_frames()));
  JournalReader reader(folder.path());
  reader.refresh();
  write(folder / "a.mlj", small_frames()[0]);
  EXPECT_EQ(reader.refresh(), News::kOther);
  EXPECT_TRUE(reader.index().records.empty());
  EXPECT_TRUE(reader.index().begun.empty());
  EXPECT_THAT(reader.index().headers, ElementsAre("header"));
  EXPECT_TRUE(reader.index().faults.empty());
}

TEST(JournalReader, AJournalThatWasReplacedIsReadAgain) {
  const ScratchFolder folder;
  write(folder / "a.mlj", small_frames()[2]);
  JournalReader reader(folder.path());
  reader.refresh();
  const std::string other = small_frames()[0] + small_frames()[3];
  ASSERT_GT(other.size(), small_frames()[2].size());
  write(folder / "a.mlj", other);
  EXPECT_EQ(reader.refresh(), News::kOther);
  EXPECT_EQ(records_in(reader.index(), other),
            (std::map<std::uint64_t, std::string>{{2, "second record"}}));
  EXPECT_TRUE(reader.index().faults.empty());
}

TEST(JournalReader, AJournalThatIsGoneIsForgotten) {
  const ScratchFolder folder;
  write(folder / "a.mlj", small_frames()[2]);
  write(folder / "b.mlj", small_frames()[3]);
  JournalReader reader(folder.path());
  reader.refresh();
  std::filesystem::remove(folder / "a.mlj");
  EXPECT_EQ(reader.refresh(), News::kOther);
  EXPECT_THAT(reader.index().files, ElementsAre(folder / "b.mlj"));
  EXPECT_EQ(reader.index().records.size(), 1U);
  EXPECT_EQ(reader.refresh(), News::kNone);
}

TEST(JournalReader, DamageThatWasMendedIsForgotten) {
  const ScratchFolder folder;
  std::vector<std::string> frames = small_frames();
  frames[2].back() = static_cast<char>(frames[2].back() ^ 1);
  write(folder / "a.mlj", joined(frames));
  JournalReader reader(folder.path());
  reader.refresh();
  EXPECT_EQ(reader.index().faults.size(), 1U);
  write(folder / "a.mlj", joined(small_frames()));
  EXPECT_EQ(reader.refresh(), News::kOther);
  EXPECT_TRUE(reader.index().faults.empty());
  EXPECT_EQ(reader.index().records.size(), 3U);
}

TEST(JournalReader, TellsTheStateOfATrial) {
  const ScratchFolder folder;
  Record failed = sample_record(1);
  failed.result.state = engine::State::kFailed;
  write(folder / "a.mlj", frame_of(sample_record()) +
                              make_frame(FrameType::kFailed, failed.fingerprint, encode(failed)) +
                              make_frame(FrameType::kRecord, trial(1), encode(sample_record())) +
                              make_frame(FrameType::kRecord, trial(2), "no record"));
  for (const auto states : {JournalReader::States::kLeft, JournalReader::States::kKept}) {
    JournalReader reader(folder.path(), states);
    reader.refresh();
    const JournalIndex& index = reader.index();
    const bool kept = states == JournalReader::States::kKept;
    EXPECT_EQ(index.records.at(failed.fingerprint).state.has_value(), kept);
    EXPECT_EQ(index.state(sample_record().fingerprint), engine::State::kDiverged);
    EXPECT_EQ(index.state(failed.fingerprint), engine::State::kFailed);
    EXPECT_EQ(index.state(trial(3)), std::nullopt);
    EXPECT_THROW((void)index.state(trial(1)), MachineError);  // the record is another trial's
    EXPECT_THROW((void)index.state(trial(2)), MachineError);
  }
}

}  // namespace
}  // namespace mlpsweep::results
