// The paragraph that a paper's section on methods needs, from the records themselves.
#pragma once

#include <span>
#include <string>

#include "results/record.h"
#include "results/store.h"

namespace mlpsweep::results {

enum class Markup { kText, kLatex };

/// Data, split, sizes, architecture, optimiser, epochs, repeats, statistics, software and machine.
/// A setting that the sentences have no place for stands at the end by its key, unless it is at its
/// default; where records differ all values are named. Nothing is said that the records don't hold.
/// Errors   InputError: no records.
[[nodiscard]] std::string methods_paragraph(const SweepInfo& info, std::span<const Record> records,
                                            Markup markup);

}  // namespace mlpsweep::results
