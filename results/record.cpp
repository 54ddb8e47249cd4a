// A record from CBOR, strictly by type, read straight into its fields: a tree of a record takes
// eight times as long. record_encode.cpp writes it.
#include "results/record.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <iterator>
#include <limits>
#include <optional>
#include <type_traits>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "engine/errors.h"
#include "results/cbor_items.h"
#include "results/curves.h"

namespace mlpsweep::results {
namespace {

using engine::Figures;
using engine::Tensor;

static_assert(std::endian::native == std::endian::little, "binary arrays are little-endian");

// CBOR's values of kOther that are no fractions.
/// Entries that a list is believed to have before one of them was read.
constexpr std::size_t kMostBelieved = 1024;

constexpr std::uint64_t kFalse = 20;
constexpr std::uint64_t kTrue = 21;
constexpr std::uint64_t kNull = 22;

bool holds_fraction(const CborHead& head) {
  return head.major == CborHead::kOther && head.bytes > 1;
}

bool holds_boolean(const CborHead& head) {
  return head.major == CborHead::kOther && (head.value == kFalse || head.value == kTrue);
}

bool holds_whole(const CborHead& head) {
  return head.major == CborHead::kUnsigned || head.major == CborHead::kNegative;
}

std::string_view name_of(const CborHead& head) {
  switch (head.major) {
    case CborHead::kBytes:
      return "binary";
    case CborHead::kText:
      return "text";
    case CborHead::kList:
      return "a list";
    case CborHead::kMap:
      return "a map";
    case CborHead::kOther:
      return holds_fraction(head)  ? "a fraction"
             : holds_boolean(head) ? "true or false"
             : head.value == kNull ? "null"
                                   : "nothing that is known";
    default:
      return "a whole number";
  }
}

[[noreturn]] void refuse(std::string_view field, std::string_view expected, const CborHead& found) {
  throw MachineError(
      fmt::format("a record's field '{}' should be {} and is {}", field, expected, name_of(found)));
}

[[noreturn]] void refuse_cbor(std::string_view field) {
  throw MachineError(
      fmt::format("a record is no CBOR of ours: it is cut off or damaged at '{}'", field));
}

double fraction(const CborHead& head) {
  if (head.bytes == sizeof(double)) {
    return std::bit_cast<double>(head.value);
  }
  if (head.bytes == sizeof(float)) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(head.value));
  }
  // Half precision (RFC 8949, appendix D), which NaN and infinity are written in.
  const auto exponent = static_cast<int>(head.value >> 10U & 31U);
  const auto mantissa = static_cast<double>(head.value & 1023U);
  const double size = exponent == 0    ? std::ldexp(mantissa, -24)
                      : exponent != 31 ? std::ldexp(mantissa + 1024, exponent - 25)
                      : mantissa == 0  ? std::numeric_limits<double>::infinity()
                                       : engine::kNaN;
  return (head.value & 0x8000U) != 0 ? -size : size;
}

/// The items of one payload, each asked for by what it should be.
class RecordItems {
 public:
  explicit RecordItems(std::string_view payload) : items_(payload) {}

  [[nodiscard]] std::string_view left() const { return items_.left(); }
  void skip(std::size_t bytes) { (void)items_.bytes(bytes); }

  CborHead head(std::string_view field) {
    const std::optional<CborHead> found = items_.head();
    if (!found) {
      refuse_cbor(field);
    }
    return *found;
  }

  /// How many items follow: of a map pairs. Never more than there are bytes.
  std::size_t count(std::string_view field, CborHead::Major kind, std::string_view expected) {
    const CborHead found = head(field);
    if (found.major != kind) {
      refuse(field, expected, found);
    }
    if (found.value > items_.left().size()) {
      refuse_cbor(field);
    }
    return static_cast<std::size_t>(found.value);
  }

  std::string_view bytes(std::string_view field, CborHead::Major kind, std::string_view expected) {
    return *items_.bytes(count(field, kind, expected));
  }

