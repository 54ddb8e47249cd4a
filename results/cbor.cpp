#include "results/cbor.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/errors.h"

namespace mlpsweep::results {
namespace {

using nlohmann::json;

class ShallowParser : public nlohmann::detail::json_sax_dom_parser<json> {
 public:
  ShallowParser(json& to, Numbers numbers) : json_sax_dom_parser(to), numbers_(numbers) {}

  /// What it stopped at.
  [[nodiscard]] const char* fault() const { return fault_; }

  bool start_object(std::size_t size) {
    return deeper() && json_sax_dom_parser::start_object(size);
  }
  bool start_array(std::size_t size) { return deeper() && json_sax_dom_parser::start_array(size); }
  bool end_object() { return --depth_ >= 0 && json_sax_dom_parser::end_object(); }
  bool end_array() { return --depth_ >= 0 && json_sax_dom_parser::end_array(); }
  bool number_float(double value, const std::string& text) {
    fault_ = "it holds a fraction";
    return numbers_ == Numbers::kAny && json_sax_dom_parser::number_float(value, text);
  }

 private:
  bool deeper() {
    fault_ = "it is nested too deeply";
    return ++depth_ <= 16;  // ours has 4 levels
  }

  Numbers numbers_;
  int depth_ = 0;
  const char* fault_ = "";
};

}  // namespace

json parse_cbor(std::string_view payload, std::string_view what, Numbers numbers) {
  json map;
  ShallowParser parser(map, numbers);
  try {
    if (!json::sax_parse(payload, &parser, json::input_format_t::cbor)) {
      throw MachineError(fmt::format("{} is no CBOR of ours: {}", what, parser.fault()));
    }
  } catch (const json::exception& error) {
    throw MachineError(fmt::format("{} is no CBOR: {}", what, error.what()));
  }
  return map;
}

}  // namespace mlpsweep::results
