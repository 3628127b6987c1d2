#include "rpc/status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "chemoterm/reason.h"
#include "google/rpc/error_details.pb.h"

namespace chemoterm::rpc {
namespace {

std::vector<Reason> AllReasons() {
  std::vector<Reason> reasons;
  for (int i = 0; i <= static_cast<int>(Reason::kLast); ++i) {
    reasons.push_back(static_cast<Reason>(i));
  }
  return reasons;
}

google::rpc::Status DetailsOf(const grpc::Status& status) {
  google::rpc::Status details;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  return details;
}

google::rpc::ErrorInfo InfoIn(const google::rpc::Status& details) {
  google::rpc::ErrorInfo info;
  EXPECT_GE(details.details_size(), 1);
  EXPECT_TRUE(details.details(0).UnpackTo(&info));
  return info;
}

class EveryReason : public testing::TestWithParam<Reason> {};

TEST_P(EveryReason, HasItsCodeAndAStableReason) {
  const auto& row = InfoOf(GetParam());
  const auto status = ToGrpcStatus(Fail(GetParam(), "what happened", "useSupplement", "M1"), "id7");
  EXPECT_EQ(static_cast<int>(status.error_code()), static_cast<int>(row.grpc));
  const auto details = DetailsOf(status);
  EXPECT_EQ(details.code(), static_cast<int>(row.grpc));
  EXPECT_EQ(details.message(), status.error_message());
  const auto info = InfoIn(details);
  EXPECT_EQ(info.reason(), std::string(row.name));
  EXPECT_EQ(info.domain(), "chemoterm");
  if (GetParam() == Reason::kInternal) return;
  EXPECT_EQ(status.error_message(), "what happened");
  EXPECT_EQ(info.metadata().at("where"), "use_supplement");
  EXPECT_EQ(info.metadata().at("message_id"), "M1");
}

TEST_P(EveryReason, NamesTheFieldWhenTheRequestIsWrong) {
  const auto details = ToProtoStatus(Fail(GetParam(), "what happened", "useSupplement"), "id7");
  const bool wrong_request = InfoOf(GetParam()).grpc == absl::StatusCode::kInvalidArgument;
  ASSERT_EQ(details.details_size(), wrong_request ? 2 : 1);
  if (!wrong_request) return;
  google::rpc::BadRequest bad;
  ASSERT_TRUE(details.details(1).UnpackTo(&bad));
  ASSERT_EQ(bad.field_violations_size(), 1);
  EXPECT_EQ(bad.field_violations(0).field(), "use_supplement");
  EXPECT_EQ(bad.field_violations(0).description(), "what happened");
}

TEST_P(EveryReason, HasNoBadRequestWithoutAField) {
  EXPECT_EQ(ToProtoStatus(Fail(GetParam(), "what happened"), "id7").details_size(), 1);
}

INSTANTIATE_TEST_SUITE_P(Table, EveryReason, testing::ValuesIn(AllReasons()),
                         [](const auto& test) { return std::string(InfoOf(test.param).name); });

class InternalError : public testing::TestWithParam<absl::Status> {};

TEST_P(InternalError, TellsTheRequestIdAndNothingElse) {
  const auto status = ToGrpcStatus(GetParam(), "id7");
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INTERNAL);
  EXPECT_EQ(status.error_message(), "The service met an unexpected condition (request id7).");
  EXPECT_THAT(status.error_details(), testing::Not(testing::HasSubstr("secret")));
  const auto info = InfoIn(DetailsOf(status));
  EXPECT_EQ(info.reason(), "INTERNAL");
  EXPECT_EQ(info.metadata().at("request_id"), "id7");
}

INSTANTIATE_TEST_SUITE_P(OursOrNot, InternalError,
                         testing::Values(Fail(Reason::kInternal, "secret", "secret", "secret"),
                                         absl::InternalError("secret"),
                                         absl::NotFoundError("secret")));

TEST(Status, OfSuccessIsOkWithoutDetails) {
  EXPECT_TRUE(ToGrpcStatus(absl::OkStatus(), "id7").ok());
  EXPECT_EQ(ToProtoStatus(absl::OkStatus(), "id7").ByteSizeLong(), 0U);
}

struct PathCase {
  const char* fhir;
  const char* proto;
};

class FieldPathTest : public testing::TestWithParam<PathCase> {};

TEST_P(FieldPathTest, IsTheProtoSpelling) {
  EXPECT_EQ(FieldPath(GetParam().fhir), GetParam().proto);
}

INSTANTIATE_TEST_SUITE_P(
    Table, FieldPathTest,
    testing::Values(
        PathCase{"", ""}, PathCase{"code", "code"}, PathCase{"displayLanguage", "display_language"},
        PathCase{"lenient-display-validation", "lenient_display_validation"},
        PathCase{"excludeNotForUI", "exclude_not_for_ui"},
        PathCase{"check-system-version[1]", "check_system_version[1]"},
        PathCase{"systemVersion", "system_version"},
        PathCase{"system-version[1]", "default_system_version[1]"},
        PathCase{"property[2]", "property[2]"}, PathCase{"codingA", "coding_a"},
        PathCase{"codeableConcept.coding[0].system", "codeable_concept.coding[0].system"},
        PathCase{"Coding.display", "coding.display"}, PathCase{"page_token", "page_token"}));

}  // namespace
}  // namespace chemoterm::rpc
