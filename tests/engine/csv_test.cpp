#include "engine/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/dataset.h"
#include "engine/errors.h"

#include "tests/engine/data_files.h"

namespace mlpsweep::engine {
namespace {

using ::testing::HasSubstr;

class CsvTest : public ::testing::Test {
 protected:
  std::shared_ptr<const Dataset> read(const std::string& text) {
    DataSpec spec = spec_;
    spec.format = "csv";
    spec.train = folder_.write("a.csv", text_bytes(text));
    return DatasetCache().get(spec);
  }
  std::string complaint(const std::string& text) {
    const std::string all = message_of<InputError>([&] { static_cast<void>(read(text)); });
    const std::string path = (folder_.path() / "a.csv").string();
    return all.starts_with(path) ? "FILE" + all.substr(path.size()) : all;
  }

  ScratchFolder folder_;
  DataSpec spec_;
};

TEST_F(CsvTest, TheLabelStandsFirstWithoutAHeader) {
  const auto data = read("7,0,1,2,3\n8,4,5,6,255\n");
  EXPECT_EQ(data->train.rows, 2U);
  EXPECT_EQ(data->height, 2);
  EXPECT_EQ(data->width, 2);
  EXPECT_EQ(data->train.pixels, (Bytes{0, 1, 2, 3, 4, 5, 6, 255}));
  EXPECT_EQ(data->class_names, (std::vector<std::string>{"7", "8"}));
  EXPECT_EQ(data->train.labels, (Bytes{0, 1}));
}

TEST_F(CsvTest, AHeaderIsSeenAndSkipped) {
  const auto data = read("label,pixel1,pixel2\n1,0,9\n0,4,5");
  EXPECT_EQ(data->train.pixels, (Bytes{0, 9, 4, 5}));
  EXPECT_EQ(data->train.labels, (Bytes{1, 0}));
}

TEST_F(CsvTest, AHeaderOfCountedColumnsIsNoImage) {
  const std::string columns = "0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15";
  const std::string image = "9,9,9,9,9,9,9,9,9,9,9,9,9,9,9,9";
  const std::vector<std::string> animals = {"cat", "dog"};
  for (const std::string& header : {"label," + columns, "\"label\"," + columns + "\r"}) {
    const auto data = read(header + "\ncat," + image + "\r\ndog," + image + "\r\n\r\n");
    EXPECT_EQ(data->train.rows, 2U) << header;
    EXPECT_EQ(data->class_names, animals) << header;
  }
  spec_.label_column = "last";
  EXPECT_EQ(read(columns + ",label\n" + image + ",cat\n" + image + ",dog\n")->class_names, animals);
  spec_.label_column = "kind";
  EXPECT_EQ(read("0,kind,1\n5,cat,6\n7,dog,8\n")->class_names, animals);
}

TEST_F(CsvTest, TwoQuotesInAQuotedFieldAreOne) {
  const auto data = read("\"a \"\"big\"\" cat\" , \"7\",1\n\"\"\"\",2,3\n");
  EXPECT_EQ(data->class_names, (std::vector<std::string>{"\"", "a \"big\" cat"}));
  EXPECT_EQ(data->train.pixels, (Bytes{7, 1, 2, 3}));
}

TEST_F(CsvTest, MoreColumnsThanAnImageMayHaveAreCounted) {
  std::string line = "0";
  for (int i = 0; i <= 1 << 24; ++i)
    line += ",1";
  EXPECT_EQ(complaint(line),
            "FILE:1: expected a label and at most 16777216 numbers, found 16777218 columns");
}

TEST_F(CsvTest, TextLabelsWithoutAHeaderLoseNoImage) {
  const auto data = read("cat,7,1,2,3\ndog,4,5,6,255\ncat,1,1,1,1\n");
  EXPECT_EQ(data->train.rows, 3U);
  EXPECT_EQ(data->class_names, (std::vector<std::string>{"cat", "dog"}));
}

TEST_F(CsvTest, AHeaderThatCanNotBeToldIsAskedFor) {
  const std::string text = "label,0,1\ncat,4,5\ndog,6,7\n";
  EXPECT_EQ(complaint(text),
            "FILE:1: can't tell whether 'label, ...' is a header or an image of class 'label'\n"
            "  expected data.header: true, or data.header: false");
  spec_.header = "true";
  EXPECT_EQ(read(text)->train.rows, 2U);
  spec_.header = "false";
  EXPECT_EQ(read(text)->train.rows, 3U);
  EXPECT_EQ(read(text)->class_names, (std::vector<std::string>{"cat", "dog", "label"}));
}

TEST_F(CsvTest, WhatIsSaidOfTheHeaderHoldsAgainstWhatItLooksLike) {
  spec_.header = "true";
  EXPECT_EQ(read("5,1,2\n6,3,4\n7,5,6\n")->train.rows, 2U);
  spec_.header = "false";
  EXPECT_THAT(complaint("label,a,b\n1,0,9\n"), HasSubstr("FILE:1: field 2:"));
}

TEST_F(CsvTest, TakesOneColumnBesideTheLabel) {
  EXPECT_EQ(read("cat,7\ndog,255\n")->train.pixels, (Bytes{7, 255}));
  EXPECT_EQ(read("kind,size\ncat,7\ndog,255\n")->train.pixels, (Bytes{7, 255}));
  EXPECT_EQ(complaint("7\n8\n"),
            "FILE:1: expected a label and numbers with commas between them, found '7'");
}

TEST_F(CsvTest, TakesQuotesSpacesMarksAndLineBreaksOfOtherSystems) {
  const auto data = read(
      "\xEF\xBB\xBF\"label\", \"a \"\"b\"\"\" ,c\r\n \"cat\", 1 ,2\r\n\r\n\"dog\",3,+4\r\n\r\n");
  EXPECT_EQ(data->train.pixels, (Bytes{1, 2, 3, 4}));
  EXPECT_EQ(data->class_names, (std::vector<std::string>{"cat", "dog"}));
}

TEST_F(CsvTest, TheLabelMayStandLastOrUnderAName) {
  spec_.label_column = "last";
  EXPECT_EQ(read("0,9,cat\n4,5,dog\n")->train.pixels, (Bytes{0, 9, 4, 5}));
  spec_.label_column = "kind";
  const auto data = read("a,kind,b\n1,dog,2\n3,cat,4\n");
  EXPECT_EQ(data->train.pixels, (Bytes{1, 2, 3, 4}));
  EXPECT_EQ(data->train.labels, (Bytes{1, 0}));
  EXPECT_EQ(complaint("a,kinds,b\n1,2,3\n"),
            "FILE:1: data.labels.column: no column 'kind'; expected first, last or one of the "
            "header's 3 columns (a, ...)\n  nearest: kinds");
  EXPECT_EQ(complaint("1,2,3\n"),
            "FILE:1: data.labels.column: expected first or last, since this file has no header, "
            "found 'kind'");
}

TEST_F(CsvTest, DecimalsAreBytesIfTheyAreWholeOr255ths) {
  EXPECT_EQ(read("0,1.0,2e1\n1.0,3,4\n")->train.pixels, (Bytes{1, 20, 3, 4}));
  const auto shares = read("0,0,1\n1,0.2,0.99607843\n");
  EXPECT_EQ(shares->train.pixels, (Bytes{0, 255, 51, 254}));
  EXPECT_EQ(shares->notes.size(), 1U);
}

TEST_F(CsvTest, ZerosAndOnesAloneAreKeptAndTold) {
  const auto data = read("0,0,1\n1,1,0\n");
  EXPECT_EQ(data->train.pixels, (Bytes{0, 1, 1, 0}));
  ASSERT_EQ(data->notes.size(), 1U);
  EXPECT_THAT(data->notes[0], HasSubstr("0 and 1 alone"));
}

TEST_F(CsvTest, ABrokenLineIsToldWithItsNumber) {
  EXPECT_EQ(complaint("l,a,b\n0,1,2\n1,3\n"),
            "FILE:3: expected 3 fields as in the first line, found 2");
  EXPECT_EQ(complaint("0,1,2\n1,3,x\n"),
            "FILE:2: field 3: expected whole numbers 0 to 255, or numbers 0 to 1 that are whole "
            "255ths (bytes / 255), found 'x'");
  EXPECT_THAT(complaint("0,1,2\n1,,4\n"), HasSubstr("FILE:2: field 2:"));
  EXPECT_EQ(complaint("0,1,256\n"),
            "FILE:1: field 3: expected whole numbers 0 to 255, or numbers 0 to 1 that are whole "
            "255ths (bytes / 255), found '256'\n  if this line is a header: data.header: true");
  EXPECT_THAT(complaint("0,17,2\n1,0.5,2\n"), HasSubstr("FILE:2: field 2:"));
  EXPECT_EQ(complaint("0,1,2\n,3,4\n"), "FILE:2: field 1: expected a label, found nothing");
  EXPECT_THAT(
      complaint("0,1,2\n0.5,3,4\n"),
      HasSubstr("FILE:2: field 1: expected a label, a whole number or a text, found '0.5'"));
  EXPECT_EQ(complaint("0,\"1,2\n"), "FILE:1: field 2: a quote that does not end");
  EXPECT_EQ(complaint("0,\"1\"2,3\n"),
            "FILE:1: field 2: expected a comma behind the quote, found '2,3'");
  EXPECT_EQ(complaint("a;b;c\n"),
            "FILE:1: expected a label and numbers with commas between them, found 'a;b;c'");
  for (const char* header : {"a,b\n", "label,0,1,2", "label,0,1,2\r\n\r\n"})
    EXPECT_EQ(complaint(header), "FILE: expected lines of numbers, found none") << header;
  EXPECT_EQ(complaint(""), "FILE: expected lines of numbers, found none");
}

TEST_F(CsvTest, RefusesOneClassAndMoreThanAByteHolds) {
  EXPECT_EQ(complaint("5,1\n5,2\n"), "FILE: expected at least two classes, found label 5 alone");
  std::string many;
  for (int i = 0; i < 300; ++i) {
    many += std::to_string(i) + ",1\n";
  }
  EXPECT_THAT(complaint(many), HasSubstr("FILE: expected at most 256 classes"));
}

TEST_F(CsvTest, PartsOfDifferentRangesAreRefusedAndLikeOnesMade) {
  spec_.test = folder_.write("b.csv", text_bytes("0,1,0\n"));
  EXPECT_EQ(read("0,0.2,1\n1,0,1\n")->test.pixels, (Bytes{255, 0}));
  spec_.test = folder_.write("b.csv", text_bytes("0,1,200\n"));
  EXPECT_THAT(complaint("0,0.2,1\n1,0,1\n"), HasSubstr("one holds 0 to 1, the other 0 to 255"));
}

// A checksum is of images and labels, not of a format: so the same trial has one name.
TEST_F(CsvTest, HasTheChecksumOfTheSameImagesAsIdx) {
  DataSpec idx;
  idx.train = folder_.write("images", idx_bytes({2, 2, 2}, {0, 1, 2, 3, 4, 5, 6, 7}));
  static_cast<void>(folder_.write("labels", idx_bytes({2}, {0, 1})));
  EXPECT_EQ(read("0,0,1,2,3\n1,4,5,6,7\n")->checksum, DatasetCache().get(idx)->checksum);
  // Names that are not 0 .. K-1 are part of it: `positive: b` picks another class of another set.
  EXPECT_NE(read("a,7,1,2,3\nb,4,5,6,7\n")->checksum, read("b,7,1,2,3\nc,4,5,6,7\n")->checksum);
}

}  // namespace
}  // namespace mlpsweep::engine
