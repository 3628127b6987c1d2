// Calls with one answer: operations, failures, batches, metadata and records.
#include <set>

#include "unit/rpc/rpc_fixture.h"

namespace chemoterm::rpc {
namespace {

using testing::HasSubstr;

class RpcUnaryTest : public RpcTest {};

TEST_F(RpcUnaryTest, LooksACodeUp) {
  tv::LookupCodeResponse response;
  const auto status = terminology_->LookupCode(&context_, Lookup(kCode), &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.code(), kCode);
  EXPECT_EQ(response.system(), kCpt);
  EXPECT_NE(response.display(), "");
  EXPECT_GT(response.property_size(), 0);
}

TEST_F(RpcUnaryTest, MetadataChoosesAnotherEngineAndItsAnswers) {
  EngineOptions bare_options;
  bare_options.content_dir = CHEMOTERM_SOURCE_DIR "/terminology";
  bare_options.displays = Displays::kCodeOnly;
  const auto bare = Engine::Open(bare_options);
  ASSERT_TRUE(bare.ok()) << bare.status();
  RpcServerOptions options;
  options.chosen_by = "x-shown";
  options.engines_by_value = {{"partner", bare->get()}};
  Start(options);
  const auto display = [&](const char* value) {
    grpc::ClientContext context;
    if (value != nullptr) context.AddMetadata("x-shown", value);
    tv::LookupCodeResponse response;
    EXPECT_TRUE(terminology_->LookupCode(&context, Lookup(kCode), &response).ok());
    const auto& metadata = context.GetServerInitialMetadata();
    const auto digest = metadata.find("chemoterm-content-digest");
    EXPECT_NE(digest, metadata.end());
    EXPECT_EQ(std::string(digest->second.data(), digest->second.size()),
              response.display() == kCode ? *(*bare)->Digest() : *SharedEngine().Digest());
    return response.display();
  };
  const std::string shown = display(nullptr);
  EXPECT_NE(shown, kCode);
  for (int again = 0; again < 2; ++again) {  // the second time from what was kept
    EXPECT_EQ(display("partner"), kCode);
    EXPECT_EQ(display("other"), shown);
    EXPECT_EQ(display(nullptr), shown);
  }
  server_.reset();  // before its engine
}

TEST_F(RpcUnaryTest, ValidatesACodeableConceptAndSendsItBack) {
  tv::ValidateCodeRequest request;
  auto& concept_in = *request.mutable_codeable_concept();
  concept_in.set_text("as written");
  auto& coding = *concept_in.add_coding();
  coding.set_system(kCpt);
  coding.set_code(kCode);
  tv::ValidateCodeResponse response;
  const auto status = terminology_->ValidateCode(&context_, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_TRUE(response.result());
  EXPECT_EQ(response.codeable_concept().text(), "as written");
  EXPECT_EQ(response.codeable_concept().coding(0).code(), kCode);
}

TEST_F(RpcUnaryTest, SubsumesListsRelatedAndSearches) {
  tv::SubsumesRequest pair;
  pair.set_system(kCpt);
  pair.set_code_a(kCode);
  pair.set_code_b("96415");
  tv::SubsumesResponse outcome;
  ASSERT_TRUE(terminology_->Subsumes(&context_, pair, &outcome).ok());
  EXPECT_EQ(outcome.outcome(), "not-subsumed");

  grpc::ClientContext second;
  tv::ListRelatedCodesRequest related;
  related.set_system(kCpt);
  related.set_code(kCode);
  tv::ListRelatedCodesResponse links;
  ASSERT_TRUE(terminology_->ListRelatedCodes(&second, related, &links).ok());
  ASSERT_GT(links.related_size(), 0);
  EXPECT_NE(links.related(0).concept_().code(), "");

  grpc::ClientContext third;
  tv::SearchCodesRequest search;
  search.set_text(kCode);
  tv::SearchCodesResponse hits;
  ASSERT_TRUE(terminology_->SearchCodes(&third, search, &hits).ok());
  ASSERT_GT(hits.match_size(), 0);
  EXPECT_EQ(hits.match(0).concept_().code(), kCode);
}

TEST_F(RpcUnaryTest, ListsCoverageNotesAndGetsOneById) {
  cv::ListCoverageNotesRequest request;
  request.set_system(kCpt);
  request.set_code(kCode);
  cv::ListCoverageNotesResponse notes;
  ASSERT_TRUE(coverage_->ListCoverageNotes(&context_, request, &notes).ok());
  ASSERT_GT(notes.note_size(), 0);

  grpc::ClientContext second;
  cv::GetCoverageNoteRequest get;
  get.set_id(notes.note(0).id());
  cv::GetCoverageNoteResponse note;
  ASSERT_TRUE(coverage_->GetCoverageNote(&second, get, &note).ok());
  EXPECT_EQ(note.note().id(), get.id());

  grpc::ClientContext third;
  get.set_id("no-such-note");
  const auto status = coverage_->GetCoverageNote(&third, get, &note);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(ReasonOf(status), "UNKNOWN_RESOURCE");
}

TEST_F(RpcUnaryTest, PagesThroughCodeSystemsWithoutGapOrRepetition) {
  tv::ListCodeSystemsRequest request;
  request.set_page_size(2);
  std::set<std::string> ids;
  int total = 0;
  do {
    grpc::ClientContext context;
    tv::ListCodeSystemsResponse page;
    ASSERT_TRUE(terminology_->ListCodeSystems(&context, request, &page).ok());
    ASSERT_LE(page.code_systems_size(), 2);
    for (const auto& system : page.code_systems()) {
      EXPECT_TRUE(ids.insert(system.id()).second) << system.id();
    }
    total = page.total_size();
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(static_cast<int>(ids.size()), total);
  EXPECT_GT(total, 2);
}

TEST_F(RpcUnaryTest, PagesThroughPayersAndRefusesAForeignToken) {
  cv::ListPayersRequest request;
  request.set_page_size(1);
  cv::ListPayersResponse page;
  ASSERT_TRUE(coverage_->ListPayers(&context_, request, &page).ok());
  EXPECT_EQ(page.payers_size(), 1);
  EXPECT_NE(page.next_page_token(), "");

  grpc::ClientContext second;
  request.set_page_token("1.of-another-content");
  const auto status = coverage_->ListPayers(&second, request, &page);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonOf(status), "INVALID_PARAMETER");
}

TEST_F(RpcUnaryTest, GetsACodeSystemWithItsResourceOnDemand) {
  tv::GetCodeSystemRequest request;
  request.set_id("cpt");
  tv::GetCodeSystemResponse response;
  ASSERT_TRUE(terminology_->GetCodeSystem(&context_, request, &response).ok());
  EXPECT_EQ(response.code_system().id(), "cpt");
  EXPECT_EQ(response.resource(), "");

  grpc::ClientContext second;
  request.set_include_resource(true);
  ASSERT_TRUE(terminology_->GetCodeSystem(&second, request, &response).ok());
  EXPECT_THAT(response.resource(), HasSubstr("\"CodeSystem\""));

  grpc::ClientContext third;
  request.set_id("no-such-system");
  EXPECT_EQ(ReasonOf(terminology_->GetCodeSystem(&third, request, &response)), "UNKNOWN_RESOURCE");
}

// Value sets.

// Three codes of CPT.
std::string ValueSetJson() {
  return base::Concat({R"({"resourceType":"ValueSet","url":"http://example.org/vs","version":"1",)",
                       R"("status":"active","compose":{"include":[{"system":")", kCpt,
                       R"(","concept":[{"code":"96413"},{"code":"96415"},{"code":"96417"}]}]}})"});
}

