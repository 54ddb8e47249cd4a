// From the names that a user typed to keys, figures and trials: what tables, list and show share.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "results/record.h"
#include "results/store.h"
#include "sweeps/value.h"

namespace mlpsweep::results {

/// Collects everything wrong with a request, so that a user mends it in one go.
class Complaints {
 public:
  void add(std::string complaint) { all_.push_back(std::move(complaint)); }
  /// Errors   InputError with every complaint, one a line, if there is any.
  void throw_if_any() const;

 private:
  std::vector<std::string> all_;
};

/// Everything that trials can be grouped and filtered by: the key table, keys that only older
/// records have, then seed, repeat, fold and state.
class KeyNames {
 public:
  explicit KeyNames(std::span<const Record> records);

  /// The full name of `text`, which is one already or the last part of exactly one; empty after a
  /// complaint that begins with `option`.
  [[nodiscard]] std::string resolve(std::string_view text, std::string_view option,
                                    Complaints& complaints) const;

  /// The last part where it means this key alone ("learning_rate"), else the full name.
  [[nodiscard]] std::string heading(std::string_view key) const;

 private:
  [[nodiscard]] std::vector<std::string_view> ending_in(std::string_view last_part) const;

  std::vector<std::string> names_;
};

/// Finds a key's setting in one record after the other: where the record before had it first.
class SettingPlace {
 public:
  explicit SettingPlace(std::string key) : key_(std::move(key)) {}
  /// Null where the record has none.
  [[nodiscard]] const sweeps::Setting* find(const Record& record);

 private:
  std::string key_;
  std::size_t place_ = 0;
};

/// What `record` has under a full name; an empty text where it has nothing.
[[nodiscard]] sweeps::Value value_of(const Record& record, std::string_view key);
/// The same beside the settings: seed, repeat, fold, state.
[[nodiscard]] sweeps::Value own_value(const Record& record, std::string_view key);

/// Complains, with the nearest, unless figure_of() takes `name`.
void check_figure(std::string_view name, std::span<const sweeps::DerivedFigure> derived,
                  std::string_view option, Complaints& complaints);

/// The figure behind the sweep's metric: validation_loss with `at: best` is best_validation_loss.
[[nodiscard]] std::string metric_figure(const SweepInfo& info);

/// Whether choosing by this figure keeps the test part out of it.
[[nodiscard]] bool is_validation_figure(std::string_view figure_name);

/// Whether a figure is a share (an accuracy), so that per cent make sense.
[[nodiscard]] bool is_share(std::string_view figure_name);

/// `chosen` if there are any; else the metric, its accuracy, and test_accuracy where a record has
/// it.
[[nodiscard]] std::vector<std::string> figures_to_show(const SweepInfo& info,
                                                       std::span<const Record> records,
                                                       std::span<const std::string> chosen,
                                                       Complaints& complaints);

/// A key with the values that it may have, each in its one spelling.
struct Filter {
  std::string key;
  std::vector<std::string> texts;

  [[nodiscard]] bool passes(const Record& record) const;
  [[nodiscard]] bool has(const sweeps::Value& value) const;
};

/// Resolves keys and puts values into their one spelling (1e-2 finds 0.01). A key that is named
/// several times may have any of the values.
[[nodiscard]] std::vector<Filter> read_filters(
    const KeyNames& names, std::span<const std::pair<std::string, std::string>> where,
    Complaints& complaints, std::string_view option = "where");

/// The records that pass every filter, in their order.
[[nodiscard]] std::vector<const Record*> select(std::span<const Record> records,
                                                std::span<const Filter> filters);

/// "3 diverged, 1 failed" for the states that aren't complete, or nothing.
[[nodiscard]] std::string count_unfinished(std::span<const Record* const> trials);

/// Footer lines on what a table leaves out: filters, trials of the plan without a record.
[[nodiscard]] std::vector<std::string> notes_on_absent(const SweepInfo& info, std::size_t records,
                                                       std::size_t selected,
                                                       std::span<const Filter> filters);

}  // namespace mlpsweep::results
