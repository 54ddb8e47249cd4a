// A record from CBOR, strictly by type; record_encode.cpp writes it.
#include "results/record.h"

#include <bit>
#include <cstring>
#include <type_traits>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/errors.h"
#include "results/cbor.h"
#include "results/curves.h"

namespace mlpsweep::results {
namespace {

using engine::Figures;
using engine::Tensor;
using nlohmann::json;

static_assert(std::endian::native == std::endian::little, "binary arrays are little-endian");

[[noreturn]] void refuse(std::string_view field, std::string_view expected, const json& found) {
  throw MachineError(fmt::format("a record's field '{}' should be {} and is {}", field, expected,
                                 found.type_name()));
}

// Declared before the templates that call them for the elements of lists and maps.
void from_json(std::string_view field, const json& from, sweeps::Fingerprint& to);
void from_json(std::string_view field, const json& from, sweeps::Setting& to);
void from_json(std::string_view field, const json& from, engine::State& to);
void from_json(std::string_view field, const json& from, Figures& to);
void from_json(std::string_view field, const json& from, Tensor& to);
void from_json(std::string_view field, const json& from, Provenance& to);

void from_json(std::string_view field, const json& from, std::string& to) {
  if (!from.is_string()) {
    refuse(field, "text", from);
  }
  to = from.get_ref<const std::string&>();
}

void from_json(std::string_view field, const json& from, double& to) {
  if (!from.is_number_float()) {
    refuse(field, "a number", from);
  }
  to = from.get<double>();
}

template <class Whole, class = std::enable_if_t<std::is_integral_v<Whole>>>
void from_json(std::string_view field, const json& from, Whole& to) {
  if (!from.is_number_integer()) {
    refuse(field, "a whole number", from);
  }
  const bool fits = from.is_number_unsigned() ? std::in_range<Whole>(from.get<std::uint64_t>())
                                              : std::in_range<Whole>(from.get<std::int64_t>());
  if (!fits) {
    throw MachineError(
        fmt::format("a record's field '{}' is {}, beyond its range", field, from.dump()));
  }
  to = from.get<Whole>();
}

/// Copies a binary field; its length must be a whole number of elements.
template <class Element>
void from_binary(std::string_view field, const json& from, std::vector<Element>& to) {
  if (!from.is_binary() || from.get_binary().size() % sizeof(Element) != 0) {
    refuse(field, fmt::format("binary, {} bytes an element", sizeof(Element)), from);
  }
  const auto& bytes = from.get_binary();
  to.resize(bytes.size() / sizeof(Element));
  if (!bytes.empty()) {
    std::memcpy(to.data(), bytes.data(), bytes.size());
  }
}

void from_json(std::string_view field, const json& from, std::vector<std::uint8_t>& to) {
  from_binary(field, from, to);
}

template <class Element>
void from_json(std::string_view field, const json& from, std::vector<Element>& to) {
  if (!from.is_array()) {
    refuse(field, "a list", from);
  }
  to.clear();
  for (const json& element : from) {
    from_json(field, element, to.emplace_back());
  }
}

/// The fields of one CBOR map.
class Fields {
 public:
  Fields(std::string_view name, const json& map) : map_(map) {
    if (!map.is_object()) {
      refuse(name, "a map", map);
    }
  }

  template <class Field>
  void take(std::string_view name, Field& to) const {
    if (const auto found = map_.find(name); found != map_.end()) {
      from_json(name, *found, to);
    }
  }

  [[nodiscard]] const json* find(std::string_view name) const {
    const auto found = map_.find(name);
    return found == map_.end() ? nullptr : &*found;
  }

