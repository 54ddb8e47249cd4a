#include "results/hdf5_driver.h"

#include <algorithm>
#include <array>

#include <hdf5.h>

#include "results/output_file.h"

namespace mlpsweep::results {
namespace {

struct DriverFile {
  H5FD_t base;  ///< HDF5 takes this struct for its own: it must come first.
  OutputFile* output;
  haddr_t end_of_addresses;
};

OutputFile& output_of(H5FD_t* file) {
  return *reinterpret_cast<DriverFile*>(file)->output;
}

H5FD_t* driver_open(const char*, unsigned, hid_t access, haddr_t) {
  const auto* output = static_cast<OutputFile* const*>(H5Pget_driver_info(access));
  return &(new DriverFile{{}, *output, 0})->base;
}

herr_t driver_close(H5FD_t* file) {
  delete reinterpret_cast<DriverFile*>(file);
  return 0;
}

herr_t driver_query(const H5FD_t*, unsigned long* flags) {
  // As HDF5's own sec2 driver, whose files these are.
  *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
           H5FD_FEAT_AGGREGATE_SMALLDATA | H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
  return 0;
}

haddr_t driver_get_eoa(const H5FD_t* file, H5FD_mem_t) {
  return reinterpret_cast<const DriverFile*>(file)->end_of_addresses;
}

herr_t driver_set_eoa(H5FD_t* file, H5FD_mem_t, haddr_t address) {
  reinterpret_cast<DriverFile*>(file)->end_of_addresses = address;
  return 0;
}

haddr_t driver_get_eof(const H5FD_t* file, H5FD_mem_t) {
  return reinterpret_cast<const DriverFile*>(file)->output->size();
}

herr_t driver_read(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, size_t bytes, void* to) {
  output_of(file).read(address, static_cast<char*>(to), bytes);
  return 0;
}

herr_t driver_write(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, size_t bytes,
                    const void* from) {
  output_of(file).write(address, static_cast<const char*>(from), bytes);
  return 0;
}

herr_t driver_truncate(H5FD_t* file, hid_t, hbool_t) {
  output_of(file).truncate(reinterpret_cast<DriverFile*>(file)->end_of_addresses);
  return 0;
}

}  // namespace

std::int64_t register_output_driver() {
  H5FD_class_t calls = {};
  calls.name = "mlpsweep";
  calls.maxaddr = (haddr_t{1} << 63U) - 1;
  calls.fc_degree = H5F_CLOSE_STRONG;
  calls.fapl_size = sizeof(OutputFile*);
  calls.open = driver_open;
  calls.close = driver_close;
  calls.query = driver_query;
  calls.get_eoa = driver_get_eoa;
  calls.set_eoa = driver_set_eoa;
  calls.get_eof = driver_get_eof;
  calls.read = driver_read;
  calls.write = driver_write;
  calls.truncate = driver_truncate;
  constexpr std::array<H5FD_mem_t, H5FD_MEM_NTYPES> kMetadataApart = H5FD_FLMAP_DICHOTOMY;
  std::copy(kMetadataApart.begin(), kMetadataApart.end(), calls.fl_map);
  return H5FDregister(&calls);
}

}  // namespace mlpsweep::results
