#include "results/cbor.h"

#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "engine/errors.h"
#include "results/run_header.h"

namespace mlpsweep::results {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kHalf("\xf9\x38\x00", 3);

/// That many lists, each in the one before.
std::string nested(std::size_t lists) {
  return std::string(lists, '\x81') + '\x00';
}

template <class Error, class Action>
std::string words_of_failed(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was refused";
}

TEST(Cbor, AFewListsInEachOtherAreRead) {
  EXPECT_EQ(parse_cbor(nested(3), "it", Numbers::kAny).dump(), "[[[0]]]");
}

TEST(Cbor, AMillionListsInEachOtherAreRefusedAndOverrunNothing) {
  EXPECT_EQ(words_of_failed<MachineError>(
                [] { (void)parse_cbor(nested(1'000'000), "it", Numbers::kAny); }),
            "it is no CBOR of ours: it is nested too deeply");
}

TEST(Cbor, WhatIsNoneIsToldWithTheLibrarysWords) {
  EXPECT_THAT(words_of_failed<MachineError>([] { (void)parse_cbor("\xff", "it", Numbers::kAny); }),
              HasSubstr("it is no CBOR: "));
}

TEST(Cbor, AFractionIsReadOnlyWhereItMayBe) {
  EXPECT_EQ(parse_cbor(kHalf, "it", Numbers::kAny).dump(), "0.5");
  EXPECT_EQ(words_of_failed<MachineError>([] { (void)parse_cbor(kHalf, "it", Numbers::kWhole); }),
            "it is no CBOR of ours: it holds a fraction");
}

TEST(RunHeader, AnotherThanOursIsAnInputError) {
  EXPECT_THAT(words_of_failed<InputError>([] { (void)decode_header(nested(1'000'000)); }),
              HasSubstr("the header of a journal is no CBOR of ours"));
  EXPECT_THAT(words_of_failed<InputError>([] { (void)decode_header("\xa1\x64text\x05"); }),
              HasSubstr("the header of a journal has a field of another type"));
  EXPECT_THAT(words_of_failed<InputError>([] {
                (void)decode_header(
                    std::string_view("\xa1\x67"
                                     "attempt\xfb\x44\x6c\x8d\x00\x00\x00\x00\x00",
                                     18));
              }),
              HasSubstr("it holds a fraction"));
}

}  // namespace
}  // namespace mlpsweep::results
