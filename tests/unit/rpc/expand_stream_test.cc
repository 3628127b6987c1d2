// StreamExpandValueSet: pages, what they have in common, cancellation, deadline, reload.
#include "rpc/expand_stream.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>

#include "load/loader.h"
#include "unit/rpc/rpc_fixture.h"

namespace chemoterm::rpc {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::system_clock;
using testing::ElementsAre;

constexpr char kMany[] = "http://example.org/many";

// A value set of all codes C0, C1, ... of a code system that the request brings.
tv::ExpandValueSetRequest Expand(int concepts) {
  std::string system = base::Concat(
      {R"({"resourceType":"CodeSystem","status":"active","content":"complete","url":")", kMany,
       R"(","concept":[)"});
  for (int i = 0; i < concepts; ++i) {
    system += base::Concat({i == 0 ? "" : ",", R"({"code":"C)", base::ToText(i), "\"}"});
  }
  tv::ExpandValueSetRequest request;
  request.set_value_set(base::Concat(
      {R"({"resourceType":"ValueSet","status":"active","compose":{"include":[{"system":")", kMany,
       "\"}]}}"}));
  request.add_tx_resource(system + "]}");
  return request;
}

std::vector<std::string> CodesOf(const tv::ExpandValueSetResponse& page) {
  std::vector<std::string> codes;
  for (const auto& contained : page.contains()) codes.push_back(contained.code());
  return codes;
}

class ExpandStreamTest : public RpcTest {
 protected:
  // All pages of a call that must succeed.
  std::vector<tv::ExpandValueSetResponse> PagesOf(const tv::ExpandValueSetRequest& request) {
    const auto stream = terminology_->StreamExpandValueSet(&context_, request);
    std::vector<tv::ExpandValueSetResponse> pages;
    for (tv::ExpandValueSetResponse page; stream->Read(&page);) pages.push_back(page);
    const auto status = stream->Finish();
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(records_.Only().operation, "expand");
    return pages;
  }
};

TEST_F(ExpandStreamTest, SendsPageAfterPageUntilTheLast) {
  auto request = Expand(5);
  request.set_count(2);
  const auto pages = PagesOf(request);
  ASSERT_EQ(pages.size(), 3U);
  EXPECT_THAT(CodesOf(pages[0]), ElementsAre("C0", "C1"));
  EXPECT_THAT(CodesOf(pages[1]), ElementsAre("C2", "C3"));
  EXPECT_THAT(CodesOf(pages[2]), ElementsAre("C4"));
  EXPECT_EQ(pages[2].offset(), 4);
  EXPECT_EQ(pages[2].total(), 5);
}

TEST_F(ExpandStreamTest, PagesAreOneExpansionWithItsParametersInTheFirst) {
  auto request = Expand(3);
  request.set_count(1);
  const auto pages = PagesOf(request);
  ASSERT_EQ(pages.size(), 3U);
  EXPECT_NE(pages[0].identifier(), "");
  EXPECT_GT(pages[0].parameter_size(), 0);
  for (std::size_t i = 1; i < pages.size(); ++i) {
    EXPECT_EQ(pages[i].identifier(), pages[0].identifier());
    EXPECT_EQ(pages[i].timestamp(), pages[0].timestamp());
    EXPECT_EQ(pages[i].parameter_size(), 0);
  }
}

TEST_F(ExpandStreamTest, StartsAtTheOffset) {
  auto request = Expand(4);
  request.set_offset(1);
  request.set_count(2);
  const auto pages = PagesOf(request);
  ASSERT_EQ(pages.size(), 2U);
  EXPECT_THAT(CodesOf(pages[0]), ElementsAre("C1", "C2"));
  EXPECT_THAT(CodesOf(pages[1]), ElementsAre("C3"));
}

TEST_F(ExpandStreamTest, HasAThousandOnAPageByDefault) {
  const auto pages = PagesOf(Expand(kExpandPage + 1));
  ASSERT_EQ(pages.size(), 2U);
  EXPECT_EQ(pages[0].contains_size(), kExpandPage);
  EXPECT_EQ(pages[1].contains_size(), 1);
}

