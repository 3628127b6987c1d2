// RETURN_IF_ERROR(expression of absl::Status) and ASSIGN_OR_RETURN(declaration, expression of
// absl::StatusOr).
#pragma once

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#define RETURN_IF_ERROR(expression)                                           \
  do {                                                                        \
    if (::absl::Status status_ = (expression); !status_.ok()) return status_; \
  } while (false)

#define CHEMOTERM_CONCAT_INNER(a, b) a##b
#define CHEMOTERM_CONCAT(a, b) CHEMOTERM_CONCAT_INNER(a, b)
#define CHEMOTERM_ASSIGN_OR_RETURN(holder, declaration, expression) \
  auto holder = (expression);                                       \
  if (!holder.ok()) return std::move(holder).status();              \
  declaration = *std::move(holder)
#define ASSIGN_OR_RETURN(declaration, expression) \
  CHEMOTERM_ASSIGN_OR_RETURN(CHEMOTERM_CONCAT(status_or_, __LINE__), declaration, expression)
