#include "results/cbor.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "engine/errors.h"
#include "results/run_header.h"

namespace mlpsweep::results {
namespace {

using ::testing::HasSubstr;

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
  EXPECT_EQ(parse_cbor(nested(3), "it").dump(), "[[[0]]]");
}

TEST(Cbor, AMillionListsInEachOtherAreRefusedAndOverrunNothing) {
  EXPECT_EQ(words_of_failed<MachineError>([] { (void)parse_cbor(nested(1'000'000), "it"); }),
            "it is no CBOR of ours: it is nested too deeply");
}

TEST(Cbor, WhatIsNoneIsToldWithTheLibrarysWords) {
  EXPECT_THAT(words_of_failed<MachineError>([] { (void)parse_cbor("\xff", "it"); }),
              HasSubstr("it is no CBOR: "));
}

TEST(RunHeader, AnotherThanOursIsAnInputError) {
  EXPECT_THAT(words_of_failed<InputError>([] { (void)decode_header(nested(1'000'000)); }),
              HasSubstr("the header of a journal is no CBOR of ours"));
  EXPECT_THAT(words_of_failed<InputError>([] { (void)decode_header("\xa1\x64text\x05"); }),
              HasSubstr("the header of a journal has a field of another type"));
}

}  // namespace
}  // namespace mlpsweep::results
