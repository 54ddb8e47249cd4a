// Loss, accuracy, confusion matrix and predicted classes against scikit-learn's, on networks that
// NumPy trained with the same streams (tests/reference/metrics_reference.py); and with them the
// split, plain and stratified, the z-score of the training part, and the order of each epoch.
#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "engine/train.h"

#include "tests/engine/reference_case.h"

namespace mlpsweep::engine {
namespace {

// 300 steps in float32; one row scored in another class would move a loss by 1e-3 and more.
constexpr double kTolerance = 1e-5;

/// The 120 rows behind the training file's 300 are the set's own test part.
Dataset data_with_test(int classes) {
  constexpr std::size_t kRows = 300;
  constexpr std::size_t kTestRows = 120;
  Dataset data = reference_data(kRows, classes);
  const ImageSet all = reference_images(kRows + kTestRows, classes);
  data.test.rows = kTestRows;
  data.test.pixels =
      std::vector<std::uint8_t>(all.pixels.begin() + kRows * kReferenceInputs, all.pixels.end());
  data.test.labels.assign(all.labels.begin() + kRows, all.labels.end());
  return data;
}

TrialResult train_case(const nlohmann::json& reference) {
  TrainSpec spec = reference_spec(reference);
  spec.data.split.validation = reference.at("validation_rows").get<double>();
  if (reference.at("test_rows") != 0) {
    spec.data.split.test = reference.at("test_rows").get<double>();
  }
  reference.at("stratify").get_to(spec.data.split.stratify);
  return train(spec, data_with_test(reference.at("classes")));
}

void expect_figures(double loss, double accuracy, const nlohmann::json& expected) {
  EXPECT_NEAR(loss, expected.at("loss").get<double>(), kTolerance);
  EXPECT_NEAR(accuracy, expected.at("accuracy").get<double>(), 1e-12);
}

TEST(Metrics, AreThoseOfScikitLearn) {
  const nlohmann::json all = reference_cases("metrics.json");
  ASSERT_EQ(all.size(), 10U) << "cases in tests/reference/metrics.json";
  for (const nlohmann::json& reference : all) {
    SCOPED_TRACE(reference.at("name").get<std::string>());
    const TrialResult result = train_case(reference);
    const nlohmann::json& test = reference.at("test");
    expect_figures(result.last.train_loss, result.last.train_accuracy, reference.at("train"));
    if (reference.contains("validation")) {
      expect_figures(result.last.validation_loss, result.last.validation_accuracy,
                     reference.at("validation"));
    }
    expect_figures(result.test_loss, result.test_accuracy, test);
    EXPECT_EQ(result.confusion, test.at("confusion").get<std::vector<std::int64_t>>());
    EXPECT_EQ(result.predictions, test.at("predictions").get<std::vector<std::uint8_t>>());
  }
}

}  // namespace
}  // namespace mlpsweep::engine