 private:
  const json& map_;
};

void from_json(std::string_view field, const json& from, sweeps::Fingerprint& to) {
  std::vector<std::uint64_t> words;
  from_binary(field, from, words);
  if (words.size() != 2) {
    refuse(field, "16 bytes", from);
  }
  to = {words[0], words[1]};
}

void from_json(std::string_view field, const json& from, Figures& to) {
  const Fields fields(field, from);
  for (const Curve& curve : kCurves) {
    fields.take(curve.name, to.*curve.figure);
  }
  fields.take(kOnlyClass, to.only_class);
}

/// One curve's values into that field of each epoch; none where an older record lacks the curve.
template <class Number>
void from_curve(const Fields& fields, std::string_view name, Number Figures::*figure,
                std::vector<Figures>& epochs) {
  std::vector<Number> values;
  fields.take(name, values);
  if (epochs.empty()) {
    epochs.resize(values.size());
  }
  if (!values.empty() && values.size() != epochs.size()) {
    throw MachineError(fmt::format("a record's curve '{}' has {} epochs, and another has {}", name,
                                   values.size(), epochs.size()));
  }
  for (std::size_t epoch = 0; epoch < values.size(); ++epoch) {
    epochs[epoch].*figure = values[epoch];
  }
}

void from_curves(const json& from, std::vector<Figures>& epochs) {
  const Fields fields("epochs", from);
  for (const Curve& curve : kCurves) {
    from_curve(fields, curve.name, curve.figure, epochs);
  }
  from_curve(fields, kOnlyClass, &Figures::only_class, epochs);
}

void from_json(std::string_view field, const json& from, Tensor& to) {
  const Fields fields(field, from);
  fields.take("name", to.name);
  fields.take("rows", to.rows);
  fields.take("columns", to.columns);
  if (const json* values = fields.find("values")) {
    from_binary("values", *values, to.values);
  }
  if (to.rows < 0 || to.columns < 0 ||
      to.values.size() !=
          static_cast<std::uint64_t>(to.rows) * static_cast<std::uint64_t>(to.columns)) {
    throw MachineError(fmt::format("a record's tensor '{}' has {} values, and {} x {} places",
                                   to.name, to.values.size(), to.rows, to.columns));
  }
}

void from_json(std::string_view field, const json& from, sweeps::Setting& to) {
  if (!from.is_array() || from.size() != 2) {
    refuse(field, "a list of pairs", from);
  }
  from_json(field, from[0], to.key);
  const json& value = from[1];
  if (value.is_boolean()) {
    to.value = value.get<bool>();
  } else if (value.is_number_integer()) {
    from_json(to.key, value, to.value.emplace<std::int64_t>());
  } else if (value.is_number_float()) {
    to.value = value.get<double>();
  } else {
    from_json(to.key, value, to.value.emplace<std::string>());
  }
}

void from_json(std::string_view field, const json& from, engine::State& to) {
  std::uint8_t number = 0;
  from_json(field, from, number);
  if (number > static_cast<std::uint8_t>(engine::State::kInterrupted)) {
    throw MachineError(
        fmt::format("a record's state is {}, which this program doesn't know", number));
  }
  to = static_cast<engine::State>(number);
}

void from_json(std::string_view field, const json& from, Provenance& to) {
  const Fields fields(field, from);
  fields.take("started", to.started);
  fields.take("host", to.host);
  fields.take("processor", to.processor);
  fields.take("isa", to.isa);
  fields.take("program", to.program);
  fields.take("rank", to.rank);
  fields.take("ranks", to.ranks);
  fields.take("threads", to.threads);
  fields.take("attempt", to.attempt);
}

void take_result(const Fields& fields, engine::TrialResult& result) {
  fields.take("state", result.state);
  fields.take("reason", result.reason);
  if (const json* curves = fields.find("epochs")) {
    from_curves(*curves, result.epochs);
  }
  fields.take("best_epoch", result.best_epoch);
  fields.take("last", result.last);
  fields.take("best", result.best);
  fields.take("test_loss", result.test_loss);
  fields.take("test_accuracy", result.test_accuracy);
  fields.take("last_test_loss", result.last_test_loss);
  fields.take("last_test_accuracy", result.last_test_accuracy);
  fields.take("classes", result.classes);
  fields.take("confusion", result.confusion);
  fields.take("predictions", result.predictions);
  fields.take("initial_weights", result.initial_weights);
  fields.take("final_weights", result.final_weights);
  fields.take("train_seconds", result.train_seconds);
}

}  // namespace

Record decode(std::string_view payload) {
  const json map = parse_cbor(payload, "a record", Numbers::kAny);
  const Fields fields("record", map);
  int schema = kRecordSchema;
  fields.take("schema", schema);
  if (schema > kRecordSchema) {
    throw MachineError(fmt::format(
        "a record of schema {}, and this program reads up to {}: a newer mlpsweep wrote it", schema,
        kRecordSchema));
  }
  Record record;
  fields.take("fingerprint", record.fingerprint);
  fields.take("settings", record.settings);
  fields.take("seed", record.seed);
  fields.take("repeat", record.repeat);
  fields.take("fold", record.fold);
  fields.take("folds", record.folds);
  fields.take("data_checksum", record.data_checksum);
  fields.take("numerics_version", record.numerics_version);
  take_result(fields, record.result);
  fields.take("provenance", record.provenance);
  return record;
}

}  // namespace mlpsweep::results
