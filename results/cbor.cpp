#include "results/cbor.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/errors.h"

namespace mlpsweep::results {
namespace {

using nlohmann::json;

class ShallowParser : public nlohmann::detail::json_sax_dom_parser<json> {
 public:
  using json_sax_dom_parser::json_sax_dom_parser;

  bool start_object(std::size_t size) {
    return deeper() && json_sax_dom_parser::start_object(size);
  }
  bool start_array(std::size_t size) { return deeper() && json_sax_dom_parser::start_array(size); }
  bool end_object() { return --depth_ >= 0 && json_sax_dom_parser::end_object(); }
  bool end_array() { return --depth_ >= 0 && json_sax_dom_parser::end_array(); }

 private:
  bool deeper() { return ++depth_ <= 16; }  // ours has 4 levels

  int depth_ = 0;
};

}  // namespace

json parse_cbor(std::string_view payload, std::string_view what) {
  json map;
  ShallowParser parser(map);
  try {
    if (!json::sax_parse(payload, &parser, json::input_format_t::cbor)) {
      throw MachineError(fmt::format("{} is no CBOR of ours: it is nested too deeply", what));
    }
  } catch (const json::exception& error) {
    throw MachineError(fmt::format("{} is no CBOR: {}", what, error.what()));
  }
  return map;
}

}  // namespace mlpsweep::results
