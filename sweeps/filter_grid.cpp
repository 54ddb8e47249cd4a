#include "sweeps/filter_grid.h"

#include <algorithm>
#include <unordered_set>

#include "sweeps/fingerprint.h"
#include "sweeps/keys.h"

namespace mlpsweep::sweeps {
namespace {

/// The texts that some keys take along the grid, without building a TrainSpec for each position.
class GridTexts {
 public:
  GridTexts(const Part& part, std::vector<std::string> names)
      : part_(part), names_(std::move(names)) {
    for (const std::string& name : names_)
      base_.push_back(text_of(find_key(name)->get(part.base)));
    for (const Block& block : part.blocks)
      enter(block);
  }

  /// Calls take(texts) for each position in grid order, a text for each name.
  template <class Take>
  void walk(const Take& take) const {
    std::vector<const std::string*> texts(names_.size());
    for (std::size_t b = 0; b < part_.blocks.size(); ++b) {
      const Block& block = part_.blocks[b];
      std::vector<std::size_t> steps(block.axes.size(), 0);
      do {
        for (std::size_t n = 0; n < names_.size(); ++n) {
          const Source& source = sources_[b][n];
          texts[n] = source.fixed != nullptr
                         ? source.fixed
                         : &block.axes[source.axis].values[steps[source.axis]][source.column];
        }
        take(texts);
      } while (advance(block, steps));
    }
  }

 private:
  struct Source {
    const std::string* fixed = nullptr;
    std::size_t axis = 0;
    std::size_t column = 0;
  };

  /// The last axis turns fastest; false after the last position.
  static bool advance(const Block& block, std::vector<std::size_t>& steps) {
    for (std::size_t a = steps.size(); a-- > 0;) {
      if (++steps[a] < block.axes[a].values.size())
        return true;
      steps[a] = 0;
    }
    return false;
  }

  void enter(const Block& block) {
    std::vector<Source>& sources = sources_.emplace_back();
    for (std::size_t n = 0; n < names_.size(); ++n) {
      Source source{&base_[n]};
      for (const auto& [key, text] : block.fixed) {
        if (key == names_[n])
          source.fixed = &text;
      }
      for (std::size_t a = 0; a < block.axes.size(); ++a) {
        const std::vector<std::string>& in_axis = block.axes[a].keys;
        const auto found = std::find(in_axis.begin(), in_axis.end(), names_[n]);
        if (found != in_axis.end()) {
          source = {nullptr, a, static_cast<std::size_t>(found - in_axis.begin())};
        }
      }
      sources.push_back(source);
    }
  }

