// A map by fingerprint, for sweeps of a hundred thousand trials.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>
#include <variant>
#include <vector>

#include "engine/errors.h"
#include "sweeps/fingerprint.h"

namespace mlpsweep::sweeps {

/// What was added, in that order, in one piece of memory; nothing is ever taken out. Finding
/// 100,000 records of journals in any order takes std::map ten times as long.
///
/// Errors   std::bad_alloc leaves it as it was.
/// Threads  Safe while nobody changes it.
template <class Value>
class FingerprintMap {
 public:
  using value_type = std::pair<Fingerprint, Value>;
  using const_iterator = typename std::vector<value_type>::const_iterator;

  [[nodiscard]] const_iterator begin() const { return entries_.begin(); }
  [[nodiscard]] const_iterator end() const { return entries_.end(); }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] bool empty() const { return entries_.empty(); }

  [[nodiscard]] const_iterator find(const Fingerprint& fingerprint) const {
    const std::size_t entry = slots_.empty() ? 0 : slots_[slot_of(fingerprint)];
    return entry == 0 ? end() : begin() + static_cast<std::ptrdiff_t>(entry - 1);
  }
  [[nodiscard]] bool contains(const Fingerprint& fingerprint) const {
    return find(fingerprint) != end();
  }
  /// Range    There is one.
  [[nodiscard]] const Value& at(const Fingerprint& fingerprint) const {
    const const_iterator found = find(fingerprint);
    MLPS_CHECK(found != end(), fingerprint.hex());
    return found->second;
  }

  /// The value that is there, or else this one, and whether it is new. It stays where it is until
  /// the next one is added.
  std::pair<Value*, bool> try_emplace(const Fingerprint& fingerprint, Value value = {}) {
    if (2 * (entries_.size() + 1) > slots_.size()) {
      grow();
    }
    std::uint32_t& slot = slots_[slot_of(fingerprint)];
    const bool is_new = slot == 0;
    if (is_new) {
      entries_.emplace_back(fingerprint, std::move(value));
      slot = static_cast<std::uint32_t>(entries_.size());
    }
    return {&entries_[slot - 1].second, is_new};
  }
  Value& operator[](const Fingerprint& fingerprint) { return *try_emplace(fingerprint).first; }

  /// All entries in the order of their fingerprints.
  [[nodiscard]] std::vector<const value_type*> sorted() const {
    std::vector<const value_type*> all;
    all.reserve(size());
    std::transform(begin(), end(), std::back_inserter(all),
                   [](const value_type& one) { return &one; });
    std::sort(all.begin(), all.end(),
              [](const value_type* a, const value_type* b) { return a->first < b->first; });
    return all;
  }

 private:
  /// That of the fingerprint, or the empty one where it would stand: the first from its own on.
  [[nodiscard]] std::size_t slot_of(const Fingerprint& fingerprint) const {
    const std::size_t last = slots_.size() - 1;
    std::size_t slot = table_hash(fingerprint) & last;
    while (slots_[slot] != 0 && entries_[slots_[slot] - 1].first != fingerprint) {
      slot = (slot + 1) & last;
    }
    return slot;
  }

  void grow() {
    std::vector<std::uint32_t> former(std::max<std::size_t>(16, 2 * slots_.size()));
    former.swap(slots_);
    for (std::uint32_t entry = 1; entry <= entries_.size(); ++entry) {
      slots_[slot_of(entries_[entry - 1].first)] = entry;
    }
  }

  std::vector<value_type> entries_;
  std::vector<std::uint32_t> slots_;  ///< A power of two; places among the entries, from 1.
};

using FingerprintSet = FingerprintMap<std::monostate>;

}  // namespace mlpsweep::sweeps
