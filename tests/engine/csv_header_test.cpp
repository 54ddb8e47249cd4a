#include "engine/csv_header.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "engine/csv.h"

namespace mlpsweep::engine {
namespace {

FirstLine kind(std::string first, std::string second, bool label_is_last = false) {
  std::vector<std::string_view> above;
  std::vector<std::string_view> below;
  cut_csv_line(first, "first", above, 1000);
  if (!second.empty())
    cut_csv_line(second, "second", below, 1000);
  return kind_of_first_line(above, below, label_is_last ? above.size() - 1 : 0);
}

/// "0,1,...": as many fields, counted from `from`.
std::string counted(int from, int count) {
  std::string text = std::to_string(from);
  for (int i = 1; i < count; ++i)
    text += "," + std::to_string(from + i);
  return text;
}

TEST(CsvHeader, IsMostlyTextsBesideTheLabel) {
  EXPECT_EQ(kind("label,pixel1,pixel2", "1,0,9"), FirstLine::kHeader);
  EXPECT_EQ(kind("label,1x1,1x2,1x3", "cat,0,9,8"), FirstLine::kHeader);
  EXPECT_EQ(kind("0,a,b,3", "1,0,9,8"), FirstLine::kHeader);
}

// One bad pixel in the first image must be told, not taken for a header and dropped with its image.
TEST(CsvHeader, IsNoImageWithAFaultyPixel) {
  EXPECT_EQ(kind("5,NA,3,4", "1,0,9,8"), FirstLine::kRow);
  EXPECT_EQ(kind("cat,,3,4", "dog,0,9,8"), FirstLine::kRow);
  EXPECT_EQ(kind("5,,,", "1,0,9,8"), FirstLine::kRow);
}

TEST(CsvHeader, MayCountItsColumnsWhateverTheLabelsAre) {
  for (const std::string label : {"cat,", "5,"}) {
    EXPECT_EQ(kind("label," + counted(0, 784), label + counted(3, 784)), FirstLine::kHeader);
    EXPECT_EQ(kind(counted(0, 65), label + counted(3, 64)), FirstLine::kHeader);
    EXPECT_EQ(kind("label," + counted(1, 16), label + counted(3, 16)), FirstLine::kHeader);
  }
  EXPECT_EQ(kind(counted(0, 16) + ",label", counted(3, 16) + ",cat", true), FirstLine::kHeader);
  EXPECT_EQ(kind(counted(0, 17), counted(3, 16) + ",7", true), FirstLine::kHeader);
}

TEST(CsvHeader, IsNoneWhereTextLabelsBegin) {
  EXPECT_EQ(kind("cat,0,0,7", "dog,4,5,6"), FirstLine::kRow);
  EXPECT_EQ(kind("0,0,7,cat", "4,5,6,dog", true), FirstLine::kRow);
  EXPECT_EQ(kind("7,0,0,9", "A,4,5,6"), FirstLine::kRow);  // digits and letters
  EXPECT_EQ(kind("cat,0,0,7", ""), FirstLine::kRow);
}

TEST(CsvHeader, IsNoneWhereFewPixelsOfANumberedClassCountUp) {
  EXPECT_EQ(kind("0,0,1", "1,1,0"), FirstLine::kRow);
  EXPECT_EQ(kind("7," + counted(0, 15), "8," + counted(3, 15)), FirstLine::kRow);
}

TEST(CsvHeader, OfFewCountedColumnsIsSeenByANumberBelowTheLabelsName) {
  EXPECT_EQ(kind("label,0,1,2", "5,4,5,6"), FirstLine::kHeader);
  EXPECT_EQ(kind("label,0,1,2", ""), FirstLine::kHeader);
}

TEST(CsvHeader, CanNotBeToldFromAnImageInFourCases) {
  EXPECT_EQ(kind("label,0,1,2", "cat,4,5,6"), FirstLine::kEither);   // or a class named label
  EXPECT_EQ(kind("0,1,2,3", "cat,4,5,6"), FirstLine::kEither);       // or classes 0 and cat
  EXPECT_EQ(kind("label,10,20,30", "5,4,5,6"), FirstLine::kEither);  // or classes label and 5
  EXPECT_EQ(kind("1,2,3,label", "4,5,6,cat", true), FirstLine::kEither);
}

}  // namespace
}  // namespace mlpsweep::engine