  const Part& part_;
  std::vector<std::string> names_;
  std::vector<std::string> base_;
  std::vector<std::vector<Source>> sources_;  ///< (block, name)
};

/// Every key that some block or exclusion names: the others are the same everywhere.
std::vector<std::string> names_in(const Part& part) {
  std::vector<std::string> names;
  const auto add = [&names](const std::string& name) {
    if (std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(name);
  };
  for (const Block& block : part.blocks) {
    for (const Axis& axis : block.axes)
      std::for_each(axis.keys.begin(), axis.keys.end(), add);
    for (const auto& [key, text] : block.fixed)
      add(key);
  }
  for (const Exclusion& exclusion : part.exclusions) {
    for (const auto& [key, text] : exclusion)
      add(key);
  }
  return names;
}

using Texts = std::vector<const std::string*>;

/// Exclusions with each key as its column in the texts, and whether each has ever matched.
class Exclusions {
 public:
  Exclusions(const Part& part, const std::vector<std::string>& names) {
    for (const Exclusion& exclusion : part.exclusions) {
      Columns& columns = columns_.emplace_back();
      for (const auto& [key, text] : exclusion) {
        const auto found = std::find(names.begin(), names.end(), key);
        columns.emplace_back(static_cast<std::size_t>(found - names.begin()), &text);
      }
    }
    matched_.resize(columns_.size());
  }

  bool match(const Texts& texts) {
    bool any = false;
    for (std::size_t e = 0; e < columns_.size(); ++e) {
      const bool all = std::all_of(columns_[e].begin(), columns_[e].end(), [&](const auto& pair) {
        return *texts[pair.first] == *pair.second;
      });
      if (all)
        matched_[e] = true;
      any = any || all;
    }
    return any;
  }

  [[nodiscard]] std::vector<bool> take_matched() { return std::move(matched_); }

 private:
  using Columns = std::vector<std::pair<std::size_t, const std::string*>>;
  std::vector<Columns> columns_;
  std::vector<bool> matched_;
};

Fingerprint identity_of(const Texts& texts, std::string& buffer) {
  buffer.clear();
  for (const std::string* text : texts) {
    buffer += *text;
    buffer += '\n';  // no text holds one, so that "a" "bc" is not "ab" "c"
  }
  return hash_bytes(buffer);
}

struct HashOfHash {
  std::size_t operator()(const Fingerprint& hash) const { return hash.low; }
};

std::size_t combinations_in(const GivenList& entry) {
  std::size_t count = 1;
  for (const Given& given : entry)
    count *= given.choices.size();
  return count;
}

/// Entries of `exclude` by where they stand, and whether each has left something out: one that
/// several parts inherit is idle only if it is in all of them.
using Use = std::vector<std::pair<Place, bool>>;

void add_use(Place place, bool used, Use& all) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.first == place; });
  if (found == all.end()) {
    all.emplace_back(place, used);
  } else {
    found->second = found->second || used;
  }
}

void add_uses(const PartOutline& outline, const Part& part, const std::vector<bool>& matched,
              Use& all) {
  std::size_t first = 0;
  for (const GivenList& entry : outline.exclusions) {
    const std::size_t end = first + combinations_in(entry);
    // What a winner will bring is not known yet.
    bool used = !part.settled;
    for (std::size_t e = first; e < end; ++e)
      used = used || matched[e];
    add_use(entry.front().place, used, all);
    first = end;
  }
}

/// Where an entry was illegal, and so reported, what it would have left out is not known.
bool all_were_legal(const PartOutline& outline, const Part& part) {
  std::size_t combinations = 0;
  for (const GivenList& entry : outline.exclusions)
    combinations += combinations_in(entry);
  return combinations == part.exclusions.size();
}

}  // namespace

std::vector<bool> filter_grid(Part& part) {
  part.filtered = false;
  part.kept = {};
  if (part.exclusions.empty() && part.blocks.size() < 2)
    return {};
  const std::vector<std::string> names = names_in(part);
  Exclusions exclusions(part, names);
  std::unordered_set<Fingerprint, HashOfHash> seen;
  std::uint64_t position = 0;
  std::string buffer;
  GridTexts(part, names).walk([&](const Texts& texts) {
    const bool fresh = part.blocks.size() < 2 || seen.insert(identity_of(texts, buffer)).second;
    if (fresh && !exclusions.match(texts))
      part.kept.push_back(position);
    ++position;
  });
  part.filtered = part.kept.size() != position;
  if (!part.filtered)
    part.kept = {};
  return exclusions.take_matched();
}

void filter_grids(const std::vector<PartOutline>& outlines, Sweep& sweep,
                  Diagnostics& diagnostics) {
  Use uses;
  for (std::size_t p = 0; p < sweep.parts.size(); ++p) {
    Part& part = sweep.parts[p];
    if (!all_were_legal(outlines[p], part))
      continue;
    add_uses(outlines[p], part, filter_grid(part), uses);
    if (part.settled && part.configurations() == 0) {
      diagnostics.report(outlines[p].exclusions.front().front().place,
                         "'exclude' leaves no configuration");
    }
  }
  // Narrowing a sweep on the command line must not turn its exclusions into faults.
  if (!sweep.overrides.empty())
    return;
  for (const auto& [place, used] : uses) {
    if (!used) {
      diagnostics.report(place, "this entry of 'exclude' leaves nothing out",
                         {"expected values that some configuration has"});
    }
  }
}

}  // namespace mlpsweep::sweeps
