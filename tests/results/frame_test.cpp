#include "results/frame.h"

#include <gtest/gtest.h>

#include "engine/errors.h"

namespace mlpsweep::results {
namespace {

using namespace std::string_literals;

const sweeps::Fingerprint kTrial = {0x1122334455667788, 0x99AABBCCDDEEFF00};

TEST(Crc32c, AgreesWithTheStandardsOwnNumbers) {
  EXPECT_EQ(crc32c("123456789"), 0xE3069283U);              // the usual check value
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAU);    // RFC 3720, B.4
  EXPECT_EQ(crc32c(std::string(32, '\xFF')), 0x62A8AB43U);  // RFC 3720, B.4
}

TEST(Crc32c, AgreesWithItsDefinitionAtAnyLengthPlaceAndCut) {
  const auto bit_by_bit = [](std::string_view bytes) {
    std::uint32_t sum = 0xFFFFFFFF;
    for (const char byte : bytes) {
      sum ^= static_cast<std::uint8_t>(byte);
      for (int bit = 0; bit < 8; ++bit) {
        sum = sum >> 1 ^ (sum & 1U) * 0x82F63B78U;  // Castagnoli's polynomial, reflected
      }
    }
    return ~sum;
  };
  std::string text;
  for (int i = 0; i < 50; ++i) {
    text += static_cast<char>(i * 37);
  }
  for (std::size_t begin = 0; begin < 9; ++begin) {
    for (std::size_t count = 0; count < 40; ++count) {
      const std::string_view part = std::string_view(text).substr(begin, count);
      const std::string_view pieces[] = {part.substr(0, count / 3), part.substr(count / 3)};
      EXPECT_EQ(crc32c(part), bit_by_bit(part)) << begin << " " << count;
      EXPECT_EQ(crc32c(pieces), bit_by_bit(part)) << begin << " " << count;
    }
  }
}

TEST(Frame, HasTheBytesThatTheFormatSays) {
  const std::string frame = make_frame(FrameType::kRecord, kTrial, "abc");
  EXPECT_EQ(frame.substr(0, 31),
            "MLPJ\x01\x00\x03\x00\x03\x00\x00\x00"
            "\x88\x77\x66\x55\x44\x33\x22\x11\x00\xFF\xEE\xDD\xCC\xBB\xAA\x99"
            "abc"s);
  EXPECT_EQ(frame.size(), 35U);
}

TEST(Frame, ComesBackFromItsBytes) {
  const std::string frame = make_frame(FrameType::kBegun, kTrial, "payload");
  ASSERT_EQ(refuse_header(frame), std::nullopt);
  const FrameHeader header = parse_header(frame);
  EXPECT_EQ(header.type, FrameType::kBegun);
  EXPECT_EQ(header.fingerprint, kTrial);
  EXPECT_EQ(header.payload_bytes, 7U);
  EXPECT_EQ(header.frame_bytes(), frame.size());
  EXPECT_TRUE(checksum_holds(frame));
}

TEST(Frame, AnyBitThatFlipsBreaksTheChecksum) {
  const std::string frame = make_frame(FrameType::kRecord, kTrial, "payload");
  for (std::size_t bit = 0; bit < 8 * frame.size(); ++bit) {
    std::string flipped = frame;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(checksum_holds(flipped)) << "bit " << bit;
  }
}

TEST(Frame, OfAnotherVersionTypeOrLengthIsRefusedByReason) {
  const std::string frame = make_frame(FrameType::kRecord, kTrial, "payload");
  const auto with_byte = [&](std::size_t place, char value) {
    std::string changed = frame;
    changed[place] = value;
    return refuse_header(changed);
  };
  EXPECT_EQ(with_byte(0, 'X'), "no frame begins here");
  EXPECT_EQ(with_byte(4, 2), "a frame of version 2, and this program reads version 1");
  EXPECT_EQ(with_byte(6, 9), "a frame of unknown type 9");
  EXPECT_EQ(with_byte(6, 0), "a frame of unknown type 0");
  EXPECT_EQ(with_byte(11, 5),
            "a frame of 83886087 bytes, more than the 67108864 that one may have");
}

TEST(Frame, APartOfAHeaderIsJudgedByWhatIsThere) {
  const std::string frame = make_frame(FrameType::kRecord, kTrial, "");
  for (std::size_t bytes = 0; bytes <= frame.size(); ++bytes) {
    EXPECT_EQ(refuse_header(std::string_view(frame).substr(0, bytes)), std::nullopt) << bytes;
  }
  EXPECT_NE(refuse_header("MX"), std::nullopt);
  EXPECT_NE(refuse_header("MLPJ\x02\x00"s), std::nullopt);
}

TEST(Frame, ARecordTooLargeForOneSaysWhatToDo) {
  try {
    (void)make_frame(FrameType::kRecord, kTrial, std::string(kMostPayloadBytes + 1, 'x'));
    FAIL();
  } catch (const InputError& error) {
    EXPECT_STREQ(error.what(),
                 "trial 112233445566778899aabbccddeeff00: its record has 67108865 bytes, and the "
                 "journal takes at most 67108864; with 'keep_weights: none' the weights stay out "
                 "of it");
  }
}

}  // namespace
}  // namespace mlpsweep::results
