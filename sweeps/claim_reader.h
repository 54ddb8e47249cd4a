// One claim on its way from a node to a Claim. read_claims.cpp has its form, metric and bounds,
// claim_configurations.cpp the configurations that it speaks of.
#pragma once

#include <algorithm>
#include <optional>
#include <string_view>

#include "sweeps/keys.h"
#include "sweeps/report_scope.h"

namespace mlpsweep::sweeps {

/// A form of claims with what may stand beside it; `in`, `where` and `source` may always.
struct FormEntry {
  std::string_view name;
  Claim::Form form;
  bool names_metric = false;  ///< `less: train_loss`; else the form holds a bound.
  Names beside;

  [[nodiscard]] bool takes(std::string_view field) const {
    return std::find(beside.begin(), beside.end(), field) != beside.end();
  }
};

/// Every figure that a claim may be about: those of a trial, and those of a class.
[[nodiscard]] Names claim_figure_names(const ReportScope& scope);

class ClaimReader {
 public:
  ClaimReader(const Node& node, const ReportScope& scope);

  /// Empty if there is not one form. What else is wrong is reported and left out.
  [[nodiscard]] std::optional<Claim> read();

 private:
  static Names names();
  [[nodiscard]] const FormEntry* find_form();
  void refuse_idle(const FormEntry& form);
  void read_metric(const FormEntry& form);
  /// `class: "5"`, or a list: whose precision, recall or f1.
  void read_classes();
  /// `than: seven_eight` has the claim's own `where`; `than: {in: ..., where: {...}, metric: ...}`
  /// names what differs.
  void read_than(const FormEntry& form);
  /// False if it can't be told what was meant.
  [[nodiscard]] bool read_than(const Node& map);
  [[nodiscard]] bool read_than_metric(const Fields& fields);
  /// The claim's `where` has to name configurations of the other side's experiment too.
  void check_where_in(const KnownExperiment& other, Place at);
  void read_along(const FormEntry& form);
  void read_values(bool along_one);
  void read_is(const FormEntry& form);
  void read_is(const Key& key, const Node& node);
  [[nodiscard]] double bound(const Node& node, std::string_view name) const;
  void read_bounds(const FormEntry& form);
  void read_between(const Node& node);
  void read_epochs();

  const Node& node_;
  const ReportScope& scope_;
  Diagnostics& diagnostics_;
  Fields fields_;
  Claim claim_;
  const KnownExperiment* experiment_ = nullptr;  ///< Null: not known, which is reported.
  Place metric_place_;
};

}  // namespace mlpsweep::sweeps
