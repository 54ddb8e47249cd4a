// Our tree from the events of a parser of YAML, whichever that is; what no sweep can mean is
// refused.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include "sweeps/diagnostics.h"
#include "sweeps/node.h"

namespace mlpsweep::sweeps {

/// Nodes come in the order of the text: of a map, key and value in turn.
///
/// Errors   TooDeep: lists and maps are nested more than kDeepest deep; going on would only cost
///          memory. Everything else is a complaint.
class TreeBuilder {
 public:
  static constexpr std::size_t kDeepest = 32;
  struct TooDeep {
    Place place;
  };

  void add(Node node) { static_cast<void>(insert(std::move(node))); }

  /// A list or a map: what comes until close() lies in it.
  void open(Node::Kind kind, Place place);
  void close();

  void complain(Place at, std::string message, std::string note = "");

  [[nodiscard]] Node take_root() { return std::move(root_); }

  /// Reports all complaints. Only once the whole text was read: what comes before a fault of syntax
  /// is often its consequence.
  void tell(Diagnostics& diagnostics) const;

 private:
  struct Complaint {
    Place place;
    std::string message;
    std::vector<std::string> notes;
  };

  Node& insert(Node node);
  void keep_good_keys(Node& map);
  bool is_bad_key(const Node& key, std::unordered_map<std::string, Place>& seen);

  Node root_;
  std::vector<Complaint> complaints_;
  std::vector<Node*> open_;  ///< The lists and maps that the next node lies in, outermost first.
};

}  // namespace mlpsweep::sweeps
