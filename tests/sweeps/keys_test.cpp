#include "sweeps/keys.h"

#include <set>

#include <gtest/gtest.h>

namespace mlpsweep::sweeps {
namespace {

class EveryKey : public testing::TestWithParam<Key> {};

TEST_P(EveryKey, TakesItsDefaultAndShowsItAgain) {
  const Key& key = GetParam();
  engine::TrainSpec spec;
  EXPECT_EQ(key.get(spec), key.default_value);
  if (text_of(key.default_value).empty())
    return;  // "not given", which no spec can write
  EXPECT_EQ(key.set(spec, text_of(key.default_value)), std::nullopt);
  EXPECT_EQ(key.get(spec), key.default_value);
}

TEST_P(EveryKey, RefusesNonsenseAndChangesNothingThen) {
  const Key& key = GetParam();
  engine::TrainSpec spec;
  const std::optional<std::string> expected = key.set(spec, "\n?");
  ASSERT_TRUE(expected.has_value());
  EXPECT_FALSE(expected->empty());
  EXPECT_EQ(settings_of(spec), settings_of(engine::TrainSpec()));
}

TEST_P(EveryKey, IsDescribed) {
  const Key& key = GetParam();
  EXPECT_FALSE(key.range.empty());
  EXPECT_EQ(key.meaning.back(), '.');
  EXPECT_TRUE((std::set<std::string_view>{"number", "whole number", "word", "true or false",
                                          "topology", "file", "label", "labels"}
                   .contains(key.type)));
  EXPECT_EQ(find_key(key.name)->name, key.name);
}

INSTANTIATE_TEST_SUITE_P(Keys, EveryKey, testing::ValuesIn(keys().begin(), keys().end()),
                         [](const auto& tested) {
                           std::string name(tested.param.name);
                           for (char& c : name)
                             c = c == '.' ? '_' : c;
                           return name;
                         });

TEST(Keys, SetEachAFieldOfTheirOwn) {
  // One legal value for each that is not its default.
  const std::vector<std::pair<std::string, std::string>> values = {
      {"data.set", "mnist"},
      {"data.train", "a"},
      {"data.labels.train", "b"},
      {"data.test", "c"},
      {"data.labels.test", "d"},
      {"data.labels.column", "last"},
      {"data.header", "false"},
      {"data.format", "csv"},
      {"data.arrays.inputs", "x"},
      {"data.arrays.labels", "y"},
      {"data.arrays.test_inputs", "v"},
      {"data.arrays.test_labels", "w"},
      {"data.classes", "8,7"},
      {"data.positive", "8"},
      {"data.against", "rest"},
      {"data.pool", "true"},
      {"data.split.train", "0.5"},
      {"data.split.validation", "0.25"},
      {"data.split.test", "100"},
      {"data.split.stratify", "true"},
      {"data.scale.method", "zscore"},
      {"data.scale.per", "all"},
      {"data.scale.fit", "each_file"},
      {"hidden", "203x203"},
      {"activation", "relu"},
      {"output", "sigmoid"},
      {"loss", "mean_squared_error"},
      {"data.monitor", "test"},
      {"output_delta", "squared_error"},
      {"clip", "1e-15"},
      {"init.weights", "normal 0.01"},
      {"init.biases", "normal 0.5"},
      {"batch_size", "all"},
      {"epochs", "77"},
      {"l1", "0.5"},
      {"l2", "0.75"},
      {"optimizer.learning_rate", "3"},
      {"optimizer.momentum", "0.9"},
      {"optimizer.momentum_form", "averaged"},
      {"penalty_form", "outside_momentum"},
      {"bias_step", "summed"},
      {"early_stop.patience", "0"},
      {"early_stop.stop_when", "reached"},
      {"early_stop.restore", "last"},
      {"train_figures", "running"},
      {"shuffle", "none"},
      {"keep_weights", "both"}};
  const std::vector<Setting> before = settings_of(engine::TrainSpec());
  for (const auto& [name, text] : values) {
    engine::TrainSpec spec;
    ASSERT_EQ(find_key(name)->set(spec, text), std::nullopt) << name;
    EXPECT_EQ(text_of(find_key(name)->get(spec)), text);
    const std::vector<Setting> after = settings_of(spec);
    for (std::size_t i = 0; i < after.size(); ++i) {
      EXPECT_EQ(after[i] == before[i], after[i].key != name) << name << " changed " << after[i].key;
    }
  }
}

TEST(Keys, SpellADistributionInOneWay) {
  const auto spelt = [](std::string_view key, std::string_view text) {
    engine::TrainSpec spec;
    const bool refused = find_key(key)->set(spec, text).has_value();
    return refused ? "refused" : text_of(find_key(key)->get(spec));
  };
  EXPECT_EQ(spelt("init.weights", "normal 0.010"), "normal 0.01");
  EXPECT_EQ(spelt("init.weights", "normal 1e-2"), "normal 0.01");
  EXPECT_EQ(spelt("init.weights", "normal 1.0"), "normal") << "as specs have always said it";
  EXPECT_EQ(spelt("init.biases", "normal 1.0"), "normal 1");
  EXPECT_EQ(spelt("init.biases", "0"), "0");
  for (const char* wrong : {"normal 0", "normal -1", "normal x", "normal", "he", "1"})
    EXPECT_EQ(spelt("init.biases", wrong), "refused") << wrong;
  EXPECT_EQ(spelt("init.weights", "glorot 2"), "refused");
}

TEST(Keys, NameTheNearestButNotWhatIsFar) {
  const std::vector<std::string_view> names = {"epochs", "hidden", "l2"};
  EXPECT_EQ(nearest("epoch", names), "epochs");
  EXPECT_EQ(nearest("hiden", names), "hidden");
  EXPECT_EQ(nearest("temperature", names), "");
}

}  // namespace
}  // namespace mlpsweep::sweeps