TEST_F(RpcUnaryTest, ExpandsAValueSetThatTheRequestBrings) {
  tv::ExpandValueSetRequest request;
  request.set_value_set(ValueSetJson());
  tv::ExpandValueSetResponse response;
  const auto status = terminology_->ExpandValueSet(&context_, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.url(), "http://example.org/vs");
  EXPECT_EQ(response.total(), 3);
  ASSERT_EQ(response.contains_size(), 3);
  EXPECT_EQ(response.contains(0).system(), kCpt);
  EXPECT_EQ(response.contains(0).code(), kCode);
  EXPECT_NE(response.contains(0).display(), "");
  EXPECT_NE(response.identifier(), "");
  EXPECT_EQ(records_.Only().operation, "expand");
}

TEST_F(RpcUnaryTest, ValidatesACodeAgainstAValueSet) {
  tv::ValidateValueSetCodeRequest request;
  request.set_value_set(ValueSetJson());
  request.set_system(kCpt);
  request.set_code(kCode);
  tv::ValidateValueSetCodeResponse response;
  const auto status = terminology_->ValidateValueSetCode(&context_, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_TRUE(response.result());

  grpc::ClientContext second;
  request.set_code("96409");
  ASSERT_TRUE(terminology_->ValidateValueSetCode(&second, request, &response).ok());
  EXPECT_FALSE(response.result());
  EXPECT_GT(response.issues_size(), 0);
}

TEST_F(RpcUnaryTest, AnUnknownValueSetIsNotFound) {
  tv::ExpandValueSetRequest request;
  request.set_url("http://example.org/no-such-value-set");
  tv::ExpandValueSetResponse response;
  const auto status = terminology_->ExpandValueSet(&context_, request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(ReasonOf(status), "UNKNOWN_VALUE_SET");
}

// The same bytes mean something else once other resources are kept under the id.
TEST_F(RpcUnaryTest, AnAnswerThatDependsOnACacheIsNotKept) {
  tv::ExpandValueSetRequest use;
  use.set_url("http://example.org/vs");
  use.set_cache_id("rpc-unary-test");
  tv::ExpandValueSetRequest fill = use;
  fill.add_tx_resource(ValueSetJson());
  tv::ExpandValueSetResponse response;
  ASSERT_TRUE(terminology_->ExpandValueSet(&context_, fill, &response).ok());
  std::set<std::string> identifiers;  // a kept answer would bring its own again
  for (int i = 0; i < 3; ++i) {
    grpc::ClientContext context;
    const auto status = terminology_->ExpandValueSet(&context, use, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    identifiers.insert(response.identifier());
  }
  EXPECT_EQ(identifiers.size(), 3U);
}

// Failures.

TEST_F(RpcUnaryTest, AnUnknownCodeIsNotFoundWithItsReason) {
  tv::LookupCodeResponse response;
  const auto status = terminology_->LookupCode(&context_, Lookup("00000"), &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(ReasonOf(status), "UNKNOWN_CODE");
  const auto record = records_.Only();
  EXPECT_EQ(record.reason, "UNKNOWN_CODE");
  EXPECT_EQ(record.status, static_cast<int>(grpc::StatusCode::NOT_FOUND));
}

TEST_F(RpcUnaryTest, AnEmptyRequestNamesWhatIsMissing) {
  tv::LookupCodeResponse response;
  const auto status = terminology_->LookupCode(&context_, tv::LookupCodeRequest(), &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonOf(status), "MISSING_PARAMETER");
}

struct BytesCase {
  const char* why;
  std::string bytes;
};

TEST_F(RpcUnaryTest, BytesThatAreNoRequestAreRefusedWithAReason) {
  const BytesCase kCases[] = {{"not protobuf", "\xff\xff\xff\xff"},
                              {"cut off", std::string("\x0a\x05"
                                                      "96")},
                              {"invalid UTF-8", std::string("\x0a\x02\xc3\x28")}};
  for (const auto& [why, bytes] : kCases) {
    const auto status = CallRaw(std::string("/") + kTerminology + "/LookupCode", bytes);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << why;
    EXPECT_EQ(ReasonOf(status), "MALFORMED_BODY") << why;
  }
}

TEST_F(RpcUnaryTest, AnUnknownMethodIsUnimplemented) {
  const auto status = CallRaw(std::string("/") + kTerminology + "/NoSuchMethod", "");
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNIMPLEMENTED);
}

TEST_F(RpcUnaryTest, AMessageOverTheLimitIsRefused) {
  tv::LookupCodeResponse response;
  const auto status =
      terminology_->LookupCode(&context_, Lookup(std::string(5 * 1024 * 1024, 'x')), &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  // The door lives on.
  grpc::ClientContext second;
  EXPECT_TRUE(terminology_->LookupCode(&second, Lookup(kCode), &response).ok());
}

TEST_F(RpcUnaryTest, AnAnswerOverTheLimitIsRefused) {
  Start({.max_send_bytes = 10});
  tv::LookupCodeResponse response;
  const auto status = terminology_->LookupCode(&context_, Lookup(kCode), &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(ReasonOf(status), "TOO_LARGE");
}

// Batches.

TEST_F(RpcUnaryTest, ABatchHasAnOutcomePerItemInOrder) {
  tv::BatchLookupCodesRequest batch;
  *batch.add_items() = Lookup(kCode);
  *batch.add_items() = Lookup("00000");
  *batch.add_items() = tv::LookupCodeRequest();
  *batch.add_items() = Lookup(kCode);
  tv::BatchLookupCodesResponse response;
  const auto status = terminology_->BatchLookupCodes(&context_, batch, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_EQ(response.results_size(), 4);
  EXPECT_EQ(response.results(0).response().code(), kCode);
  EXPECT_EQ(response.results(1).error().code(), static_cast<int>(grpc::StatusCode::NOT_FOUND));
  EXPECT_EQ(ReasonIn(response.results(1).error()), "UNKNOWN_CODE");
  EXPECT_EQ(ReasonIn(response.results(2).error()), "MISSING_PARAMETER");
  EXPECT_EQ(response.results(3).response().code(), kCode);
  EXPECT_EQ(records_.Only().operation, "batch");
}

TEST_F(RpcUnaryTest, ABatchOfAThousandIsAnswered) {
  tv::BatchValidateCodesRequest batch;
  for (int i = 0; i < 1000; ++i) *batch.add_items() = Validate(i % 2 == 0 ? kCode : "9641");
  tv::BatchValidateCodesResponse response;
  ASSERT_TRUE(terminology_->BatchValidateCodes(&context_, batch, &response).ok());
  ASSERT_EQ(response.results_size(), 1000);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(response.results(i).response().result(), i % 2 == 0) << i;
  }
}

TEST_F(RpcUnaryTest, ABatchOverAThousandOrEmptyIsInvalid) {
  tv::BatchValidateCodesRequest batch;
  tv::BatchValidateCodesResponse response;
  const auto empty = terminology_->BatchValidateCodes(&context_, batch, &response);
  EXPECT_EQ(ReasonOf(empty), "MISSING_PARAMETER");
  for (int i = 0; i < 1001; ++i) *batch.add_items() = Validate(kCode);
  grpc::ClientContext second;
  const auto large = terminology_->BatchValidateCodes(&second, batch, &response);
  EXPECT_EQ(large.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonOf(large), "INVALID_PARAMETER");
}

// Metadata and records.

TEST_F(RpcUnaryTest, SendsTheDigestAndEchoesTheIds) {
  const std::string trace = "0af7651916cd43dd8448eb211c80319c";
  context_.AddMetadata("x-request-id", "my-id");
  context_.AddMetadata("traceparent", "00-" + trace + "-b7ad6b7169203331-01");
  tv::LookupCodeResponse response;
  ASSERT_TRUE(terminology_->LookupCode(&context_, Lookup(kCode), &response).ok());
  const auto& metadata = context_.GetServerInitialMetadata();
  const auto value = [&](const char* key) {
    const auto found = metadata.find(key);
    return found == metadata.end() ? std::string()
                                   : std::string(found->second.data(), found->second.size());
  };
  EXPECT_EQ(value("chemoterm-content-digest"), *SharedEngine().Digest());
  EXPECT_EQ(value("x-request-id"), "my-id");
  EXPECT_THAT(value("traceparent"), HasSubstr(trace));
  const auto record = records_.Only();
  EXPECT_EQ(record.operation, "lookup");
  EXPECT_EQ(record.reason, "OK");
  EXPECT_EQ(record.status, 0);
  EXPECT_EQ(record.request_id, "my-id");
  EXPECT_EQ(record.trace_id, trace);
  EXPECT_EQ(record.digest, *SharedEngine().Digest());
  EXPECT_EQ(record.request_bytes, static_cast<std::int64_t>(Lookup(kCode).ByteSizeLong()));
  EXPECT_EQ(record.response_bytes, static_cast<std::int64_t>(response.ByteSizeLong()));
}

TEST_F(RpcUnaryTest, MakesARequestIdWhenTheCallersIsMissingOrOverlong) {
  for (const std::string& id : {std::string(), std::string(129, 'x'), std::string("two words")}) {
    grpc::ClientContext context;
    if (!id.empty()) context.AddMetadata("x-request-id", id);
    tv::LookupCodeResponse response;
    ASSERT_TRUE(terminology_->LookupCode(&context, Lookup(kCode), &response).ok());
    const auto& metadata = context.GetServerInitialMetadata();
    ASSERT_EQ(metadata.count("x-request-id"), 1U);
    const auto& made = metadata.find("x-request-id")->second;
    EXPECT_EQ(made.size(), 16U);
  }
}

TEST_F(RpcUnaryTest, AFailedCallHasTheMetadataToo) {
  tv::LookupCodeResponse response;
  EXPECT_FALSE(terminology_->LookupCode(&context_, Lookup("00000"), &response).ok());
  EXPECT_EQ(context_.GetServerInitialMetadata().count("chemoterm-content-digest"), 1U);
}

TEST_F(RpcUnaryTest, ReadsCompressedRequestsAndCompressesAnswersWhenAsked) {
  Start({.compress = true});
  tv::BatchLookupCodesRequest batch;
  for (int i = 0; i < 100; ++i) *batch.add_items() = Lookup(kCode);
  context_.set_compression_algorithm(GRPC_COMPRESS_GZIP);
  tv::BatchLookupCodesResponse response;
  const auto status = terminology_->BatchLookupCodes(&context_, batch, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.results_size(), 100);
}

}  // namespace
}  // namespace chemoterm::rpc
