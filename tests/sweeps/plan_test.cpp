#include "sweeps/plan.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sweeps/read_sweep.h"
#include "sweeps/settle.h"

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

const char* const kParts = R"(mlpsweep: 1
name: parts
data: {set: mnist, split: {validation: 0.2}}
repeats: 2
experiments:
  rates: {parameters: {hidden: [none, 16]}}
  again: {base: {hidden: 16}, readings: {x: {a: {l2: 0}, b: {l2: 1}}}}
  next: {from: {best_of: rates}, base: {epochs: 3}}
)";

TEST(Plan, CountsATrialOfTwoPartsOnce) {
  const Sweep sweep = read_sweep("a.yaml", kParts);
  std::vector<std::size_t> parts;
  const Plan plan = make_plan(sweep, facts, [&](const PlanRow& row) { parts.push_back(row.part); });
  EXPECT_EQ(plan.trials, 6U);
  EXPECT_EQ(plan.fresh, (std::vector<std::uint64_t>{4, 0, 2, 0}));
  EXPECT_EQ(parts, (std::vector<std::size_t>{0, 0, 0, 0, 2, 2}));
  EXPECT_EQ(distinct_trials(sweep), 6U);
  EXPECT_EQ(sweep.trials(), 8U);
}

TEST(Plan, AFoldIsTheValidationPart) {
  const Sweep sweep = read_sweep("a.yaml", "mlpsweep: 1\ndata: mnist\nfolds: 4\n");
  std::vector<PlanRow> rows;
  make_plan(sweep, facts, [&](const PlanRow& row) { rows.push_back(row); });
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[3].fold, 3);
  EXPECT_EQ(rows[3].rows.train, 75U);
  EXPECT_EQ(rows[3].rows.validation, 25U);
}

TEST(Plan, TellsTheSizeOfEachPart) {
  const Sweep sweep = read_sweep("a.yaml", kParts);
  EXPECT_EQ(size_text(sweep), "4 parts, 6 trials");
  EXPECT_THAT(part_lines(sweep),
              testing::ElementsAre("rates: 2 configurations x 2 repeats = 4 trials",
                                   "again: 1 configurations x 2 repeats = 2 trials",
                                   "again (x: b): 1 configurations x 2 repeats = 2 trials",
                                   "next: waits for the winner of rates"));
  const Sweep plain = read_sweep("a.yaml", kText);
  EXPECT_EQ(size_text(plain), "2 configurations x 2 repeats = 4 trials");
  EXPECT_TRUE(part_lines(plain).empty());
}

TEST(ResolvedJson, TellsForWhomAPartWaitsAndWhatItTook) {
  const Sweep sweep = read_sweep("a.yaml", kParts);
  EXPECT_THAT(resolved_json(sweep),
              testing::HasSubstr(R"({"experiment":"next","reading":"","repeats":2,)"
                                 R"("from":{"best_of":"rates","waits_for":["rates"]},)"
                                 "\n     \"configurations\": []}"));
  const std::string settled = resolved_json(settle(sweep, {{"rates", {{"hidden", "16"}}}}));
  EXPECT_THAT(settled, testing::HasSubstr(R"("from":{"best_of":"rates","won":{"hidden":"16"}},)"
                                          "\n     \"configurations\": [\n       "
                                          R"({"hidden":"16","epochs":3,"l2":0.0})"));
}

}  // namespace
}  // namespace mlpsweep::sweeps
