#include "sweeps/resolve_topologies.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "engine/cost.h"
#include "engine/known_sets.h"
#include "sweeps/part_outline.h"

namespace mlpsweep::sweeps {
namespace {

/// Settings that decide the numbers of inputs and outputs.
constexpr std::array<std::string_view, 5> kDeciding = {"data.set", "data.train", "data.classes",
                                                       "data.against", "output"};

bool has_matched(const GivenList& list) {
  const Given* hidden = find_given(list, "hidden");
  return hidden != nullptr &&
         std::any_of(hidden->choices.begin(), hidden->choices.end(),
                     [](const Choice& choice) { return choice.matched.has_value(); });
}

const engine::KnownSet* known_set(const std::string& name) {
  for (const engine::KnownSet& set : engine::known_sets()) {
    if (set.name == name)
      return &set;
  }
  return nullptr;
}

class Resolver {
 public:
  Resolver(PartOutline& part, Diagnostics& diagnostics) : part_(part), diagnostics_(diagnostics) {
    for (const Given& given : part.base) {
      if (!given.choices.empty() && !given.choices[0].matched)
        given.key->set(base_, given.choices[0].text);
    }
  }

  void resolve(GivenList& list) {
    for (Given& given : list) {
      if (given.key->name == "hidden")
        resolve(given);
    }
  }

 private:
  void resolve(Given& given) {
    std::set<std::string> seen;
    std::vector<Choice> good;
    for (Choice& choice : given.choices) {
      if (choice.matched && !set_text(choice)) {
        given.spoiled = true;
        continue;
      }
      if (!seen.insert(choice.text).second) {
        given.spoiled = true;
        diagnostics_.report(choice.place,
                            fmt::format("'hidden' has the value {} twice", choice.text),
                            {"one of them is a topology of a given size"});
        continue;
      }
      good.push_back(std::move(choice));
    }
    given.choices = std::move(good);
  }

  bool set_text(Choice& choice) {
    const MatchedTopology& topology = *choice.matched;
    const engine::KnownSet* set = known_set(base_.data.set);
    if (!topology.inputs || !topology.classes) {
      if (const std::string_view axis = deciding_axis(); !axis.empty()) {
        diagnostics_.report(choice.place,
                            fmt::format("the width hangs on '{}', which is swept", axis),
                            {"expected inputs: and classes: beside layers"});
        return false;
      }
    }
    const bool inputs_known = topology.inputs || (set != nullptr && set->inputs > 0);
    const bool classes_known = topology.classes || (set != nullptr && set->classes > 0);
    if (!inputs_known || !classes_known) {
      diagnostics_.report(choice.place,
                          "inputs and classes of these data are not known before they are read",
                          {"expected {layers: 2, match_params_of: 256, inputs: 784, classes: 10}"});
      return false;
    }
    const int inputs = topology.inputs ? *topology.inputs : set->inputs;
    const int classes = topology.classes ? *topology.classes : classes_in_use(*set);
    const auto width = matched_width(topology, inputs, engine::output_units(base_, classes));
    if (!width) {
      diagnostics_.report(choice.place,
                          "no width of 1 to 65536 units has about as many parameters");
      return false;
    }
    const std::vector<int> layers(static_cast<std::size_t>(topology.layers), *width);
    choice.text = fmt::format("{}", fmt::join(layers, "x"));
    choice.matched.reset();
    return true;
  }

  [[nodiscard]] int classes_in_use(const engine::KnownSet& set) const {
    if (!base_.data.against.empty())
      return 2;  // one label against the rest
    return base_.data.classes.empty() ? set.classes : static_cast<int>(base_.data.classes.size());
  }

  [[nodiscard]] std::string_view deciding_axis() const {
    for (const auto* lists : {&part_.blocks, &part_.zips}) {
      for (const GivenList& list : *lists) {
        for (const std::string_view key : kDeciding) {
          if (find_given(list, key) != nullptr)
            return key;
        }
      }
    }
    return "";
  }

  PartOutline& part_;
  Diagnostics& diagnostics_;
  engine::TrainSpec base_;
};

}  // namespace

void resolve_topologies(PartOutline& part, Diagnostics& diagnostics) {
  std::vector<GivenList*> lists = {&part.base};
  for (auto* many : {&part.blocks, &part.zips, &part.exclusions}) {
    for (GivenList& list : *many)
      lists.push_back(&list);
  }
  if (std::none_of(lists.begin(), lists.end(), [](GivenList* list) { return has_matched(*list); }))
    return;
  Resolver resolver(part, diagnostics);
  for (GivenList* list : lists)
    resolver.resolve(*list);
}

}  // namespace mlpsweep::sweeps
