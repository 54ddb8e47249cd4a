// The report sections of a spec, for the tests of their readers: one test, one section.
#pragma once

#include <string>

#include "sweeps/report.h"

#include "tests/sweeps/complaints.h"

namespace mlpsweep::sweeps {

/// `text` from line 2 on, with what every sweep needs and no test of a report is about around it.
inline std::string whole_spec(const std::string& text) {
  const bool has_data = text.starts_with("data:");
  return "mlpsweep: 1\n" + text + (has_data ? "" : "data: fashion-mnist\n");
}

/// Two experiments for sections to speak of: 'rates' sweeps the rate over 0.005, 0.05 and 0.01,
/// 'nets' the topology and the activation.
inline std::string with_experiments(const std::string& sections) {
  return R"(mlpsweep: 1
base: {epochs: 9, data: {set: fashion-mnist}}
experiments: {rates: {parameters: {optimizer.learning_rate: [0.005, 0.05, 0.01]}},
  nets: {parameters: {hidden: [64, 203x203], activation: [tanh, relu]}}}
)" + sections;
}

/// Errors   InputError with all that is wrong in it.
inline Report report_in(const std::string& whole) {
  return read_sweep("s.yaml", whole).report;
}

/// What a user reads whose spec is whole_spec(`text`); empty if it is right.
inline std::string faults_in(const std::string& text) {
  return complaints_about(whole_spec(text));
}

/// The same for `sections` after those two experiments, from line 5 on.
inline std::string faults_of(const std::string& sections) {
  return complaints_about(with_experiments(sections));
}

}  // namespace mlpsweep::sweeps
