// What the readers of a report's sections share: what there is to speak of, and small checks.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sweeps/figure_names.h"
#include "sweeps/read_report.h"
#include "sweeps/report_fields.h"

namespace mlpsweep::sweeps {

/// What a section may speak of.
struct ReportScope {
  const std::vector<KnownExperiment>& experiments;
  std::vector<std::string> derived;  ///< Names of the spec's own figures.
  std::string home;                  ///< Experiment that the section stands in; empty: the top.
  Diagnostics& diagnostics;
};

/// The experiment of that name, or null.
[[nodiscard]] const KnownExperiment* find_experiment(const ReportScope& scope,
                                                     std::string_view name);
/// The same; an unknown name is reported at `at`.
[[nodiscard]] const KnownExperiment* known_experiment(const ReportScope& scope, Place at,
                                                      std::string_view name);
/// The experiment that `in` names, or the one that the section stands in, or the only one there is;
/// null if it can't be told, which is reported.
[[nodiscard]] const KnownExperiment* experiment_of(const ReportScope& scope, const Fields& fields);

/// Every figure that rows, claims and tables may name.
[[nodiscard]] Names figures_in(const ReportScope& scope);
/// Whether `name` is one, or one of `names`; if not, that is reported.
bool check_figure_name(const ReportScope& scope, Place at, std::string_view name);
bool check_figure_name(const ReportScope& scope, Place at, std::string_view name,
                       const Names& names);
/// Whether `name` has a value an epoch; if not, that is reported.
bool check_curve_name(const ReportScope& scope, Place at, std::string_view name);
/// Whether `name` is a label that the experiment keeps, or one of the two averages; if not, that is
/// reported. Where the labels aren't known any name may be one.
bool check_class(const ReportScope& scope, const KnownExperiment* experiment, const Node& name);

/// A number as printed, legal for what it is; empty (and reported) if it is none. `name` is what
/// the number is called in complaints.
[[nodiscard]] std::optional<Printed> read_printed(const Node& node, std::string_view name,
                                                  Quantity quantity, Diagnostics& diagnostics);
/// A plain one: neither about, above nor below.
[[nodiscard]] std::optional<Printed> read_plain(const Node& node, std::string_view name,
                                                Quantity quantity, Diagnostics& diagnostics);

// One reader a section; each adds to `report` what it could read.
void read_expected(const Node& node, const ReportScope& scope, Report& report);
void read_gradcheck(const Node& node, const ReportScope& scope, Report& report);
void read_claims(const Node& node, const ReportScope& scope, Report& report);
void read_pictures(const Node& node, const ReportScope& scope, Report& report);
void read_tables(const Node& node, const ReportScope& scope, Report& report);

/// What is expected of the experiment so far.
[[nodiscard]] Expectation& expectation_of(Report& report, std::string_view experiment);

}  // namespace mlpsweep::sweeps
