// Choosing an instruction set. Choices hold for a whole process, so each is tried in one of its
// own.
#include "engine/isa.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/errors.h"
#include "engine/kernels.h"
#include "engine/train.h"

#include "tests/engine/toy_data.h"

namespace mlpsweep::engine {
namespace {

using testing::HasSubstr;

TEST(Isa, IsTheBestOneUnlessOneIsAskedFor) {
  EXPECT_EQ(isa_in_use(), find_kernels("")->isa);
}

TEST(Isa, RefusesAnUnknownName) {
  try {
    use_isa("avx1024");
    FAIL() << "nothing thrown";
  } catch (const InputError& error) {
    EXPECT_STREQ(error.what(), "--isa: expected avx2 or avx512, got 'avx1024'");
  }
}

TEST(Isa, TellsProcessorAndLibraries) {
  EXPECT_FALSE(processor_name().empty());
  EXPECT_THAT(library_versions(), testing::MatchesRegex("oneDNN [0-9.]+, oneTBB [0-9.]+"));
}

/// Says in the exit code whether two trainings under avx2 gave the same weights.
[[noreturn]] void train_twice_under_avx2() {
  use_isa("avx2");
  use_isa("avx2");  // again: no change
  TrainSpec spec = toy_spec();
  spec.keep_weights = "both";
  const Dataset data = toy_data();
  const TrialResult first = train(spec, data);
  const TrialResult second = train(spec, data);
  const bool same = first.final_weights[0].values == second.final_weights[0].values;
  std::exit(isa_in_use() == "avx2" && same ? 0 : 1);
}

TEST(IsaDeathTest, HoldsEveryLoopToAvx2) {
  if (find_kernels("avx2") == nullptr)
    GTEST_SKIP() << "no AVX2 here";
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(train_twice_under_avx2(), testing::ExitedWithCode(0), "");
}

[[noreturn]] void choose_after_training() {
  static_cast<void>(train(toy_spec(), toy_data()));
  try {
    use_isa(isa_in_use() == "avx512" ? "avx2" : "avx512");
  } catch (const std::logic_error&) {
    std::exit(0);
  } catch (const InputError&) {
    std::exit(0);  // a processor without AVX-512 has nothing else to choose
  }
  std::exit(1);
}

TEST(IsaDeathTest, CannotChangeOnceAProductHasRun) {
  if (find_kernels("avx2") == nullptr)
    GTEST_SKIP() << "no AVX2 here";
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(choose_after_training(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace mlpsweep::engine
