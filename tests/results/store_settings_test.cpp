// Which columns a sweep's settings become, and how each value finds its type again.
#include "results/store_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/errors.h"

namespace mlpsweep::results {
namespace {

Record with(std::vector<sweeps::Setting> settings) {
  Record record;
  record.settings = std::move(settings);
  return record;
}

ElementType type_of_column(const std::vector<Record>& records) {
  SettingSurvey survey;
  for (const Record& record : records) {
    survey.add(record);
  }
  return survey.columns().front().type;
}

TEST(StoreSettings, AColumnOfOneTypeHasThatType) {
  EXPECT_EQ(type_of_column({with({{"k", true}}), with({{"k", false}})}), ElementType::kUint8);
  EXPECT_EQ(type_of_column({with({{"k", std::int64_t{1}}})}), ElementType::kInt64);
  EXPECT_EQ(type_of_column({with({{"k", 0.5}}), with({{"k", 1.0}})}), ElementType::kFloat64);
  EXPECT_EQ(type_of_column({with({{"k", std::string("1")}})}), ElementType::kText);
}

TEST(StoreSettings, AColumnOfSeveralTypesIsText) {
  EXPECT_EQ(type_of_column({with({{"k", std::int64_t{128}}}), with({{"k", std::string("all")}})}),
            ElementType::kText);
  EXPECT_EQ(type_of_column({with({{"k", 0.5}}), with({{"k", std::int64_t{1}}})}),
            ElementType::kText);
}

TEST(StoreSettings, WhereSomeRecordsHaveNoneOnlyAFractionCanStayANumber) {
  EXPECT_EQ(type_of_column({with({{"k", 0.5}}), with({})}), ElementType::kFloat64);  // NaN
  EXPECT_EQ(type_of_column({with({{"k", std::int64_t{1}}}), with({})}), ElementType::kText);
  EXPECT_EQ(type_of_column({with({}), with({{"k", true}})}), ElementType::kText);
}

TEST(StoreSettings, RecordsThatAgreeInKeysAndTypesShareALayout) {
  SettingSurvey survey;
  survey.add(with({{"a", 0.5}, {"b", true}}));
  survey.add(with({{"a", 0.25}, {"b", false}}));
  survey.add(with({{"b", false}, {"a", 0.25}}));
  EXPECT_THAT(survey.layouts(),
              ::testing::ElementsAre("float64 a\nbool b\n", "bool b\nfloat64 a\n"));
  EXPECT_EQ(survey.layout_of(0), 0);
  EXPECT_EQ(survey.layout_of(1), 0);
  EXPECT_EQ(survey.layout_of(2), 1);
}

TEST(StoreSettings, ALayoutsTextIsReadBack) {
  const SettingLayout layout = SettingLayout::parse("text a key of two words\nint64 b\n");
  ASSERT_EQ(layout.fields.size(), 2U);
  EXPECT_EQ(layout.fields[0].key, "a key of two words");
  EXPECT_EQ(layout.text(), "text a key of two words\nint64 b\n");
  EXPECT_TRUE(SettingLayout::parse("").fields.empty());
}

TEST(StoreSettings, ALayoutOfAnUnknownTypeIsRefused) {
  EXPECT_THROW((void)SettingLayout::parse("complex a\n"), MachineError);
  EXPECT_THROW((void)SettingLayout::parse("int64\n"), MachineError);
  EXPECT_THROW((void)SettingLayout::parse("\n"), MachineError);
}

TEST(StoreSettings, EveryTypeComesBackFromATextColumn) {
  const std::vector<sweeps::Value> values = {true, false,  std::int64_t{-9223372036854775807},
                                             0.1,  1e-310, std::string("128")};
  for (const sweeps::Value& value : values) {
    EXPECT_EQ(setting_value(Cell(sweeps::text_of(value)), value.index()), value);
  }
}

TEST(StoreSettings, AColumnThatHoldsAnotherTypeIsRefused) {
  EXPECT_THROW((void)setting_value(Cell(std::string("12x")), 1), MachineError);
  EXPECT_THROW((void)setting_value(Cell(std::int64_t{1}), 2), MachineError);
  EXPECT_THROW((void)setting_value(Cell(0.5), 0), MachineError);
  EXPECT_THROW((void)setting_value(Cell(0.5), 3), MachineError);
}

TEST(StoreSettings, AKeyThatAnotherColumnIsNamedLikeStandsAside) {
  EXPECT_EQ(setting_dataset("optimizer.learning_rate"), "optimizer.learning_rate");
  EXPECT_EQ(setting_dataset("seed"), "setting.seed");
  EXPECT_EQ(setting_dataset("train_loss"), "setting.train_loss");
  EXPECT_EQ(setting_dataset("trial"), "setting.trial");
}

}  // namespace
}  // namespace mlpsweep::results
