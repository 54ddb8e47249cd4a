// Everything on one trial, as text.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "results/record.h"
#include "results/store.h"
#include "sweeps/fingerprint.h"

namespace mlpsweep::results {

/// Index of the one trial whose fingerprint begins with `prefix`, in either case.
///
/// Errors   InputError: no hexadecimal letters; no such trial, with the nearest; several, with the
///          shortest prefixes that tell them apart.
[[nodiscard]] std::size_t find_trial(std::span<const sweeps::Fingerprint> trials,
                                     std::string_view prefix);

/// State and reason, settings (swept ones first), figures, curve, confusion matrix and provenance.
/// Of more than 40 epochs every second, fifth, tenth ... is shown, and the first, best and last
/// one; the text says so.
[[nodiscard]] std::string show_trial(const SweepInfo& info, const Record& record);

}  // namespace mlpsweep::results
