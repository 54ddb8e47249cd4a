// Every legal pair of output and loss, in every copy of the hot loops.
#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "engine/kernels.h"

namespace mlpsweep::engine {
namespace {

/// Logits of a few rows in padded form.
template <class Real>
struct Rows {
  int units;
  int stride;
  std::vector<Real> logits;
  std::vector<std::uint8_t> labels;

  Rows(int units_, const std::vector<std::vector<double>>& values,
       std::vector<std::uint8_t> labels_)
      : units(units_), stride(padded(units_)), labels(std::move(labels_)) {
    for (const auto& row : values)
      for (int j = 0; j < stride; ++j)
        // Behind the last unit stands what nobody may read.
        logits.push_back(static_cast<Real>(j < units ? row[static_cast<std::size_t>(j)] : 1e30));
  }
  Real bound = static_cast<Real>(std::numeric_limits<double>::infinity());

  [[nodiscard]] Outputs<Real> view() const {
    return {logits.data(), labels.data(), static_cast<int>(labels.size()), units, stride, bound};
  }
};

template <class Real>
double loss(const HeadLoops<Real>& head, const Rows<Real>& rows) {
  std::vector<std::uint8_t> predicted(rows.labels.size());
  return head.score(rows.view(), predicted.data());
}

template <class Real>
std::vector<Real> gradient(const HeadLoops<Real>& head, const Rows<Real>& rows) {
  std::vector<Real> d(rows.logits.size(), Real{-7});
  head.gradient(rows.view(), Real{1}, d.data());
  return d;
}

const HeadLoops<double>& plain(std::string_view output, std::string_view loss_name,
                               std::string_view delta = "loss") {
  const auto& all = kernels<double>();
  for (int i = 0; i < all.head_count; ++i)
    if (all.heads[i].output == output && all.heads[i].loss == loss_name &&
        all.heads[i].delta == delta)
      return all.heads[i];
  throw std::logic_error("no such pair");
}

struct HeadCase {
  const char* isa;
  HeadLoops<float> head;
  HeadLoops<double> exact;
  int units;
};

/// Else GoogleTest prints its bytes, those that nobody wrote included.
void PrintTo(const HeadCase& entry, std::ostream* out) {
  *out << entry.isa << ' ' << entry.head.output << ' ' << entry.head.loss << ' ' << entry.units;
}

std::vector<HeadCase> every_head() {
  std::vector<HeadCase> cases;
  for (const char* isa : {"avx2", "avx512", "baseline"}) {
    const auto* copy = find_kernels(isa);
    if (copy == nullptr)
      continue;
    for (int i = 0; i < copy->head_count; ++i)
      for (const int units : {1, 3, 17}) {
        const auto& head = copy->heads[i];
        if (units == 1 && head.output == std::string_view("softmax"))
          continue;
        cases.push_back({isa, head, plain(head.output, head.loss, head.delta), units});
      }
  }
  return cases;
}

/// 19 rows: a full group of lanes and a short one.
template <class Real>
Rows<Real> some_rows(int units, double size) {
  std::vector<std::vector<double>> values(19);
  std::vector<std::uint8_t> labels;
  for (std::size_t r = 0; r < values.size(); ++r) {
    for (int j = 0; j < units; ++j)
      values[r].push_back(static_cast<float>(size * std::sin(3.0 * static_cast<double>(r) + j)));
    labels.push_back(
        static_cast<std::uint8_t>(r % static_cast<std::size_t>(units == 1 ? 2 : units)));
  }
  return Rows<Real>(units, values, labels);
}

class EveryHead : public testing::TestWithParam<HeadCase> {};

INSTANTIATE_TEST_SUITE_P(Table, EveryHead, testing::ValuesIn(every_head()), [](const auto& entry) {
  return std::string(entry.param.isa) + "_" + entry.param.head.output + "_" +
         entry.param.head.loss + "_" + entry.param.head.delta + "_" +
         std::to_string(entry.param.units);
});

/// The loss whose gradient a head's delta is, and the factor that it comes with.
struct Descended {
  HeadLoops<double> head;
  double factor;
};

Descended descended(const HeadLoops<double>& head) {
  const std::string_view delta = head.delta;
  if (delta == "squared_error")
    return {plain("sigmoid", "mean_squared_error"), 0.5};
  if (delta == "logistic")
    return {plain("sigmoid", "binary_cross_entropy"), 1};
  return {head, 1};
}

void expect_derivative(const HeadLoops<double>& head, Rows<double>& rows) {
  const auto d = gradient(head, rows);
  const auto [descends, factor] = descended(head);
  const double h = 1e-6;  // truncation h*h and rounding 1e-15/h are both near 1e-9
  for (std::size_t i = 0; i < rows.logits.size(); ++i) {
    if (static_cast<int>(i) % rows.stride >= rows.units) {
      EXPECT_EQ(d[i], 0) << "padding must be inert";
      continue;
    }
    const double before = rows.logits[i];
    rows.logits[i] = before + h;
    const double above = loss(descends, rows);
    rows.logits[i] = before - h;
    const double below = loss(descends, rows);
    rows.logits[i] = before;
    EXPECT_NEAR(d[i], factor * (above - below) / (2 * h), 1e-7) << "logit " << i;
  }
}

TEST_P(EveryHead, GradientIsTheDerivativeOfTheLoss) {
  auto rows = some_rows<double>(GetParam().units, 2.0);
  expect_derivative(GetParam().exact, rows);
}

TEST_P(EveryHead, GradientIsTheDerivativeOfTheClippedLoss) {
  const HeadLoops<double>& head = GetParam().exact;
  auto rows = some_rows<double>(GetParam().units, 2.0);
  const auto unclipped = gradient(head, rows);
  rows.bound = 1;  // p within 0.269 .. 0.731: about half the rows are beyond
  if (head.delta == std::string_view("loss"))
    expect_derivative(head, rows);
  else
    EXPECT_EQ(gradient(head, rows), unclipped) << "a delta of another name knows no clip";
}

TEST_P(EveryHead, FloatAgreesWithDouble) {
  const auto rows = some_rows<float>(GetParam().units, 4.0);
  const auto exact_rows = some_rows<double>(GetParam().units, 4.0);
  // 19 rows' sums of float shares: a few units of float's last place (6e-8) of each row's loss.
  const double exact = loss(GetParam().exact, exact_rows);
  EXPECT_NEAR(loss(GetParam().head, rows), exact, 2e-6 * exact);
  const auto d = gradient(GetParam().head, rows);
  const auto exact_d = gradient(GetParam().exact, exact_rows);
  for (std::size_t i = 0; i < d.size(); ++i)
    EXPECT_NEAR(d[i], exact_d[i], 1e-6) << "logit " << i;
}

TEST_P(EveryHead, IsFiniteFarOut) {
  const auto rows = some_rows<float>(GetParam().units, 1e4);
  EXPECT_TRUE(std::isfinite(loss(GetParam().head, rows)));
  for (const float d : gradient(GetParam().head, rows))
    EXPECT_TRUE(std::isfinite(d));
}

TEST_P(EveryHead, TellsANumberThatIsNoneAnyMore) {
  auto rows = some_rows<float>(GetParam().units, 1.0);
  rows.logits[static_cast<std::size_t>(rows.stride)] = std::nanf("");
  EXPECT_TRUE(std::isnan(loss(GetParam().head, rows)));
}

// Numbers from outside: PyTorch 1.13 in float64, functions as named.
TEST(Losses, AgreeWithPyTorch) {
  const Rows<double> three(3, {{0.5, -1.0, 2.0}, {-0.3, 0.8, 0.1}}, {2, 0});
  // torch.nn.functional.cross_entropy(z, torch.tensor([2, 0]), reduction='sum')
  EXPECT_NEAR(loss(plain("softmax", "cross_entropy"), three), 1.94533016336394, 1e-12);
  // 2 * torch.nn.functional.mse_loss(torch.softmax(z, 1), one_hot)
  EXPECT_NEAR(loss(plain("softmax", "mean_squared_error"), three), 0.373297196406931, 1e-12);
  // 2 * torch.nn.functional.binary_cross_entropy_with_logits(z, one_hot)
  EXPECT_NEAR(loss(plain("sigmoid", "binary_cross_entropy"), three), 1.39470641774373, 1e-12);
  // 2 * torch.nn.functional.mse_loss(torch.sigmoid(z), one_hot)
  EXPECT_NEAR(loss(plain("sigmoid", "mean_squared_error"), three), 0.518548860253888, 1e-12);
}

TEST(Clips, HoldTheLossOfARowBetweenThoseAtTheBounds) {
  const double clip = 1e-15;
  const double bound = std::log1p(-clip) - std::log(clip);
  EXPECT_NEAR(bound, 34.54, 0.005);
  Rows<double> sigmoid(1, {{-50}, {50}}, {1, 1});
  Rows<double> softmax(3, {{50, -50, -50}, {-50, 50, -50}}, {1, 1});
  for (const auto& [head, rows] : {std::pair{plain("sigmoid", "binary_cross_entropy"), &sigmoid},
                                   std::pair{plain("softmax", "cross_entropy"), &softmax}}) {
    EXPECT_GT(loss(head, *rows), 49);
    rows->bound = bound;
    // One row at p = clip, one at p = 1 - clip: -ln clip and -ln(1 - clip).
    EXPECT_NEAR(loss(head, *rows), -std::log(clip) - std::log1p(-clip), 1e-12) << head.loss;
    for (const double d : gradient(head, *rows))
      EXPECT_NEAR(d, 0, 1e-15) << "beyond the bounds the loss is flat";
  }
}

TEST(Deltas, AreWhatTheirNamesSayWhateverLossIsReported) {
  const Rows<double> row(1, {{0.75}}, {1});
  const double a = 1 / (1 + std::exp(-0.75));
  for (const char* name : {"binary_cross_entropy", "mean_squared_error"}) {
    EXPECT_DOUBLE_EQ(gradient(plain("sigmoid", name, "squared_error"), row)[0],
                     (a - 1) * a * (1 - a));
    EXPECT_DOUBLE_EQ(gradient(plain("sigmoid", name, "logistic"), row)[0], a - 1);
    EXPECT_EQ(loss(plain("sigmoid", name, "logistic"), row), loss(plain("sigmoid", name), row));
  }
}

TEST(Predictions, TakeTheFirstOfTheLargestUnits) {
  const Rows<double> rows(3, {{1, 2, 2}, {5, 5, 5}, {0, -1, 3}}, {0, 0, 0});
  std::array<std::uint8_t, 3> predicted{};
  plain("softmax", "cross_entropy").score(rows.view(), predicted.data());
  EXPECT_EQ(predicted, (std::array<std::uint8_t, 3>{1, 0, 2}));
}

TEST(Predictions, OfOneUnitAreClassOneFromOneHalfOn) {
  const Rows<double> rows(1, {{0.0}, {-1e-9}, {4.0}}, {0, 0, 0});
  std::array<std::uint8_t, 3> predicted{};
  plain("sigmoid", "binary_cross_entropy").score(rows.view(), predicted.data());
  EXPECT_EQ(predicted, (std::array<std::uint8_t, 3>{1, 0, 1}));
}

TEST(Losses, OfOneUnitTakeClassOneForPositive) {
  const Rows<double> right(1, {{9.0}, {-9.0}}, {1, 0});
  const Rows<double> wrong(1, {{9.0}, {-9.0}}, {0, 1});
  EXPECT_LT(loss(plain("sigmoid", "binary_cross_entropy"), right), 1e-3);
  EXPECT_GT(loss(plain("sigmoid", "binary_cross_entropy"), wrong), 17.9);
}

}  // namespace
}  // namespace mlpsweep::engine
