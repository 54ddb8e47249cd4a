// A record from CBOR, strictly by type, read straight into its fields: a tree of a record takes
// eight times as long. record_encode.cpp writes it.
#include "results/record.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <iterator>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "engine/errors.h"
#include "engine/labels.h"
#include "results/curves.h"
#include "results/record_items.h"
#include "sweeps/keys.h"

namespace mlpsweep::results {
namespace {

using engine::Figures;
using engine::Tensor;
using engine::TrialResult;

static_assert(std::endian::native == std::endian::little, "binary arrays are little-endian");

// Declared before the templates that call them.
void read(RecordItems& items, std::string_view field, Tensor& to);
void read(RecordItems& items, std::string_view field, Provenance& to);

void read(RecordItems& items, std::string_view field, std::vector<std::uint8_t>& to) {
  read_binary(items, field, to);
}

/// Entries of a list that a trial can have. They may be of one byte each, and take up to a hundred
/// times as much in memory.
constexpr std::size_t most_of(const std::vector<Tensor>& /*weights and biases*/) {
  return 2 * (sweeps::kMostLayers + 1);
}
constexpr std::size_t most_of(const std::vector<std::int64_t>& /*confusion matrix*/) {
  return engine::kMostClasses * engine::kMostClasses;
}

template <class Element>
void read(RecordItems& items, std::string_view field, std::vector<Element>& to) {
  read_list(items, field, to, most_of(to),
            [](RecordItems& list, std::string_view name, Element& element) {
              read(list, name, element);
            });
}

void read(RecordItems& items, std::string_view field, sweeps::Fingerprint& to) {
  const std::string_view bytes = items.bytes(field, CborHead::kBytes, "binary, 16 bytes");
  if (bytes.size() != sizeof to.high + sizeof to.low) {
    throw MachineError(
        fmt::format("a record's field '{}' should be 16 bytes and is {}", field, bytes.size()));
  }
  std::memcpy(&to.high, bytes.data(), sizeof to.high);
  std::memcpy(&to.low, bytes.data() + sizeof to.high, sizeof to.low);
}

void read(RecordItems& items, std::string_view field, engine::State& to) {
  std::uint8_t number = 0;
  read(items, field, number);
  if (number > static_cast<std::uint8_t>(engine::State::kInterrupted)) {
    throw MachineError(
        fmt::format("a record's state is {}, which this program doesn't know", number));
  }
  to = static_cast<engine::State>(number);
}

const Curve* find_curve(std::string_view name) {
  const auto* found = std::find_if(kCurves.begin(), kCurves.end(),
                                   [name](const Curve& curve) { return curve.name == name; });
  return found == kCurves.end() ? nullptr : found;
}

void read(RecordItems& items, std::string_view field, Figures& to) {
  items.each_field(field, [&](std::string_view name) {
    if (const Curve* curve = find_curve(name)) {
      read(items, name, to.*curve->figure);
    } else if (name == kOnlyClass) {
      read(items, name, to.only_class);
    } else {
      items.pass(name);
    }
  });
}

/// One curve's values into that field of each epoch; none where an older record lacks the curve.
template <class Number>
void read_curve(RecordItems& items, std::string_view name, Number Figures::*figure,
                std::vector<Figures>& epochs) {
  const std::size_t values = count_entries(items, name, sweeps::kMostEpochs);
  const bool first = epochs.empty();
  if (!first && values != 0 && values != epochs.size()) {
    throw MachineError(fmt::format("a record's curve '{}' has {} epochs, and another has {}", name,
                                   values, epochs.size()));
  }
  for (std::size_t epoch = 0; epoch < values; ++epoch) {
    if (first) {
      epochs.emplace_back();
    }
    read(items, name, epochs[epoch].*figure);
  }
}

void read(RecordItems& items, std::string_view field, std::vector<Figures>& epochs) {
  items.each_field(field, [&](std::string_view name) {
    if (const Curve* curve = find_curve(name)) {
      read_curve(items, name, curve->figure, epochs);
    } else if (name == kOnlyClass) {
      read_curve(items, name, &Figures::only_class, epochs);
    } else {
      items.pass(name);
    }
  });
}

/// How many epochs the curves have.
std::size_t pass_curves(RecordItems& items, std::string_view field) {
  std::size_t epochs = 0;
  items.each_field(field, [&](std::string_view name) {
    RecordItems curve = items;
    items.pass(name);
    if (find_curve(name) != nullptr || name == kOnlyClass) {
      epochs = std::max(epochs, count_entries(curve, name, sweeps::kMostEpochs));
    }
  });
  return epochs;
}

/// A field of a map, and where it goes.
template <class Object>
struct Field {
  std::string_view name;
  void (*take)(RecordItems&, std::string_view name, Object&);
};

template <auto kMember, class Object>
void take_member(RecordItems& items, std::string_view name, Object& object) {
  read(items, name, object.*kMember);
}

/// Reads those fields of a map, and passes over all others.
template <class Object>
void read_map(RecordItems& items, std::string_view field, std::span<const Field<Object>> fields,
              Object& to) {
  items.each_field(field, [&](std::string_view name) {
    const auto found = std::find_if(fields.begin(), fields.end(),
                                    [name](const auto& known) { return known.name == name; });
    if (found == fields.end()) {
      items.pass(name);
    } else {
      found->take(items, name, to);
    }
  });
}

constexpr Field<Tensor> kTensorFields[] = {
    {"name", take_member<&Tensor::name>},
    {"rows", take_member<&Tensor::rows>},
    {"columns", take_member<&Tensor::columns>},
    {"values", [](RecordItems& items, std::string_view name,
                  Tensor& to) { read_binary(items, name, to.values); }},
};

void read(RecordItems& items, std::string_view field, Tensor& to) {
  read_map<Tensor>(items, field, kTensorFields, to);
  if (to.rows < 0 || to.columns < 0 ||
      to.values.size() !=
          static_cast<std::uint64_t>(to.rows) * static_cast<std::uint64_t>(to.columns)) {
    throw MachineError(fmt::format("a record's tensor '{}' has {} values, and {} x {} places",
                                   to.name, to.values.size(), to.rows, to.columns));
  }
}

sweeps::Value read_value(RecordItems& items, std::string_view field) {
  RecordItems ahead = items;
  const CborHead found = ahead.head(field);
  if (found.major == CborHead::kText) {
    return std::string(items.bytes(field, CborHead::kText, "text"));
  }
  items = ahead;
  if (holds_whole(found)) {
    return whole<std::int64_t>(field, found);
  }
  if (holds_fraction(found)) {
    const double value = fraction(found);
    if (std::isnan(value)) {  // no spec has it, and it has no place among other values
      throw MachineError(fmt::format("a record's setting '{}' is not a number", field));
    }
    return value;
  }
  if (!holds_boolean(found)) {
    refuse(field, "text", found);
  }
  return boolean(found);
}

sweeps::Setting read_setting(RecordItems& items, std::string_view field) {
  sweeps::Setting setting;
  if (items.count(field, CborHead::kList, "a list of pairs") != 2) {
    throw MachineError(fmt::format("a record's field '{}' should be a list of pairs", field));
  }
  read(items, field, setting.key);
  setting.value = read_value(items, setting.key);
  return setting;
}

constexpr Field<Provenance> kProvenanceFields[] = {
    {"started", take_member<&Provenance::started>},
    {"host", take_member<&Provenance::host>},
    {"processor", take_member<&Provenance::processor>},
    {"isa", take_member<&Provenance::isa>},
    {"program", take_member<&Provenance::program>},
    {"rank", take_member<&Provenance::rank>},
    {"ranks", take_member<&Provenance::ranks>},
    {"threads", take_member<&Provenance::threads>},
    {"attempt", take_member<&Provenance::attempt>},
};

void read(RecordItems& items, std::string_view field, Provenance& to) {
  read_map<Provenance>(items, field, kProvenanceFields, to);
}

void refuse_newer(int schema) {
  if (schema > kRecordSchema) {
    throw MachineError(fmt::format(
        "a record of schema {}, and this program reads up to {}: a newer mlpsweep wrote it", schema,
        kRecordSchema));
  }
}

void take_schema(RecordItems& items, std::string_view name, Record& /*record*/) {
  int schema = 0;
  read(items, name, schema);
  refuse_newer(schema);
}

/// Also the least detail that it is read at.
struct RecordField : Field<Record> {
  Detail from;
};

template <auto kMember>
void to_result(RecordItems& items, std::string_view name, Record& record) {
  read(items, name, record.result.*kMember);
}

/// In the order in which they are written, so that the next one is nearly always the one looked
/// for. The settings and what is passed over are left to RecordDecoder.
constexpr RecordField kFields[] = {
    {{"best", to_result<&TrialResult::best>}, Detail::kFigures},
    {{"best_epoch", to_result<&TrialResult::best_epoch>}, Detail::kFigures},
    {{"classes", to_result<&TrialResult::classes>}, Detail::kFigures},
    {{"confusion", to_result<&TrialResult::confusion>}, Detail::kWhole},
    {{"data_checksum", take_member<&Record::data_checksum>}, Detail::kFigures},
    {{"epochs", to_result<&TrialResult::epochs>}, Detail::kWithCurves},
    {{"final_weights", to_result<&TrialResult::final_weights>}, Detail::kWhole},
    {{"fingerprint", take_member<&Record::fingerprint>}, Detail::kFigures},
    {{"fold", take_member<&Record::fold>}, Detail::kFigures},
    {{"folds", take_member<&Record::folds>}, Detail::kFigures},
    {{"initial_weights", to_result<&TrialResult::initial_weights>}, Detail::kWhole},
    {{"last", to_result<&TrialResult::last>}, Detail::kFigures},
    {{"last_test_accuracy", to_result<&TrialResult::last_test_accuracy>}, Detail::kFigures},
    {{"last_test_loss", to_result<&TrialResult::last_test_loss>}, Detail::kFigures},
    {{"numerics_version", take_member<&Record::numerics_version>}, Detail::kFigures},
    {{"predictions", to_result<&TrialResult::predictions>}, Detail::kWhole},
    {{"provenance", take_member<&Record::provenance>}, Detail::kWhole},
    {{"reason", to_result<&TrialResult::reason>}, Detail::kFigures},
    {{"repeat", take_member<&Record::repeat>}, Detail::kFigures},
    {{"schema", take_schema}, Detail::kFigures},
    {{"seed", take_member<&Record::seed>}, Detail::kFigures},
    {{"state", to_result<&TrialResult::state>}, Detail::kFigures},
    {{"test_accuracy", to_result<&TrialResult::test_accuracy>}, Detail::kFigures},
    {{"test_loss", to_result<&TrialResult::test_loss>}, Detail::kFigures},
    {{"train_seconds", to_result<&TrialResult::train_seconds>}, Detail::kFigures},
};

/// What a record that can't be read otherwise says of its schema.
std::optional<int> schema_of(std::string_view payload) {
  std::optional<int> schema;
  try {
    RecordItems items(payload);
    items.each_field("record", [&](std::string_view name) {
      if (name == "schema") {
        read(items, name, schema.emplace());
      } else {
        items.pass(name);
      }
    });
  } catch (const MachineError&) {
    // The first complaint is the one to tell.
  }
  return schema;
}

const RecordField* find_field(std::string_view name, const RecordField* guess) {
  if (guess != std::end(kFields) && guess->name == name) {
    return guess;
  }
  return std::find_if(std::begin(kFields), std::end(kFields),
                      [name](const RecordField& field) { return field.name == name; });
}

/// A field that is not read: of two the length is kept.
void pass_field(RecordItems& items, std::string_view name, Record& record) {
  if (name == "epochs") {
    record.unread_epochs = pass_curves(items, name);
  } else if (name == "predictions") {
    record.unread_predictions = items.bytes(name, CborHead::kBytes, "binary").size();
  } else {
    items.pass(name);
  }
}

}  // namespace

struct RecordDecoder::Pool {
  /// In the bytes of CBOR no item begins another, so that bytes that begin with these hold this.
  using Entry = std::pair<const std::string, sweeps::Setting>;
  std::unordered_map<std::string, sweeps::Setting> settings;
  std::vector<const Entry*> latest;  ///< By the place in a record's list.

