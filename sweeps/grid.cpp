#include "sweeps/grid.h"

#include <algorithm>
#include <limits>
#include <unordered_map>

#include <fmt/format.h>

namespace mlpsweep::sweeps {
namespace {

using Wide = unsigned __int128;

constexpr std::size_t kMostExclusions = 10'000;

std::string digits_of(Wide value) {
  std::string text;
  do {
    text.insert(text.begin(), static_cast<char>('0' + static_cast<int>(value % 10)));
    value /= 10;
  } while (value != 0);
  return text;
}

/// A count that says so when it doesn't fit in 128 bits.
struct Count {
  Wide value = 0;
  bool fits = true;

  void multiply(Wide factor) { fits = !__builtin_mul_overflow(value, factor, &value) && fits; }
  void add(const Count& other) {
    fits = !__builtin_add_overflow(value, other.value, &value) && fits && other.fits;
  }
};

Axis axis_of(const GivenList& together, std::size_t length) {
  Axis axis;
  for (const Given& given : together)
    axis.keys.emplace_back(given.key->name);
  for (std::size_t step = 0; step < length; ++step) {
    std::vector<std::string>& texts = axis.values.emplace_back();
    for (const Given& given : together)
      texts.push_back(given.choices[step].text);
  }
  return axis;
}

void add_to_block(const GivenList& together, Block& block) {
  std::size_t length = std::numeric_limits<std::size_t>::max();
  for (const Given& given : together)
    length = std::min(length, given.choices.size());
  if (length == 0)
    return;  // illegal, and reported
  if (length > 1) {
    block.axes.push_back(axis_of(together, length));
    return;
  }
  for (const Given& given : together) {
    block.fixed.emplace_back(given.key->name, given.choices[0].text);
  }
}

void check_zip(const GivenList& zip, Diagnostics& diagnostics) {
  if (std::any_of(zip.begin(), zip.end(), [](const Given& given) { return given.spoiled; }))
    return;
  const Given& first = zip.front();
  for (const Given& given : zip) {
    if (given.choices.size() == first.choices.size())
      continue;
    diagnostics.report(
        given.place,
        fmt::format("'{}' has {} values and cannot be zipped with '{}', which has {}",
                    given.key->name, given.choices.size(), first.key->name, first.choices.size()),
        {"expected as many values for each key of a zip"});
  }
}

/// A key that two zips name, or a zip and `parameters`: one of the two would have no effect.
void check_named_once(const PartOutline& outline, Diagnostics& diagnostics) {
  std::unordered_map<std::string_view, int> lines;
  for (const GivenList& block : outline.blocks) {
    for (const Given& given : block)
      lines.emplace(given.key->name, given.place.line);
  }
  for (const GivenList& zip : outline.zips) {
    for (const Given& given : zip) {
      const auto [before, is_new] = lines.emplace(given.key->name, given.place.line);
      if (is_new)
        continue;
      diagnostics.report(
          given.place,
          fmt::format("'{}' is an axis twice; first in line {}", given.key->name, before->second),
          {"expected each key in 'parameters' or in one zip"});
    }
  }
}

std::string factors_of(const Block& block) {
  std::vector<std::string> factors;
  for (const Axis& axis : block.axes) {
    factors.push_back(fmt::format("{} ({})", axis.values.size(), fmt::join(axis.keys, "+")));
  }
  return factors.empty() ? "1" : fmt::format("{}", fmt::join(factors, " x "));
}

/// "3 (l2) x 2 (hidden)", a product a block joined by "+"; the first few of a long union.
std::string sum_of_products(const Part& part) {
  constexpr std::size_t kMostShown = 5;
  std::vector<std::string> products;
  for (const Block& block : part.blocks) {
    if (products.size() == kMostShown) {
      products.emplace_back("...");
      break;
    }
    products.push_back(factors_of(block));
  }
  const std::string sum = fmt::format("{}", fmt::join(products, " + "));
  return products.size() > 1 ? fmt::format("({})", sum) : sum;
}

Count trials_of(const Part& part) {
  Count total;
  for (const Block& block : part.blocks) {
    Count count{1};
    for (const Axis& axis : block.axes)
      count.multiply(axis.values.size());
    total.add(count);
  }
  total.multiply(part.runs());
  return total;
}

/// "rates: 3 (l2) x 5 (repeats)", without the name where there is only one part.
std::string explained(const Part& part) {
  std::string text = part.experiment.empty() ? "" : part.experiment + ": ";
  if (!part.reading.empty())
    text = fmt::format("{}{}", part.experiment.empty() ? "" : part.experiment + ", ",
                       part.reading + ": ");
  text += fmt::format("{} x {} (repeats)", sum_of_products(part), part.repeats);
  return part.folds == 0 ? text : fmt::format("{} x {} (folds)", text, part.folds);
}

std::vector<Exclusion> expanded(const GivenList& entry) {
  std::vector<Exclusion> all = {{}};
  for (const Given& given : entry) {
    std::vector<Exclusion> longer;
    for (const Exclusion& exclusion : all) {
      for (const Choice& choice : given.choices) {
        longer.push_back(exclusion);
        longer.back().emplace_back(given.key->name, choice.text);
      }
      if (longer.size() > kMostExclusions)
        return {};
    }
    all = std::move(longer);
  }
  return all;
}

void build_exclusions(const PartOutline& outline, Part& part, Diagnostics& diagnostics) {
  for (const GivenList& entry : outline.exclusions) {
    if (std::any_of(entry.begin(), entry.end(), [](const Given& given) { return given.spoiled; })) {
      continue;
    }
    std::vector<Exclusion> all = expanded(entry);
    if (all.empty() || part.exclusions.size() + all.size() > kMostExclusions) {
      diagnostics.report(entry.front().place,
                         fmt::format("'exclude' names more than {} combinations", kMostExclusions));
      return;
    }
    std::move(all.begin(), all.end(), std::back_inserter(part.exclusions));
  }
}

}  // namespace

Part build_grid(const PartOutline& outline, Diagnostics& diagnostics) {
  Part part;
  part.experiment = outline.experiment;
  part.reading = outline.reading;
  part.repeats = outline.repeats;
  part.folds = outline.folds;
  part.from = outline.from;
  part.waits = outline.waits;
  part.settled = outline.waits.empty();
  for (const Given& given : outline.base) {
    if (!given.choices.empty())
      given.key->set(part.base, given.choices[0].text);
  }
  part.base.folds = part.folds;
  for (const GivenList& zip : outline.zips)
    check_zip(zip, diagnostics);
  check_named_once(outline, diagnostics);

  const std::vector<GivenList> lone_block(1);
  for (const GivenList& given_block : outline.blocks.empty() ? lone_block : outline.blocks) {
    Block& block = part.blocks.emplace_back();
    for (const Given& given : given_block)
      add_to_block({given}, block);
    for (const GivenList& zip : outline.zips)
      add_to_block(zip, block);
  }
  build_exclusions(outline, part, diagnostics);
  return part;
}

GridSize check_size(const std::vector<Part>& parts, Place place, std::uint64_t most_trials,
                    Diagnostics& diagnostics) {
  constexpr std::size_t kMostShown = 10;
  Count total;
  std::vector<std::string> notes;
  for (const Part& part : parts) {
    total.add(trials_of(part));
    if (notes.size() < kMostShown)
      notes.push_back(explained(part));
  }
  if (total.fits && total.value <= most_trials)
    return GridSize::kGood;
  if (notes.size() < parts.size())
    notes.push_back(fmt::format("and {} more parts", parts.size() - notes.size()));
  notes.push_back(fmt::format("expected at most {} trials; --yes allows more", most_trials));
  diagnostics.report(place,
                     fmt::format("{} trials are more than {}",
                                 total.fits ? digits_of(total.value) : "over 10^38", most_trials),
                     notes);
  return GridSize::kTooLarge;
}

}  // namespace mlpsweep::sweeps
