// The report sections of a whole spec, read as the reader of sweeps reads them, and no other
// section judged: what a test of one of them needs.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/errors.h"
#include "sweeps/given.h"
#include "sweeps/read_report.h"
#include "sweeps/read_sweep.h"

namespace mlpsweep::sweeps {

inline const Node* child(const Node& map, std::string_view name) {
  for (std::size_t i = 0; i < map.keys.size(); ++i) {
    if (map.keys[i].text == name)
      return &map.items[i];
  }
  return nullptr;
}

/// A topology that is matched by its parameters stands for the one that R4 found.
inline Node with_topologies(Node node) {
  if (node.is_map() && child(node, "match_params_of") != nullptr) {
    node.kind = Node::Kind::kScalar;
    node.text = "203x203";
    node.keys = node.items = {};
  }
  for (Node& item : node.items)
    item = with_topologies(std::move(item));
  return node;
}

/// Applies a `base` or `data` section; what is wrong in it is another reader's to tell.
inline void apply(const Node* map, std::string_view prefix, engine::TrainSpec& spec) {
  Diagnostics ignored{"", ""};
  if (map == nullptr || !map->is_map())
    return;
  for (const Given& given : read_settings(*map, prefix, "base", Values::kOne, ignored)) {
    if (!given.choices.empty())
      static_cast<void>(given.key->set(spec, given.choices[0].text));
  }
  if (const Node* classes = prefix == "data." ? child(*map, "classes") : nullptr) {
    spec.data.classes.clear();
    for (const Node& label : classes->items)
      spec.data.classes.push_back(label.text);
  }
}

inline Block block_of(const Node& map) {
  Diagnostics ignored{"", ""};
  Block block;
  for (const Given& given :
       read_settings(with_topologies(map), "", "parameters", Values::kMany, ignored)) {
    Axis axis{{std::string(given.key->name)}, {}};
    for (const Choice& choice : given.choices)
      axis.values.push_back({choice.text});
    block.axes.push_back(std::move(axis));
  }
  return block;
}

inline KnownExperiment experiment_in(const std::string& name, const Node& node,
                                     engine::TrainSpec base) {
  apply(child(node, "data"), "data.", base);
  apply(child(node, "base"), "", base);
  KnownExperiment experiment{name, base, {}, {}};
  if (const Node* parameters = child(node, "parameters")) {
    if (parameters->is_map())
      experiment.blocks.push_back(block_of(*parameters));
    for (const Node& map : parameters->items) {
      if (parameters->is_list())
        experiment.blocks.push_back(block_of(map));
    }
  }
  return experiment;
}

inline void collect(const Node& node, const std::string& experiment,
                    std::vector<ReportNode>& sections) {
  const std::vector<std::string_view> names = report_section_names();
  for (std::size_t i = 0; i < node.keys.size(); ++i) {
    if (std::find(names.begin(), names.end(), node.keys[i].text) != names.end())
      sections.push_back({node.keys[i].text, experiment, node.keys[i], node.items[i]});
  }
}

/// Errors   InputError with all that is wrong in the report sections.
inline Report report_in(const std::string& file, const std::string& text) {
  Diagnostics diagnostics{file, text};
  const std::optional<Node> root = read_tree(text, diagnostics);
  diagnostics.throw_if_any();
  engine::TrainSpec base;
  apply(child(*root, "data"), "data.", base);
  apply(child(*root, "base"), "", base);
  std::vector<ReportNode> sections;
  std::vector<KnownExperiment> experiments;
  collect(*root, "", sections);
  if (const Node* named = child(*root, "experiments")) {
    for (std::size_t i = 0; i < named->keys.size(); ++i) {
      collect(named->items[i], named->keys[i].text, sections);
      experiments.push_back(experiment_in(named->keys[i].text, named->items[i], base));
    }
  } else {
    experiments.push_back(experiment_in("", *root, base));
  }
  Report report = read_report(sections, experiments, diagnostics);
  diagnostics.throw_if_any();
  return report;
}

/// Two experiments for sections to speak of: 'rates' sweeps the rate over 0.005, 0.05 and 0.01,
/// 'nets' the topology and the activation.
inline std::string with_experiments(const std::string& sections) {
  return R"(base: {epochs: 9}
experiments:
  rates: {parameters: {optimizer.learning_rate: [0.005, 0.05, 0.01]}}
  nets: {parameters: {hidden: [64, 203x203], activation: [tanh, relu]}}
)" + sections;
}

/// What a user reads whose whole spec is `text`; empty if its report sections are right.
inline std::string faults_in(const std::string& text) {
  try {
    static_cast<void>(report_in("s.yaml", text));
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

/// The same for `sections` after those two experiments, from line 5 on.
inline std::string faults_of(const std::string& sections) {
  return faults_in(with_experiments(sections));
}

}  // namespace mlpsweep::sweeps
