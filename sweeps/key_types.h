// What rows of the key table are made of: one function a type gives range, set and get.
// Only keys.cpp needs this.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "sweeps/keys.h"

namespace mlpsweep::sweeps {

/// Reaches one field of a TrainSpec, to write it and to read it.
template <class T>
struct Field {
  std::function<T&(engine::TrainSpec&)> write;
  std::function<const T&(const engine::TrainSpec&)> read;

  /// Only from a function that reaches a T, so that overloads are told apart by their field's type;
  /// implicit, so that a row says FIELD(...) and no more.
  template <class Reach>
  requires std::is_same_v<std::invoke_result_t<Reach, engine::TrainSpec&>, T&> Field(Reach reach)
      : write(reach), read(reach) {}  // NOLINT(google-explicit-constructor)
};

/// FIELD(optimizer.momentum): the field as a function, so that a row names it once.
#define FIELD(path)         \
  [](auto& spec) -> auto& { \
    return spec.path;       \
  }

/// Of a layer.
inline constexpr int kMostUnits = 65'536;

/// Bounds of a number.
struct Bounds {
  double least = -std::numeric_limits<double>::infinity();
  bool least_allowed = true;
  double below = std::numeric_limits<double>::infinity();
};

[[nodiscard]] Key number(Key key, Bounds bounds, Field<double> field);
[[nodiscard]] Key whole(Key key, std::int64_t least, std::int64_t most, Field<int> field);
[[nodiscard]] Key yes_no(Key key, Field<bool> field);
[[nodiscard]] Key word(Key key, std::vector<std::string> words, Field<std::string> field);
/// A word, or "normal S" with a standard deviation S > 0, spelt in one way.
[[nodiscard]] Key distribution(Key key, std::vector<std::string> words, Field<std::string> field);
[[nodiscard]] Key file(Key key, Field<std::string> field);
/// A label of the data, or the name of a column or array: any text of one line.
[[nodiscard]] Key label(Key key, Field<std::string> field);
/// Two labels or more, "7,8"; "all" is the field's empty list.
[[nodiscard]] Key labels(Key key, Field<std::vector<std::string>> field);
/// A word, or none for the field's empty text.
[[nodiscard]] Key optional_word(Key key, std::vector<std::string> words, Field<std::string> field);
[[nodiscard]] Key topology(Key key, Field<std::vector<int>> field);

/// A whole number or a word: `word` is the field's 0 (full batch).
[[nodiscard]] Key whole_or(Key key, std::int64_t least, std::int64_t most, std::string word,
                           Field<std::int64_t> field);
/// A whole number or a word: `word` is the field's "unset".
[[nodiscard]] Key whole_or(Key key, std::int64_t least, std::int64_t most, std::string word,
                           Field<std::optional<int>> field);

/// One part of a split: a share in (0, 1), a number of rows, or a word for the field's "unset".
[[nodiscard]] Key part(Key key, std::string word, Field<std::optional<engine::PartSize>> field);

}  // namespace mlpsweep::sweeps
