// results.h5, in this process: what the product reads in a child with limits (store.cpp).
#include "engine/errors.h"
#include "results/store_reader.h"

#include "fuzz.h"

namespace mlpsweep::fuzz {

void read(Bytes input) {
  using namespace results;
  try {
    StoreReader reader(as_file(input, "results.h5"));
    static_cast<void>(reader.info());
    static_cast<void>(reader.digest());
    for (std::uint64_t i = 0; i < reader.rows(); ++i) {
      const Record record = reader.next().record;
      must(digest_of(decode(encode(record))) == digest_of(record), "a record keeps its digest");
    }
  } catch (const MachineError&) {
    // HDF5's own words; read_results makes an InputError of them
  }
}

}  // namespace mlpsweep::fuzz
