#include "engine/idx.h"

#include <string>

#include <gtest/gtest.h>

#include "engine/errors.h"

#include "tests/engine/data_files.h"

namespace mlpsweep::engine {
namespace {

std::string refusal(const Bytes& bytes) {
  return message_of<InputError>([&] { static_cast<void>(parse_idx(bytes, "f.idx")); });
}

TEST(Idx, ReadsBigEndianDimensionsAndTheDataBehindThem) {
  // The header of MNIST's training images, 2051 60000 28 28, but for a smaller number of rows.
  const IdxArray array = parse_idx(Bytes{0, 0, 8, 3, 0, 0,  0, 2, 0, 0, 0, 1, 0, 0, 0, 3,  //
                                         1, 2, 3, 4, 5, 255},
                                   "f.idx");
  EXPECT_EQ(array.shape, (std::vector<std::size_t>{2, 1, 3}));
  EXPECT_EQ(array.values, (Bytes{1, 2, 3, 4, 5, 255}));
}

TEST(Idx, TellsTheFileSizeFromTheHeaderAlone) {
  const Bytes header = {0, 0, 8, 3, 0, 0, 0xEA, 0x60, 0, 0, 0, 28, 0, 0, 0, 28};
  EXPECT_EQ(idx_header_bytes(header, "f.idx"), 16U);
  EXPECT_EQ(idx_file_bytes(header, "f.idx"), 47'040'016U);  // the published file's size
}

TEST(Idx, RefusesWhatIsNoIdxFile) {
  EXPECT_EQ(refusal({}), "f.idx: expected an idx file, found 0 bytes");
  EXPECT_EQ(
      refusal({'P', 'K', 3, 4}),
      "f.idx: expected an idx file (first bytes 0 0 8 and the number of dimensions), found 80 "
      "75 3 4");
  EXPECT_EQ(
      refusal({0, 0, 8, 0, 1}),
      "f.idx: expected an idx file (first bytes 0 0 8 and the number of dimensions), found 0 0 "
      "8 0");
}

TEST(Idx, RefusesOtherTypesThanUnsignedBytesByName) {
  EXPECT_EQ(
      refusal({0, 0, 0x0D, 1, 0, 0, 0, 1, 0, 0, 0, 0}),
      "f.idx: expected an idx file of unsigned bytes (type 8), found type 13 (32-bit floats)");
  EXPECT_EQ(refusal({0, 0, 7, 1}),
            "f.idx: expected an idx file of unsigned bytes (type 8), found type 7 (no type of the "
            "format)");
}

TEST(Idx, RefusesAFileCutShortAtAnyByte) {
  const Bytes whole = idx_bytes({2, 2}, {1, 2, 3, 4});
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const Bytes part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    EXPECT_NE(refusal(part), "") << length << " bytes";
  }
  EXPECT_EQ(refusal({0, 0, 8, 2, 0, 0}),
            "f.idx: cut short: expected a header of 12 bytes, found 6");
  EXPECT_EQ(refusal({0, 0, 8, 1, 0, 0, 0, 3, 9}),
            "f.idx: cut short: expected 11 bytes (3 and a header of 8), found 9");
}

TEST(Idx, RefusesBytesLeftOver) {
  EXPECT_EQ(refusal(idx_bytes({2, 1}, {1, 2, 3})),
            "f.idx: expected 14 bytes (2 x 1 and a header of 12), found more");
}

TEST(Idx, RefusesAnArrayWithoutRows) {
  EXPECT_EQ(refusal(idx_bytes({0, 28, 28}, {})),
            "f.idx: expected data, found dimensions 0 x 28 x 28");
}

TEST(Idx, RefusesDimensionsWhoseProductOverflows) {
  const std::uint32_t most = 0xFFFFFFFF;
  EXPECT_EQ(refusal(idx_bytes({most, most, 2}, {})),
            "f.idx: dimensions 4294967295 x 4294967295 x 2 are more than memory can address");
  // 2^64 exactly: the product is 0 in 64 bits, which an unguarded reader takes for "no data".
  EXPECT_EQ(refusal(idx_bytes({0x80000000, 0x80000000, 4}, {})),
            "f.idx: dimensions 2147483648 x 2147483648 x 4 are more than memory can address");
}

}  // namespace
}  // namespace mlpsweep::engine
