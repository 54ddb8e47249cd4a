// Writes a results.h5 with something of everything (or of nothing), for open_anywhere.py.
#include <cstdio>
#include <exception>
#include <string_view>

#include "store_samples.h"

int main(int count, char** arguments) {
  using namespace mlpsweep::results;
  const bool empty = count == 3 && std::string_view(arguments[2]) == "empty";
  if (count != 2 && !empty) {
    std::fputs("usage: write_sample_store FILE [empty]\n", stderr);
    return 2;
  }
  try {
    const std::vector<Record> records = empty ? std::vector<Record>() : records_of_many_shapes();
    SweepInfo info = sample_info();
    if (empty) {
      info.overrides.clear();
    }
    write_results(
        arguments[1], info, records.size(), source_of(records),
        [](std::size_t index) { return index != 2; },
        empty ? std::vector<StoredPart>() : sample_parts());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 3;
  }
  return 0;
}