TEST_F(ExpandStreamTest, WithoutCodesToSendThereIsOnePage) {
  auto counted = Expand(3);
  counted.set_count(0);
  const auto pages = PagesOf(counted);
  ASSERT_EQ(pages.size(), 1U);
  EXPECT_EQ(pages[0].contains_size(), 0);
  EXPECT_EQ(pages[0].total(), 3);
}

TEST_F(ExpandStreamTest, BehindTheLastCodeThereIsOneEmptyPage) {
  auto behind = Expand(3);
  behind.set_offset(3);
  const auto pages = PagesOf(behind);
  ASSERT_EQ(pages.size(), 1U);
  EXPECT_EQ(pages[0].contains_size(), 0);
}

TEST_F(ExpandStreamTest, AFailureEndsTheCallWithItsReason) {
  tv::ExpandValueSetRequest request;
  request.set_url("http://example.org/no-such-value-set");
  const auto stream = terminology_->StreamExpandValueSet(&context_, request);
  tv::ExpandValueSetResponse page;
  EXPECT_FALSE(stream->Read(&page));
  EXPECT_EQ(ReasonOf(stream->Finish()), "UNKNOWN_VALUE_SET");
  EXPECT_EQ(records_.Only().reason, "UNKNOWN_VALUE_SET");
}

TEST_F(ExpandStreamTest, AMalformedMessageEndsTheCallWithAReason) {
  const auto status =
      CallRaw(std::string("/") + kTerminology + "/StreamExpandValueSet", "\xff\xff");
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(ReasonOf(status), "MALFORMED_BODY");
}

// Every page goes through all of them anew, so that what follows happens long before the last.
constexpr int kManyConcepts = 20'000;

TEST_F(ExpandStreamTest, ACancelledCallEnds) {
  auto request = Expand(kManyConcepts);
  request.set_count(1);
  const auto stream = terminology_->StreamExpandValueSet(&context_, request);
  tv::ExpandValueSetResponse page;
  ASSERT_TRUE(stream->Read(&page));
  context_.TryCancel();
  while (stream->Read(&page)) {
  }
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_EQ(records_.Only().reason, "CANCELLED");
}

TEST_F(ExpandStreamTest, ACallEndsAtItsDeadline) {
  context_.set_deadline(system_clock::now() + milliseconds(3000));
  auto request = Expand(kManyConcepts);
  request.set_count(1);
  const auto stream = terminology_->StreamExpandValueSet(&context_, request);
  tv::ExpandValueSetResponse page;
  ASSERT_TRUE(stream->Read(&page)) << "the server has not even seen the call";
  while (stream->Read(&page)) {
  }
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  // The caller's reset may reach the server before its own clock says so.
  EXPECT_THAT(records_.Only().reason, testing::AnyOf("DEADLINE_EXCEEDED", "CANCELLED"));
}

TEST_F(ExpandStreamTest, PagesOfTwoContentsAreNotMixed) {
  const fs::path copy = fs::path(testing::TempDir()) / "chemoterm_rpc_reload";
  fs::remove_all(copy);
  fs::copy(CHEMOTERM_SOURCE_DIR "/terminology", copy, fs::copy_options::recursive);
  auto engine = Engine::Open(
      {.content_dir = copy, .canonical_base = {}, .forbidden_words_file = {}, .today = {}});
  ASSERT_TRUE(engine.ok()) << engine.status();
  auto server = RpcServer::Start({}, **engine, {});
  ASSERT_TRUE(server.ok()) << server.status();
  const auto stub = tv::TerminologyService::NewStub(grpc::CreateChannel(
      "127.0.0.1:" + base::ToText((*server)->port()), grpc::InsecureChannelCredentials()));
  auto request = Expand(kManyConcepts);
  request.set_count(1);
  const auto stream = stub->StreamExpandValueSet(&context_, request);
  tv::ExpandValueSetResponse page;
  ASSERT_TRUE(stream->Read(&page));
  std::ofstream(copy / "sources.json", std::ios::app) << "\n";
  ASSERT_TRUE(load::RewriteDigests(copy).ok());
  ASSERT_TRUE((*engine)->Reload().ok());
  while (stream->Read(&page)) {
  }
  const auto status = stream->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(ReasonOf(status), "NOT_READY");
  fs::remove_all(copy);
}

}  // namespace
}  // namespace chemoterm::rpc
