// The numbers of tests/reference/comparisons.json, made by comparisons.py with SciPy.
#pragma once

#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace mlpsweep::results {

/// All cases of one kind; tests run in the project's root. Empty, and a failure, without the file.
inline nlohmann::json comparison_cases(const std::string& kind) {
  std::ifstream file("tests/reference/comparisons.json");
  EXPECT_TRUE(file) << "tests/reference/comparisons.json can't be read";
  return file ? nlohmann::json::parse(file).at(kind) : nlohmann::json::array();
}

/// Both sides are in double, and sum in other orders: 1e-9 of the number is far below any digit
/// that is printed and far above what rounding does.
inline void expect_same(double found, const nlohmann::json& expected, const std::string& what) {
  const double number = expected.get<double>();
  EXPECT_NEAR(found, number, 1e-9 * std::abs(number) + 1e-15) << what;
}

}  // namespace mlpsweep::results
