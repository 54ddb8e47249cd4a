// The entries of a mapping, each asked for by its name, with the checks that all of them share.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sweeps/diagnostics.h"
#include "sweeps/node.h"

namespace mlpsweep::sweeps {

/// Names, as the functions below and Diagnostics take them.
using Names = std::vector<std::string_view>;

template <class Text>
[[nodiscard]] bool is_in(const std::vector<Text>& texts, std::string_view text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

/// A mapping's entries, each asked for by its name.
class Fields {
 public:
  /// Reports a node that is no mapping, names that are not in `allowed`, and names without a value.
  /// `section` is what the mapping is called in complaints.
  Fields(const Node& map, std::string section, const Names& allowed, Diagnostics& diagnostics);

  /// The value, or null.
  [[nodiscard]] const Node* find(std::string_view name) const;
  /// Whether the name is there, with a value or without.
  [[nodiscard]] bool has(std::string_view name) const { return key_of(name) != nullptr; }
  /// Whether all names are known: then what is not there was not meant to be.
  [[nodiscard]] bool complete() const { return complete_; }
  /// Where the name stands, or the mapping if it is not there.
  [[nodiscard]] Place place_of(std::string_view name) const;

  /// A text of one line; empty if it is not there or is reported.
  [[nodiscard]] std::string text(std::string_view name) const;
  /// A text that must be one of `words`; empty if it is not there or is reported.
  [[nodiscard]] std::string word(std::string_view name, const Names& words) const;
  /// One text or a list of texts.
  [[nodiscard]] std::vector<const Node*> texts(std::string_view name) const;
  [[nodiscard]] std::optional<int> whole(std::string_view name, int least) const;
  [[nodiscard]] bool yes(std::string_view name) const;

 private:
  [[nodiscard]] const Node* key_of(std::string_view name) const;

  const Node& map_;
  std::string section_;
  Diagnostics& diagnostics_;
  bool complete_ = true;
};

/// "expected one of: a, b", and the nearest of them to `got`: of numbers in size, of words in
/// spelling and only if one is near.
[[nodiscard]] std::vector<std::string> notes_of(const Names& names, std::string_view got);

}  // namespace mlpsweep::sweeps
