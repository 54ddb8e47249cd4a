#include "sweeps/matched_topology.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sweeps/key_types.h"
#include "sweeps/numbers.h"

namespace mlpsweep::sweeps {
namespace {

constexpr std::array<std::string_view, 5> kParts = {"layers", "match_params_of", "round", "inputs",
                                                    "classes"};

using Round = MatchedTopology::Round;
constexpr std::array<std::pair<std::string_view, Round>, 3> kRounds = {{
    {"down", Round::kDown},
    {"nearest", Round::kNearest},
    {"up", Round::kUp},
}};

const Node* find_part(const Node& map, std::string_view name) {
  for (std::size_t i = 0; i < map.keys.size(); ++i) {
    if (map.keys[i].text == name)
      return &map.items[i];
  }
  return nullptr;
}

class Reader {
 public:
  explicit Reader(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  std::optional<MatchedTopology> read(const Node& map) {
    MatchedTopology topology;
    topology.place = map.place;
    for (const Node& key : map.keys) {
      if (std::find(kParts.begin(), kParts.end(), key.text) == kParts.end()) {
        diagnostics_.unknown_key(key.place, key.text, "hidden", kParts);
        good_ = false;
      }
    }
    topology.layers = whole(map, "layers", 1, kMostLayers).value_or(1);
    topology.inputs = whole(map, "inputs", 1, 1'000'000'000);
    topology.classes = whole(map, "classes", 2, kMostUnits);
    read_like(map, topology);
    read_round(map, topology);
    return good_ ? std::optional(topology) : std::nullopt;
  }

 private:
  void refuse(const Node& node, std::string_view key, std::string_view expected) {
    good_ = false;
    diagnostics_.report(node.place,
                        fmt::format("'{}' must be {}, got {}", key, expected, described(node)));
  }

  std::optional<int> whole(const Node& map, std::string_view name, std::int64_t least,
                           std::int64_t most) {
    const Node* node = find_part(map, name);
    if (node == nullptr)
      return {};
    const auto number =
        node->is_scalar() && !node->in_quotes ? parse_whole(node->text) : std::nullopt;
    if (number && *number >= least && *number <= most)
      return static_cast<int>(*number);
    refuse(*node, name, fmt::format("a whole number {} to {}", least, most));
    return {};
  }

  void read_like(const Node& map, MatchedTopology& topology) {
    const Node* node = find_part(map, "match_params_of");
    if (node == nullptr) {
      good_ = false;
      return diagnostics_.report(map.place, "a topology of a given size lacks 'match_params_of'",
                                 {"expected {layers: 2, match_params_of: 256, round: nearest}"});
    }
    std::string text = node->text;
    if (node->is_list()) {
      std::vector<std::string> units;
      for (const Node& item : node->items)
        units.push_back(item.text);
      text = fmt::format("{}", fmt::join(units, "x"));
    }
    engine::TrainSpec scratch;
    if (const auto expected = find_key("hidden")->set(scratch, text))
      return refuse(*node, "match_params_of", *expected);
    topology.like = scratch.hidden;
  }

  void read_round(const Node& map, MatchedTopology& topology) {
    const Node* node = find_part(map, "round");
    if (node == nullptr)
      return;
    for (const auto& [word, round] : kRounds) {
      if (node->is_scalar() && node->text == word) {
        topology.round = round;
        return;
      }
    }
    good_ = false;
    diagnostics_.bad_value(node->place, "round", "one of: down, nearest, up", node->text);
  }

  Diagnostics& diagnostics_;
  bool good_ = true;
};

}  // namespace

bool names_matched_topology(const Node& map) {
  return map.is_map() && (find_part(map, "layers") || find_part(map, "match_params_of"));
}

std::optional<MatchedTopology> read_matched_topology(const Node& map, Diagnostics& diagnostics) {
  return Reader(diagnostics).read(map);
}

std::int64_t parameters_of(const std::vector<int>& hidden, int inputs, int outputs) {
  std::int64_t total = 0;
  std::int64_t before = inputs;
  for (const int units : hidden) {
    total += (before + 1) * units;
    before = units;
  }
  return total + (before + 1) * outputs;
}

std::optional<int> matched_width(const MatchedTopology& topology, int inputs, int outputs) {
  const std::int64_t wanted = parameters_of(topology.like, inputs, outputs);
  const auto size = [&](int width) {
    const std::vector<int> hidden(static_cast<std::size_t>(topology.layers), width);
    return parameters_of(hidden, inputs, outputs);
  };
  // The narrowest that is not smaller: sizes grow with the width.
  int up = 1;
  int beyond = kMostUnits + 1;
  while (up < beyond) {
    const int middle = (up + beyond) / 2;
    if (middle <= kMostUnits && size(middle) < wanted) {
      up = middle + 1;
    } else {
      beyond = middle;
    }
  }
  const int down = up <= kMostUnits && size(up) == wanted ? up : up - 1;
  const bool nearer_down =
      down >= 1 && (up > kMostUnits || wanted - size(down) <= size(up) - wanted);
  const bool take_down =
      topology.round == Round::kDown || (topology.round == Round::kNearest && nearer_down);
  const int width = take_down ? down : up;
  return width >= 1 && width <= kMostUnits ? std::optional(width) : std::nullopt;
}

}  // namespace mlpsweep::sweeps
