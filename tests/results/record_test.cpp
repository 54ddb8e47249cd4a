#include "results/record.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "engine/errors.h"

#include "sample_record.h"

namespace mlpsweep::results {
namespace {

using nlohmann::json;
using testing::HasSubstr;

std::string cbor(const json& value) {
  std::string bytes;
  json::to_cbor(value, bytes);
  return bytes;
}

/// The sample as another program would see it, to change a field of.
json sample_map() {
  return json::from_cbor(encode(sample_record()));
}

std::string complaint_about(const std::string& payload) {
  try {
    (void)decode(payload);
  } catch (const MachineError& error) {
    return error.what();
  }
  return "";
}

bool same_bits(double a, double b) {
  return std::memcmp(&a, &b, sizeof a) == 0;
}

TEST(Record, ComesBackAsItWas) {
  const Record written = sample_record();
  const Record read = decode(encode(written));
  EXPECT_EQ(read.fingerprint, written.fingerprint);
  EXPECT_EQ(read.settings, written.settings);
  EXPECT_EQ(read.seed, written.seed);
  EXPECT_EQ(read.repeat, written.repeat);
  EXPECT_EQ(read.fold, written.fold);
  EXPECT_EQ(decode(encode(sample_with_later_fields())).folds, 5);
  EXPECT_EQ(read.data_checksum, written.data_checksum);
  EXPECT_EQ(read.numerics_version, written.numerics_version);
  EXPECT_EQ(read.result.state, written.result.state);
  EXPECT_EQ(read.result.reason, written.result.reason);
  EXPECT_EQ(read.result.best_epoch, written.result.best_epoch);
  EXPECT_EQ(read.result.classes, written.result.classes);
  EXPECT_EQ(read.result.confusion, written.result.confusion);
  EXPECT_EQ(read.result.predictions, written.result.predictions);
  EXPECT_EQ(read.result.train_seconds, written.result.train_seconds);
}

TEST(Record, KeepsEveryBitOfItsFigures) {
  const engine::TrialResult written = sample_record().result;
  const engine::TrialResult read = decode(encode(sample_record())).result;
  ASSERT_EQ(read.epochs.size(), 2U);
  EXPECT_TRUE(same_bits(read.epochs[0].validation_loss, 0.30000000000000004));
  EXPECT_TRUE(std::isnan(read.epochs[1].train_loss));
  EXPECT_TRUE(same_bits(read.epochs[1].validation_loss, -0.0));
  EXPECT_TRUE(same_bits(read.epochs[1].validation_accuracy, 1e-310));  // denormal
  EXPECT_TRUE(same_bits(read.test_loss, written.test_loss));           // infinite
  EXPECT_TRUE(same_bits(read.test_accuracy, 2.0 / 3));
  EXPECT_TRUE(same_bits(read.best.validation_loss, 0.30000000000000004));
  EXPECT_TRUE(same_bits(read.last.validation_accuracy, 1e-310));
}

TEST(Record, KeepsEveryBitOfItsWeights) {
  const engine::TrialResult read = decode(encode(sample_record())).result;
  ASSERT_EQ(read.final_weights.size(), 2U);
  EXPECT_EQ(read.final_weights[0].name, "biases_1");
  EXPECT_EQ(read.final_weights[0].columns, 3);
  EXPECT_EQ(read.final_weights[0].values, (std::vector<float>{1e-45F, 3.4e38F, -7.F}));
  EXPECT_EQ(read.final_weights[1].columns, 4);
  ASSERT_EQ(read.initial_weights.size(), 1U);
  EXPECT_TRUE(std::signbit(read.initial_weights[0].values[1]));
}

TEST(Record, KeepsWhereItRan) {
  const Provenance read = decode(encode(sample_record())).provenance;
  EXPECT_EQ(read.started, "2026-11-21T12:00:00Z");
  EXPECT_EQ(read.host, "node7");
  EXPECT_EQ(read.processor, "a processor");
  EXPECT_EQ(read.isa, "avx512");
  EXPECT_EQ(read.program, "mlpsweep 0.1.0");
  EXPECT_EQ(read.rank, 3);
  EXPECT_EQ(read.ranks, 4);
  EXPECT_EQ(read.threads, 2);
  EXPECT_EQ(read.attempt, 5);
}

TEST(Record, AWholeNumberSettingAndARealOneOfEqualValueStayApart) {
  Record record;
  record.settings = {{"epochs", std::int64_t{1}}, {"l2", 1.0}, {"text", std::string("1")}};
  EXPECT_EQ(decode(encode(record)).settings, record.settings);
}

TEST(Record, TheSameRecordIsTheSameBytes) {
  EXPECT_EQ(encode(sample_record()), encode(sample_record()));
  EXPECT_EQ(encode(decode(encode(sample_record()))), encode(sample_record()));
}

TEST(Record, AnotherProgramReadsItAsAMap) {
  const json map = sample_map();
  EXPECT_EQ(map["schema"], 1);
  EXPECT_EQ(map["epochs"]["train_accuracy"], (json{0.5, 1.0}));
  EXPECT_EQ(map["settings"][0], (json{"hidden", "203x203"}));
  EXPECT_EQ(map["predictions"].get_binary().size(), 5U);
}

TEST(Record, WhatAnOlderVersionDidNotWriteKeepsItsDefault) {
  const Record record = decode(cbor(json::object()));
  EXPECT_EQ(record.provenance.ranks, 1);
  EXPECT_TRUE(std::isnan(record.result.test_loss));
  EXPECT_TRUE(record.result.epochs.empty());
}

TEST(Record, WithOneCurveMissingTheOthersAreThere) {
  json map = sample_map();
  map["epochs"].erase("train_loss");
  const Record record = decode(cbor(map));
  ASSERT_EQ(record.result.epochs.size(), 2U);
  EXPECT_TRUE(std::isnan(record.result.epochs[0].train_loss));
  EXPECT_EQ(record.result.epochs[0].train_accuracy, 0.5);
}

TEST(Record, AFieldThatANewerVersionAddedIsPassedOver) {
  json map = sample_map();
  map["gradient_norms"] = {1, 2, 3};
  EXPECT_EQ(decode(cbor(map)).fingerprint, sample_record().fingerprint);
}

TEST(Record, ANewerSchemaIsRefusedByName) {
  json map = sample_map();
  map["schema"] = 2;
  EXPECT_EQ(complaint_about(cbor(map)),
            "a record of schema 2, and this program reads up to 1: a newer mlpsweep wrote it");
}

TEST(Record, ANewerSchemaIsRefusedByNameWhateverElseItChanged) {
  json map = sample_map();
  map["best"] = {1, 2};  // stands in front of the schema
  EXPECT_THAT(complaint_about(cbor(map)), HasSubstr("'best'"));
  map["schema"] = 2;
  EXPECT_THAT(complaint_about(cbor(map)), HasSubstr("a newer mlpsweep wrote it"));
}

TEST(Record, ASettingThatIsNotANumberIsRefused) {
  json map = sample_map();
  map["settings"] = json::array({json::array({"l2", std::nan("")})});
  EXPECT_EQ(complaint_about(cbor(map)), "a record's setting 'l2' is not a number");
}

TEST(Record, AnyFieldOfAnotherTypeIsRefusedByItsName) {
  const json sample = sample_map();
  for (const auto& [name, value] : sample.items()) {
    json map = sample;
    map[name] = nullptr;
    EXPECT_THAT(complaint_about(cbor(map)), HasSubstr("'" + name + "'")) << name;
  }
}

TEST(Record, ANumberBeyondItsFieldIsRefused) {
  json map = sample_map();
  map["repeat"] = std::int64_t{1} << 40;
  EXPECT_EQ(complaint_about(cbor(map)),
            "a record's field 'repeat' is 1099511627776, beyond its range");
  map = sample_map();
  map["state"] = 7;
  EXPECT_EQ(complaint_about(cbor(map)), "a record's state is 7, which this program doesn't know");
}

TEST(Record, CurvesOfUnequalLengthAreRefused) {
  json map = sample_map();
  map["epochs"]["validation_loss"].push_back(0.5);
  EXPECT_EQ(complaint_about(cbor(map)),
            "a record's curve 'validation_loss' has 3 epochs, and another has 2");
}

TEST(Record, ListsThatAreLongerThanAnyTrialsAreRefusedBeforeTheyTakeMemory) {
  // 56 bytes of memory and more for each of one byte.
  const auto list_of = [](std::string_view name, std::uint32_t entries, char entry) {
    std::string bytes;
    bytes.append(1, char(0x60 + name.size())).append(name).append(1, char(0x9A));
    for (int shift = 24; shift >= 0; shift -= 8) {
      bytes += char(entries >> shift);
    }
    return bytes + std::string(entries, entry);
  };
  const std::string curve =
      "\xA1\x66"
      "epochs\xA1" +
      list_of("only_class", 1'000'001, '\0');
  const char* const complaint =
      "a record's list 'only_class' has 1000001 entries, and a trial at most 1000000";
  EXPECT_EQ(complaint_about(curve), complaint);
  EXPECT_THROW((void)decode(curve, Detail::kFigures), MachineError);
  EXPECT_EQ(complaint_about("\xA1" + list_of("final_weights", 131, '\xA0')),
            "a record's list 'final_weights' has 131 entries, and a trial at most 130");
  EXPECT_EQ(complaint_about("\xA1" + list_of("confusion", 65'537, '\0')),
            "a record's list 'confusion' has 65537 entries, and a trial at most 65536");

  const std::string longest =
      "\xA1\x66"
      "epochs\xA1" +
      list_of("only_class", 1'000'000, '\0');
  EXPECT_EQ(decode(longest).result.epochs.size(), 1'000'000U);
  EXPECT_EQ(decode("\xA1" + list_of("final_weights", 130, '\xA0')).result.final_weights.size(),
            130U);
  EXPECT_EQ(decode("\xA1" + list_of("confusion", 65'536, '\0')).result.confusion.size(), 65'536U);
}

TEST(Record, ATensorWhoseShapeAndValuesDisagreeIsRefused) {
  json map = sample_map();
  map["final_weights"][0]["rows"] = 2;
  EXPECT_EQ(complaint_about(cbor(map)),
            "a record's tensor 'biases_1' has 3 values, and 2 x 3 places");
}

TEST(Record, EveryTruncationOfItIsRefused) {
  const std::string whole = encode(sample_record());
  for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
    EXPECT_NE(complaint_about(whole.substr(0, bytes)), "") << bytes << " bytes";
  }
}

TEST(Record, DeepNestingIsRefusedOrPassedOverWithoutEndingTheStack) {
  const std::string lists(std::size_t{1} << 20, '\x81');  // a list of a list of ...
  EXPECT_EQ(complaint_about(lists), "a record's field 'record' should be a map and is a list");
  EXPECT_EQ(complaint_about("\xA1\x61x" + lists),
            "a record is no CBOR of ours: it is cut off or damaged at 'x'");
  EXPECT_EQ(complaint_about("\xA1\x61x" + lists + '\x01'), "");  // a field of next year
}

TEST(Record, BytesBehindItsEndAreRefused) {
  EXPECT_EQ(complaint_about(encode(sample_record()) + "\x01\x02"),
            "a record is no CBOR of ours: 2 bytes stand behind its end");
}

TEST(Record, ALengthBeyondItsBytesIsRefusedBeforeMemoryIsTaken) {
  EXPECT_EQ(complaint_about("\xA1\x68settings\x9B\x7F" + std::string(7, '\xFF')),
            "a record is no CBOR of ours: it is cut off or damaged at 'settings'");
}

TEST(Record, OfFractionsEveryWidthIsRead) {
  const std::pair<std::string, double> fractions[] = {
      {std::string("\xF9\x3C\x00", 3), 1.0},
      {std::string("\xF9\xC0\x00", 3), -2.0},
      {std::string("\xF9\x00\x01", 3), std::ldexp(1, -24)},  // the smallest of 16 bits
      {std::string("\xF9\x7C\x00", 3), std::numeric_limits<double>::infinity()},
      {std::string("\xFA\x3D\xCC\xCC\xCD", 5), 0.1F},
      {std::string("\xFB\x3F\xB9\x99\x99\x99\x99\x99\x9A", 9), 0.1},
  };
  for (const auto& [bytes, value] : fractions) {
    EXPECT_EQ(decode("\xA1\x69test_loss" + bytes).result.test_loss, value);
  }
  EXPECT_TRUE(
      std::isnan(decode("\xA1\x69test_loss" + std::string("\xF9\x7E\x00", 3)).result.test_loss));
}

TEST(Record, ItsFiguresAreReadWithoutTheRest) {
  const Record whole = sample_with_later_fields();
  const Record curves = decode(encode(whole), Detail::kWithCurves);
  EXPECT_EQ(curves.result.epochs.size(), 2U);
  EXPECT_EQ(curves.unread_epochs, 0U);
  EXPECT_TRUE(curves.result.predictions.empty());
  EXPECT_TRUE(curves.result.final_weights.empty());

  const Record figures = decode(encode(whole), Detail::kFigures);
  EXPECT_TRUE(figures.result.epochs.empty());
  EXPECT_EQ(epochs_run(figures), 2U);
  EXPECT_EQ(test_images(figures), 5U);
  EXPECT_EQ(figures.settings, whole.settings);
  EXPECT_EQ(figures.fold, whole.fold);
  EXPECT_EQ(figures.folds, whole.folds);
  EXPECT_EQ(figures.result.reason, whole.result.reason);
  for (const std::string_view name : figure_names()) {
    const double figure_of_whole = figure(whole, name);
    EXPECT_TRUE(same_bits(figure(figures, name), figure_of_whole) || std::isnan(figure_of_whole))
        << name;
  }
}

TEST(RecordDecoder, RecordsShareTheSettingsThatTheyHaveInCommon) {
  RecordDecoder decoder(Detail::kWhole);
  Record other = sample_record(1);
  change_settings(other, [](auto& settings) {
    settings[1].value = 128.0;
    settings.push_back({"later", std::string("one")});
  });
  const Record one = decoder.decode(encode(sample_record()));
  const Record two = decoder.decode(encode(other));
  const Record three = decoder.decode(encode(sample_record(2)));
  EXPECT_EQ(one.settings, sample_record().settings);
  EXPECT_EQ(two.settings, other.settings);
  EXPECT_EQ(three.settings, one.settings);
  EXPECT_EQ(&one.settings[0], &two.settings[0]);
  EXPECT_NE(&one.settings[1], &two.settings[1]);
  EXPECT_EQ(&one.settings[1], &three.settings[1]);
}

TEST(RecordDecoder, ItsRecordsOutliveIt) {
  const Record record = RecordDecoder(Detail::kWhole).decode(encode(sample_record()));
  EXPECT_EQ(record.settings, sample_record().settings);
}

TEST(StateIn, IsTheRecords) {
  for (int number = 0; number <= static_cast<int>(engine::State::kInterrupted); ++number) {
    Record record = sample_with_later_fields(number);
    record.result.state = static_cast<engine::State>(number);
    EXPECT_EQ(state_in(encode(record), record.fingerprint), record.result.state);
  }
}

TEST(StateIn, IsLeftToDecodeWhereThePayloadIsNotAsExpected) {
  const sweeps::Fingerprint trial = sample_record().fingerprint;
  EXPECT_EQ(state_in(encode(sample_record(1)), trial), std::nullopt);
  EXPECT_EQ(state_in(encode(sample_record()) + '\0', trial), std::nullopt);
  for (const auto& [field, value] : {std::pair<const char*, json>("schema", kRecordSchema + 1),
                                     {"state", 7},
                                     {"state", "complete"},
                                     {"state", -1},
                                     {"fingerprint", "0123"}}) {
    json map = sample_map();
    map[field] = value;
    EXPECT_EQ(state_in(cbor(map), trial), std::nullopt) << field << " " << value;
  }
  json without = sample_map();
  without.erase("state");
  EXPECT_EQ(state_in(cbor(without), trial), std::nullopt);
  EXPECT_EQ(state_in(std::string(1'000'000, '\x81'), trial), std::nullopt);  // lists in lists
  EXPECT_EQ(state_in("\xA1\x61x" + std::string(1'000'000, '\x81'), trial), std::nullopt);
}

TEST(StateIn, OfAnyOtherBytesIsNoneOrWhatDecodeSays) {
  const std::string whole = encode(sample_record());
  const sweeps::Fingerprint trial = sample_record().fingerprint;
  for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
    EXPECT_EQ(state_in(whole.substr(0, bytes), trial), std::nullopt) << bytes;
  }
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    std::string flipped = whole;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    const auto state = state_in(flipped, trial);
    try {
      const Record record = decode(flipped);
      if (record.fingerprint == trial && state) {
        EXPECT_EQ(state, record.result.state) << "bit " << bit;
      }
    } catch (const MachineError&) {
      // damage in a field that is passed over
    }
  }
}

}  // namespace
}  // namespace mlpsweep::results
