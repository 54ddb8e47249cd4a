#include "sweeps/plan.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sweeps/read_sweep.h"

namespace mlpsweep::sweeps {
namespace {

const char* const kText = R"(mlpsweep: 1
name: small
data: {set: mnist, split: {validation: 0.2}}
repeats: 2
base: {l2: 1e-4, epochs: 3}
parameters: {hidden: [none, 16]}
)";

DataFacts facts(const engine::DataSpec&) {
  return {4, 3, 100, 20, "cafe"};
}

TEST(Plan, TellsEachTrialAndTheSum) {
  const Sweep sweep = read_sweep("a.yaml", kText);
  std::vector<PlanRow> rows;
  const Plan plan = make_plan(sweep, facts, [&](const PlanRow& row) { rows.push_back(row); });
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(plan.trials, 4U);
  EXPECT_EQ(rows[0].settings, (std::vector<Setting>{{"hidden", std::string("none")}}));
  EXPECT_EQ(rows[0].cost.parameters, 4 * 3 + 3);
  EXPECT_EQ(rows[3].cost.parameters, 4 * 16 + 16 + 16 * 3 + 3);
  EXPECT_EQ(rows[3].repeat, 1);
  EXPECT_EQ(rows[3].rows.train, 80U);
  EXPECT_EQ(rows[3].fingerprint, fingerprint(sweep.trial(3), "cafe"));
  EXPECT_EQ(plan.most_parameters, rows[3].cost.parameters);
  EXPECT_DOUBLE_EQ(plan.flop, 2 * (rows[0].cost.flop + rows[1].cost.flop));
}

TEST(ResolvedJson, HoldsEverySettingWithNumbersAsNumbers) {
  const std::string json = resolved_json(read_sweep("a.yaml", kText, {.overrides = {"l1=0.5"}}));
  EXPECT_THAT(json, testing::StartsWith("{\n  \"mlpsweep\": 1,\n  \"name\": \"small\","));
  EXPECT_THAT(json, testing::HasSubstr("\"l2\": 0.0001,"));
  EXPECT_THAT(json, testing::HasSubstr("\"overrides\": [\n    \"l1=0.5\"\n  ],"));
  EXPECT_THAT(json, testing::EndsWith("\"configurations\": [\n    {\"hidden\":\"none\"},\n"
                                      "    {\"hidden\":\"16\"}\n  ]\n}\n"));
}

}  // namespace
}  // namespace mlpsweep::sweeps
