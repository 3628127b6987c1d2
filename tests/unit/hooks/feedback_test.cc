#include "chemoterm/reason.h"
#include "hooks_fixture.h"

namespace chemoterm::hooks {
namespace {

std::string Report(std::string_view members) {
  return base::Concat(
      {R"({"feedback":[{"card":"4e0a3a1e-3283-4575-ab82-028d55fe2719",)", members, "}]}"});
}
constexpr std::string_view kTime = R"("outcomeTimestamp":"2026-11-22T10:00:00Z")";

std::string Accepted(std::string_view suggestions) {
  return Report(
      base::Concat({kTime, R"(,"outcome":"accepted","acceptedSuggestions":)", suggestions}));
}
std::string Overridden(std::string_view more) {
  return Report(base::Concat({kTime, R"(,"outcome":"overridden")", more}));
}

TEST(Feedback, IsTakenWhateverTheCardIs) {
  for (const std::string& body :
       {Accepted(R"([{"id":"e56e1945-20b3-4393-8503-a1a20fd73152"}])"), Overridden(""),
        Overridden(R"(,"overrideReason":{"reason":{"system":"s","code":"c"},"userComment":"x"})"),
        Overridden(R"(,"overrideReason":{"userComment":"x"})"),
        Overridden(R"(,"overrideReason":null,"acceptedSuggestions":null)"),
        Report(R"("outcome":"overridden","outcomeTimestamp":"2026-11-22T10:00:00.5+00:00")"),
        base::Concat({R"({"feedback":[{"card":"x","outcome":"overridden",)", kTime,
                      R"(},{"card":"x","outcome":"overridden",)", kTime, "}]}"})}) {
    EXPECT_TRUE(ReadFeedback(body).ok()) << body << ReadFeedback(body);
  }
}

struct BadReport {
  std::string body;
  const char* where;
};

TEST(Feedback, IsRefusedWithThePlaceOfTheFault) {
  const std::vector<BadReport> rows = {
      {"", ""},
      {"{}", "feedback"},
      {R"({"feedback":[]})", "feedback"},
      {R"({"feedback":{}})", "feedback"},
      {R"({"feedback":[1]})", "feedback[0].card"},
      {R"({"feedback":[{"outcome":"overridden"}]})", "feedback[0].card"},
      {Report(R"("outcome":"overridden")"), "feedback[0].outcomeTimestamp"},
      {Report(R"("outcome":"overridden","outcomeTimestamp":"2026-11-22")"),
       "feedback[0].outcomeTimestamp"},
      {Report(R"("outcome":"overridden","outcomeTimestamp":"2026-11-22T10:00:00+02:00")"),
       "feedback[0].outcomeTimestamp"},
      {Report(kTime), "feedback[0].outcome"},
      {Report(base::Concat({kTime, R"(,"outcome":"ignored")"})), "feedback[0].outcome"},
      {Report(base::Concat({kTime, R"(,"outcome":"accepted")"})),
       "feedback[0].acceptedSuggestions"},
      {Accepted("[]"), "feedback[0].acceptedSuggestions"},
      {Accepted("[{}]"), "feedback[0].acceptedSuggestions.id"},
      {Overridden(R"(,"overrideReason":"c")"), "feedback[0].overrideReason"},
      {Overridden(R"(,"overrideReason":{"reason":{"system":"s"}})"),
       "feedback[0].overrideReason.reason.code"}};
  for (const BadReport& row : rows) {
    const absl::Status status = ReadFeedback(row.body);
    ASSERT_FALSE(status.ok()) << row.body;
    EXPECT_EQ(InfoOf(FailureOf(status).reason).http, 400) << row.body;
    EXPECT_EQ(FailureOf(status).where, row.where) << row.body;
  }
}

TEST(Feedback, AFailureDoesNotQuoteTheComment) {
  const absl::Status status =
      ReadFeedback(Overridden(R"(,"overrideReason":{"reason":{},"userComment":"Mrs Example"})"));
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(FailureOf(status).text, testing::Not(testing::HasSubstr("Example")));
}

}  // namespace
}  // namespace chemoterm::hooks