  void pass(std::string_view field) {
    if (!items_.pass()) {
      refuse_cbor(field);
    }
  }

  /// Gives the name of each field of a map to `take`, which reads or passes what follows.
  template <class Take>
  void each_field(std::string_view field, const Take& take) {
    const std::size_t fields = count(field, CborHead::kMap, "a map");
    for (std::size_t i = 0; i < fields; ++i) {
      take(bytes(field, CborHead::kText, "a map from names"));
    }
  }

 private:
  CborItems items_;
};

template <class Whole>
Whole whole(std::string_view field, const CborHead& found) {
  if (!holds_whole(found)) {
    refuse(field, "a whole number", found);
  }
  const bool negative = found.major == CborHead::kNegative;
  const bool is_signed = std::in_range<std::int64_t>(found.value);
  const auto value = static_cast<std::int64_t>(found.value);
  const bool fits =
      negative ? is_signed && std::in_range<Whole>(-1 - value) : std::in_range<Whole>(found.value);
  if (!fits) {
    throw MachineError(fmt::format("a record's field '{}' is {}{}, beyond its range", field,
                                   negative ? "-1 - " : "", found.value));
  }
  return static_cast<Whole>(negative ? -1 - value : value);
}

// Declared before the template that calls them for the elements of lists.
void read(RecordItems& items, std::string_view field, Tensor& to);

template <class Whole>
requires std::is_integral_v<Whole>
void read(RecordItems& items, std::string_view field, Whole& to) {
  to = whole<Whole>(field, items.head(field));
}

void read(RecordItems& items, std::string_view field, double& to) {
  const CborHead found = items.head(field);
  if (!holds_fraction(found)) {
    refuse(field, "a number", found);
  }
  to = fraction(found);
}

void read(RecordItems& items, std::string_view field, std::string& to) {
  to = items.bytes(field, CborHead::kText, "text");
}

/// Copies a binary field; its length must be a whole number of elements.
template <class Element>
void read_binary(RecordItems& items, std::string_view field, std::vector<Element>& to) {
  const std::string expected = "binary";
  const std::string_view bytes = items.bytes(field, CborHead::kBytes, expected);
  if (bytes.size() % sizeof(Element) != 0) {
    throw MachineError(
        fmt::format("a record's field '{}' should be binary, {} bytes an element, "
                    "and has {} bytes",
                    field, sizeof(Element), bytes.size()));
  }
  to.resize(bytes.size() / sizeof(Element));
  if (!bytes.empty()) {
    std::memcpy(to.data(), bytes.data(), bytes.size());
  }
}

void read(RecordItems& items, std::string_view field, std::vector<std::uint8_t>& to) {
  read_binary(items, field, to);
}

template <class Element>
void read(RecordItems& items, std::string_view field, std::vector<Element>& to) {
  to.clear();
  const std::size_t count = items.count(field, CborHead::kList, "a list");
  to.reserve(std::min(count, kMostBelieved));
  for (std::size_t i = 0; i < count; ++i) {
    read(items, field, to.emplace_back());
  }
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
  const std::size_t values = items.count(name, CborHead::kList, "a list");
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
      epochs = std::max(epochs, curve.count(name, CborHead::kList, "a list"));
    }
  });
  return epochs;
}

