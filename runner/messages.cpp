#include "runner/messages.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "engine/errors.h"

namespace mlpsweep::runner {
namespace {

using nlohmann::json;

// CBOR: all ranks run the same program, but self-describing bytes make a mixed installation fail
// with a sentence instead of with nonsense. A message is [number of the variant, its fields in
// order].

json fields(const Begin& m) {
  return {m.file, m.text,    m.overrides, m.folder,   m.attempt,      m.planned,
          m.data, m.winners, m.run,       m.run_part, m.shard.number, m.shard.of};
}
json fields(const Ready& m) {
  return {m.slots, m.host};
}
json fields(const Assign& m) {
  return m.trials;
}
json fields(const Done& m) {
  json list = json::array();
  for (const Outcome& o : m.outcomes) {
    list.push_back({o.trial, static_cast<int>(o.state), o.seconds, o.metric});
  }
  return {std::move(list), m.peak_bytes};
}
json fields(const Returned& m) {
  return m.trials;
}
json fields(const Stop&) {
  return json::array();
}
json fields(const Quit&) {
  return json::array();
}
json fields(const Broken& m) {
  return json::array({m.what});
}
json fields(const Fail& m) {
  return {m.trial, m.reason};
}

void read(const json& f, Begin& m) {
  f.at(0).get_to(m.file);
  f.at(1).get_to(m.text);
  f.at(2).get_to(m.overrides);
  f.at(3).get_to(m.folder);
  f.at(4).get_to(m.attempt);
  f.at(5).get_to(m.planned);
  f.at(6).get_to(m.data);
  f.at(7).get_to(m.winners);
  f.at(8).get_to(m.run);
  f.at(9).get_to(m.run_part);
  f.at(10).get_to(m.shard.number);
  f.at(11).get_to(m.shard.of);
}
void read(const json& f, Ready& m) {
  f.at(0).get_to(m.slots);
  f.at(1).get_to(m.host);
}
void read(const json& f, Assign& m) {
  f.get_to(m.trials);
}
void read(const json& f, Done& m) {
  for (const json& o : f.at(0)) {
    m.outcomes.push_back({o.at(0).get<std::uint64_t>(),
                          static_cast<engine::State>(o.at(1).get<int>()), o.at(2).get<double>(),
                          o.at(3).get<double>()});
  }
  f.at(1).get_to(m.peak_bytes);
}
void read(const json& f, Returned& m) {
  f.get_to(m.trials);
}
void read(const json&, Stop&) {}
void read(const json&, Quit&) {}
void read(const json& f, Broken& m) {
  f.at(0).get_to(m.what);
}
void read(const json& f, Fail& m) {
  f.at(0).get_to(m.trial);
  f.at(1).get_to(m.reason);
}

template <std::size_t Index = 0>
Message read_variant(std::size_t index, const json& f) {
  if constexpr (Index < std::variant_size_v<Message>) {
    if (index == Index) {
      std::variant_alternative_t<Index, Message> message;
      read(f, message);
      return message;
    }
    return read_variant<Index + 1>(index, f);
  } else {
    throw MachineError("a message of an unknown kind (" + std::to_string(index) +
                       ") came in: do all ranks run the same version of mlpsweep?");
  }
}

}  // namespace

std::string encode(const Message& message) {
  const json whole = {message.index(),
                      std::visit([](const auto& m) { return fields(m); }, message)};
  std::string bytes;
  json::to_cbor(whole, bytes);
  return bytes;
}

Message decode_message(const std::string& bytes) {
  try {
    const json whole = json::from_cbor(bytes);
    return read_variant(whole.at(0).get<std::size_t>(), whole.at(1));
  } catch (const json::exception& error) {
    throw MachineError(std::string("a message between ranks can't be read (") + error.what() +
                       "): do all ranks run the same version of mlpsweep?");
  }
}

}  // namespace mlpsweep::runner
