// The settings of a trial as its record has them.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "sweeps/value.h"

namespace mlpsweep::results {

/// A list of settings that never changes. Lists that were read together share the settings that
/// they have in common: eight bytes a setting instead of a hundred.
///
/// Threads  Safe, as any constant.
class Settings {
 public:
  Settings() = default;
  // Implicit, so that a record's settings are assigned like the list that they are.
  Settings(std::vector<sweeps::Setting> all);  // NOLINT(google-explicit-constructor)
  Settings(std::initializer_list<sweeps::Setting> all);
  /// What `all` points to lives in `owner`.
  Settings(std::vector<const sweeps::Setting*> all, std::shared_ptr<const void> owner)
      : all_(std::move(all)), owner_(std::move(owner)) {}

  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = sweeps::Setting;
    using difference_type = std::ptrdiff_t;
    using pointer = const sweeps::Setting*;
    using reference = const sweeps::Setting&;

    Iterator() = default;
    explicit Iterator(const sweeps::Setting* const* at) : at_(at) {}
    reference operator*() const { return **at_; }
    pointer operator->() const { return *at_; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    Iterator operator++(int) { return Iterator(at_++); }
    bool operator==(const Iterator&) const = default;

   private:
    const sweeps::Setting* const* at_ = nullptr;
  };

  [[nodiscard]] Iterator begin() const { return Iterator(all_.data()); }
  [[nodiscard]] Iterator end() const { return Iterator(all_.data() + all_.size()); }
  [[nodiscard]] std::size_t size() const { return all_.size(); }
  [[nodiscard]] const sweeps::Setting& operator[](std::size_t place) const { return *all_[place]; }

  [[nodiscard]] bool operator==(const Settings& other) const;

  [[nodiscard]] std::vector<sweeps::Setting> list() const { return {begin(), end()}; }

 private:
  std::vector<const sweeps::Setting*> all_;
  std::shared_ptr<const void> owner_;
};

}  // namespace mlpsweep::results
