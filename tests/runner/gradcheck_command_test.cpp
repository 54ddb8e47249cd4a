#include "runner/gradcheck_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/errors.h"
#include "results/file_io.h"

#include "small_sweep.h"

namespace mlpsweep::runner {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class Gradcheck : public testing::Test {
 protected:
  Gradcheck() {
    options_.spec = (small_.folder() / "small.yaml").string();
    results::write_whole(options_.spec, small_.text());
  }

  std::string printed(int expected_code) {
    testing::internal::CaptureStdout();
    EXPECT_EQ(gradcheck(options_), expected_code);
    return testing::internal::GetCapturedStdout();
  }

  SmallSweep small_;
  GradcheckOptions options_;
};

std::size_t lines_with(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
    ++found;
  }
  return found;
}

TEST_F(Gradcheck, HoldsEveryTensorOfEveryConfigurationOnce) {
  options_.overrides = {"repeats=3"};
  const std::string text = printed(0);
  EXPECT_EQ(lines_with(text, "weights_1"), 2U) << text;
  EXPECT_EQ(lines_with(text, "biases_2"), 2U) << text;
  EXPECT_THAT(text, AllOf(HasSubstr("hidden  configurations  tensor"),
                          HasSubstr("difference_error"), HasSubstr("All 8 are within.")));
}

TEST_F(Gradcheck, ConfigurationsThatDifferOnlyInTheirTrainingShareARow) {
  options_.overrides = {"optimizer.learning_rate=0.1,0.2,0.5", "epochs=1,2", "l2=0,0.1",
                        "data.split.validation=8,10"};
  options_.format = "csv";
  // Of random rows the split says nothing; of real ones it says which they are.
  EXPECT_EQ(lines_with(printed(0), ",12,weights_1,"), 4U);
  options_.epsilon = 1e-2;
  options_.weights = "output_bias=1";
  const std::string text = printed(0);
  EXPECT_EQ(lines_with(text, ",6,output bias,"), 8U) << text;
  EXPECT_THAT(text, HasSubstr("data.split.validation,"));
}

TEST_F(Gradcheck, TellsOfWhatItCannotCheckBeforeAWinnerIsKnown) {
  results::write_whole(options_.spec, small_.text("{}") + R"(experiments:
  rates: {parameters: {optimizer.learning_rate: [0.1, 0.5]}}
  widths: {from: {best_of: rates}, parameters: {hidden: [3, 7]}}
)");
  testing::internal::CaptureStderr();
  printed(0);
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr("widths: waits for the winner of rates: not checked"));
}

TEST_F(Gradcheck, ShowsSingleWeightsWithBothGradientsAndTheOrderOfTheError) {
  options_.overrides = {"optimizer.learning_rate=0.1", "hidden=7"};
  options_.epsilon = 1e-2;
  const std::string text = printed(0);
  EXPECT_EQ(lines_with(text, "input-hidden"), 2U) << text;
  EXPECT_EQ(lines_with(text, "hidden-output"), 2U) << text;
  EXPECT_EQ(lines_with(text, "hidden bias"), 1U) << text;
  EXPECT_EQ(lines_with(text, "output bias"), 1U) << text;
  EXPECT_THAT(text, AllOf(HasSubstr("analytic"), HasSubstr("numeric"), HasSubstr("absolute_error"),
                          HasSubstr(" 2.00\n"), HasSubstr("1 example, epsilon 0.01"),
                          HasSubstr("All 6 are within.")));
}

TEST_F(Gradcheck, AnErrorBeyondTheBoundIsNoSuccess) {
  // Pixels up to 240: a step of 0.01 in a weight saturates the unit behind it.
  options_.overrides = {"optimizer.learning_rate=0.1", "hidden=3", "data.scale.method=none"};
  options_.epsilon = 1e-2;
  options_.examples = 10;
  EXPECT_THAT(printed(1), HasSubstr(" are beyond."));
}

TEST_F(Gradcheck, RoundingOfASmallStepIsNoError) {
  options_.overrides = {"optimizer.learning_rate=0.1", "hidden=3"};
  options_.epsilon = 1e-8;
  EXPECT_THAT(printed(0), HasSubstr("  -\n"));
}

TEST(ReadWeights, NamedKindsAreTheOnlyOnes) {
  const engine::SingleWeights weights = read_weights("input_hidden=3,output_bias=2");
  EXPECT_EQ(weights.input_hidden, 3);
  EXPECT_EQ(weights.hidden_output, 0);
  EXPECT_EQ(weights.hidden_bias, 0);
  EXPECT_EQ(weights.output_bias, 2);
  EXPECT_EQ(read_weights("").hidden_output, 2);
}

TEST(ReadWeights, RefusesOtherWordsAndCounts) {
  for (const char* text : {"input_hidden", "input_hidden=", "input_hidden=-1", "input_hidden=1x",
                           "output=1", "input_hidden=1,,", "input_hidden=1 2"}) {
    EXPECT_THROW((void)read_weights(text), InputError) << text;
  }
}

}  // namespace
}  // namespace mlpsweep::runner
