// A choice of classes as a data set of its own.
#pragma once

#include "engine/dataset.h"
#include "engine/spec.h"

namespace mlpsweep::engine {

/// Whether a spec asks for another data set than its files hold.
[[nodiscard]] bool asks_for_view(const DataSpec& spec);

/// The rows that a spec keeps, in the order of the files, with its classes: first `pool` (training
/// rows, then test rows), then `classes` (in the order given, labels 0, 1, ...), then `positive`:
/// of two classes it is made class 1; with `against: rest` it is class 1 and all others class 0.
///
/// A copy, so that everything behind it sees a plain data set: at most as large as the files', and
/// made once a process. Its checksum stays the files', since the choice itself stands in the
/// settings.
/// Errors   InputError: no such label (with those there are and the nearest), a class without
///          training rows, a positive class of more than two, no test part to pool.
[[nodiscard]] Dataset make_view(const Dataset& whole, const DataSpec& spec);

}  // namespace mlpsweep::engine
