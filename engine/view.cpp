#include "engine/view.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <fmt/format.h>

#include "engine/errors.h"
#include "engine/nearest.h"

namespace mlpsweep::engine {
namespace {

/// Class of the view for each class of the files; none: dropped.
using Classes = std::vector<std::optional<std::uint8_t>>;

std::vector<std::size_t> rows_by_class(const Dataset& data) {
  std::vector<std::size_t> count(data.class_names.size());
  for (const ImageSet* part : {&data.train, &data.test}) {
    for (const std::uint8_t label : part->labels)
      ++count[label];
  }
  return count;
}

/// The class of that name, which some row has.
std::size_t find_class(const Dataset& data, const std::string& name, std::string_view key) {
  const std::vector<std::size_t> rows = rows_by_class(data);
  std::vector<std::string_view> there;
  for (std::size_t k = 0; k < rows.size(); ++k) {
    if (rows[k] == 0)
      continue;
    if (data.class_names[k] == name)
      return k;
    there.push_back(data.class_names[k]);
  }
  const std::string_view near = nearest_name(name, there);
  throw InputError(fmt::format("{}: no label '{}' in {}\n  labels there: {}{}{}", key, name,
                               data.name, fmt::join(there, ", "),
                               near.empty() ? "" : "\n  nearest: ", near));
}

/// Which classes are kept, in their order.
std::vector<std::size_t> kept_classes(const Dataset& data, const DataSpec& spec) {
  std::vector<std::size_t> kept;
  if (spec.classes.empty()) {
    for (std::size_t k = 0; k < data.class_names.size(); ++k)
      kept.push_back(k);
    return kept;
  }
  for (const std::string& name : spec.classes) {
    const std::size_t k = find_class(data, name, "data.classes");
    if (std::find(kept.begin(), kept.end(), k) != kept.end())
      throw InputError(fmt::format("data.classes: the label '{}' twice", name));
    kept.push_back(k);
  }
  if (kept.size() < 2)
    throw InputError("data.classes: expected two labels or more, found one");
  return kept;
}

/// Puts the positive class last of two, or all others into one.
Classes numbered(const Dataset& data, const DataSpec& spec, std::vector<std::size_t> kept,
                 std::vector<std::string>& names) {
  Classes classes(data.class_names.size());
  if (!spec.positive.empty()) {
    const std::size_t positive = find_class(data, spec.positive, "data.positive");
    const auto at = std::find(kept.begin(), kept.end(), positive);
    if (at == kept.end()) {
      throw InputError(fmt::format("data.positive: expected one of data.classes ({}), found '{}'",
                                   fmt::join(spec.classes, ", "), spec.positive));
    }
    if (spec.against == "rest") {
      for (const std::size_t k : kept)
        classes[k] = k == positive ? 1 : 0;
      names = {"rest", spec.positive};
      return classes;
    }
    if (kept.size() != 2) {
      throw InputError(fmt::format(
          "data.positive: expected two classes, found {}: name two in data.classes, or set "
          "data.against: rest",
          kept.size()));
    }
    std::rotate(kept.begin(), at + 1, kept.end());
  } else if (!spec.against.empty()) {
    throw InputError("data.against: expected data.positive, the class against the rest");
  }
  for (std::size_t i = 0; i < kept.size(); ++i) {
    classes[kept[i]] = static_cast<std::uint8_t>(i);
    names.push_back(data.class_names[kept[i]]);
  }
  return classes;
}

/// An ImageSet that still grows.
struct Kept {
  std::vector<std::uint8_t> pixels;
  std::vector<std::uint8_t> labels;
  ImageSet whole() && {
    const std::size_t rows = labels.size();
    return {rows, std::move(pixels), std::move(labels)};
  }
};

void append_kept(const ImageSet& from, const Classes& classes, std::size_t inputs, Kept& to) {
  std::vector<std::uint32_t> rows;
  for (std::size_t row = 0; row < from.rows; ++row) {
    if (classes[from.labels[row]])
      rows.push_back(static_cast<std::uint32_t>(row));
  }
  reserve_on_large_pages(to.pixels, to.pixels.size() + rows.size() * inputs);
  for (const std::uint32_t row : rows) {
    const auto begin = from.pixels.begin() + row * inputs;
    to.pixels.insert(to.pixels.end(), begin, begin + inputs);
    to.labels.push_back(*classes[from.labels[row]]);
  }
}

/// "sign-digits (7, 8)"
std::string name_of(const Dataset& whole, const DataSpec& spec, const Dataset& view) {
  std::string text = whole.name;
  if (!spec.classes.empty() || !spec.positive.empty())
    text += fmt::format(" ({})", fmt::join(view.class_names, ", "));
  return spec.pool ? text + ", pooled" : text;
}

}  // namespace

bool asks_for_view(const DataSpec& spec) {
  return !spec.classes.empty() || !spec.positive.empty() || !spec.against.empty() || spec.pool;
}

Dataset make_view(const Dataset& whole, const DataSpec& spec) {
  if (!spec.against.empty() && spec.against != "rest")
    throw InputError("data.against: expected rest, found '" + spec.against + "'");
  if (spec.pool && whole.test.rows == 0)
    throw InputError("data.pool: " + whole.name + " has no test part to be put to the rest");
  Dataset view;
  view.height = whole.height;
  view.width = whole.width;
  view.checksum = whole.checksum;
  view.files = whole.files;
  view.notes = whole.notes;
  const Classes classes = numbered(whole, spec, kept_classes(whole, spec), view.class_names);
  view.classes = static_cast<int>(view.class_names.size());
  Kept train;
  Kept test;
  append_kept(whole.train, classes, whole.inputs(), train);
  append_kept(whole.test, classes, whole.inputs(), spec.pool ? train : test);
  view.train = std::move(train).whole();
  view.test = std::move(test).whole();
  view.name = name_of(whole, spec, view);
  for (int k = 0; k < view.classes && !spec.classes.empty(); ++k) {
    const auto& labels = view.train.labels;
    if (std::find(labels.begin(), labels.end(), k) == labels.end()) {
      throw InputError(fmt::format("data.classes: no training row has the label '{}'",
                                   view.class_names[static_cast<std::size_t>(k)]));
    }
  }
  return view;
}

}  // namespace mlpsweep::engine
