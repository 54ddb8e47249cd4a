// What every fuzz target shares: one source file a reader, named like it, defines read().
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace mlpsweep::fuzz {

using Bytes = std::span<const std::uint8_t>;

/// Hands one input to the reader and holds what comes back against what is promised of it.
///
/// Errors   InputError: the input is refused, and that is well. Anything else is a finding, as is
///          more than a second of the processor.
void read(Bytes input);

/// Aborts, so that libFuzzer keeps the input; `promise` is printed.
void must(bool holds, const char* promise);

/// A folder of this process in $TMPDIR; gone when the process ends as it should.
[[nodiscard]] const std::string& folder();

/// The path of the file `name` in folder(), which now holds `bytes` and nothing else.
[[nodiscard]] std::string as_file(Bytes bytes, const std::string& name);

/// LLVMFuzzerCustomMutator for readers that check sums: three in four of libFuzzer's own changes get
/// the sums that they ought to have, else hardly one would get past that check.
[[nodiscard]] std::size_t mutate(std::span<std::uint8_t> room, std::size_t size, unsigned seed,
                                 void (*mend)(std::span<std::uint8_t>));

}  // namespace mlpsweep::fuzz

/// libFuzzer's own way to change an input.
extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);