  const sweeps::Setting* read_next(RecordItems& items, std::string_view field, std::size_t place) {
    const std::string_view left = items.left();
    if (place < latest.size() && left.starts_with(latest[place]->first)) {
      items.skip(latest[place]->first.size());
      return &latest[place]->second;
    }
    items.pass(field);
    std::string bytes(left.substr(0, left.size() - items.left().size()));
    auto held = settings.find(bytes);
    if (held == settings.end()) {
      RecordItems again(bytes);
      sweeps::Setting setting = read_setting(again, field);
      held = settings.emplace(std::move(bytes), std::move(setting)).first;
    }
    latest.resize(std::max(latest.size(), place + 1), &*held);
    latest[place] = &*held;
    return &held->second;
  }

  std::vector<const sweeps::Setting*> read_all(RecordItems& items, std::string_view field) {
    std::vector<const sweeps::Setting*> all;
    const std::size_t count = items.count(field, CborHead::kList, "a list");
    all.reserve(std::min(count, kMostBelieved));
    for (std::size_t place = 0; place < count; ++place) {
      all.push_back(read_next(items, field, place));
    }
    return all;
  }
};

RecordDecoder::RecordDecoder(Detail detail) : detail_(detail), pool_(std::make_shared<Pool>()) {}

Record RecordDecoder::decode(std::string_view payload) {
  try {
    return decode_fields(payload);
  } catch (const MachineError&) {
    // What a newer program changed comes before the word of it.
    if (const std::optional<int> schema = schema_of(payload)) {
      refuse_newer(*schema);
    }
    throw;
  }
}

Record RecordDecoder::decode_fields(std::string_view payload) {
  Record record;
  RecordItems items(payload);
  const RecordField* next = std::begin(kFields);
  items.each_field("record", [&](std::string_view name) {
    if (name == "settings") {
      record.settings = Settings(pool_->read_all(items, name), pool_);
      return;
    }
    const RecordField* field = find_field(name, next);
    if (field == std::end(kFields) || field->from > detail_) {
      pass_field(items, name, record);
    } else {
      field->take(items, name, record);
    }
    next = field == std::end(kFields) ? next : std::next(field);
  });
  if (!items.left().empty()) {
    throw MachineError(fmt::format("a record is no CBOR of ours: {} bytes stand behind its end",
                                   items.left().size()));
  }
  return record;
}

Record decode(std::string_view payload, Detail detail) {
  return RecordDecoder(detail).decode(payload);
}

}  // namespace mlpsweep::results