void read(RecordItems& items, std::string_view field, Tensor& to) {
  items.each_field(field, [&](std::string_view name) {
    if (name == "name") {
      read(items, name, to.name);
    } else if (name == "rows") {
      read(items, name, to.rows);
    } else if (name == "columns") {
      read(items, name, to.columns);
    } else if (name == "values") {
      read_binary(items, name, to.values);
    } else {
      items.pass(name);
    }
  });
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
  return found.value == kTrue;
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

void read(RecordItems& items, std::string_view field, Provenance& to) {
  items.each_field(field, [&](std::string_view name) {
    if (name == "started") {
      read(items, name, to.started);
    } else if (name == "host") {
      read(items, name, to.host);
    } else if (name == "processor") {
      read(items, name, to.processor);
    } else if (name == "isa") {
      read(items, name, to.isa);
    } else if (name == "program") {
      read(items, name, to.program);
    } else if (name == "rank") {
      read(items, name, to.rank);
    } else if (name == "ranks") {
      read(items, name, to.ranks);
    } else if (name == "threads") {
      read(items, name, to.threads);
    } else if (name == "attempt") {
      read(items, name, to.attempt);
    } else {
      items.pass(name);
    }
  });
}

void refuse_newer(int schema) {
  if (schema > kRecordSchema) {
    throw MachineError(fmt::format(
        "a record of schema {}, and this program reads up to {}: a newer mlpsweep wrote it", schema,
        kRecordSchema));
  }
}

/// A field of a record, the least detail that it is read at, and where it goes.
struct RecordField {
  std::string_view name;
  Detail from;
  void (*take)(RecordItems&, std::string_view name, Record&);
};

template <auto kMember>
void to_record(RecordItems& items, std::string_view name, Record& record) {
  read(items, name, record.*kMember);
}
template <auto kMember>
void to_result(RecordItems& items, std::string_view name, Record& record) {
  read(items, name, record.result.*kMember);
}

using engine::TrialResult;

/// In the order in which they are written, so that the next one is nearly always the one looked
/// for. The settings and what is passed over are left to RecordDecoder.
constexpr RecordField kFields[] = {
    {"best", Detail::kFigures, to_result<&TrialResult::best>},
    {"best_epoch", Detail::kFigures, to_result<&TrialResult::best_epoch>},
    {"classes", Detail::kFigures, to_result<&TrialResult::classes>},
    {"confusion", Detail::kWhole, to_result<&TrialResult::confusion>},
    {"data_checksum", Detail::kFigures, to_record<&Record::data_checksum>},
    {"epochs", Detail::kWithCurves, to_result<&TrialResult::epochs>},
    {"final_weights", Detail::kWhole, to_result<&TrialResult::final_weights>},
    {"fingerprint", Detail::kFigures, to_record<&Record::fingerprint>},
    {"fold", Detail::kFigures, to_record<&Record::fold>},
    {"folds", Detail::kFigures, to_record<&Record::folds>},
    {"initial_weights", Detail::kWhole, to_result<&TrialResult::initial_weights>},
    {"last", Detail::kFigures, to_result<&TrialResult::last>},
    {"last_test_accuracy", Detail::kFigures, to_result<&TrialResult::last_test_accuracy>},
    {"last_test_loss", Detail::kFigures, to_result<&TrialResult::last_test_loss>},
    {"numerics_version", Detail::kFigures, to_record<&Record::numerics_version>},
    {"predictions", Detail::kWhole, to_result<&TrialResult::predictions>},
    {"provenance", Detail::kWhole, to_record<&Record::provenance>},
    {"reason", Detail::kFigures, to_result<&TrialResult::reason>},
    {"repeat", Detail::kFigures, to_record<&Record::repeat>},
    {"schema", Detail::kFigures,
     [](RecordItems& items, std::string_view name, Record& /*record*/) {
       int schema = 0;
       read(items, name, schema);
       refuse_newer(schema);
     }},
    {"seed", Detail::kFigures, to_record<&Record::seed>},
    {"state", Detail::kFigures, to_result<&TrialResult::state>},
    {"test_accuracy", Detail::kFigures, to_result<&TrialResult::test_accuracy>},
    {"test_loss", Detail::kFigures, to_result<&TrialResult::test_loss>},
    {"train_seconds", Detail::kFigures, to_result<&TrialResult::train_seconds>},
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
    std::vector<const sweeps::Setting*> all(items.count(field, CborHead::kList, "a list"));
    for (std::size_t place = 0; place < all.size(); ++place) {
      all[place] = read_next(items, field, place);
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
