#include "base/fold.h"
#include "base/text.h"
#include "load/build.h"
#include "load/content_checks.h"
#include "load/record_node.h"

namespace chemoterm::load {

void ReadMessages(Build& build, const ContentFile& file) {
  const FileFaults& faults = file.faults;
  struct Message {
    std::string id, text;
    int line;
  };
  std::vector<Message> all;
  std::string language;
  RecordNode messages(faults);
  messages.Others([&](std::string_view id, std::string_view text, int line) {
    if (text.empty()) return faults.Add(line, base::Concat({"the message '", id, "' is empty"}));
    all.push_back({std::string(id), std::string(text), line});
  });
  RecordNode root(faults);
  root.Text("language", &language, Need::kRequired).Nested("messages", &messages, Need::kRequired);
  ReadRecord(file.text, root, faults);
  if (!language.empty() && !base::IsLanguageTag(language)) {
    faults.Add(root.LineOf("language"),
               base::Concat({"'", base::Clip(language, 60), "' is not a language tag"}));
  }
  const auto known = build.snapshot().messages.texts().find(language);
  for (const Message& message : all) {
    const bool taken =
        known != build.snapshot().messages.texts().end() && known->second.contains(message.id);
    if (taken)
      faults.Add(message.line,
                 base::Concat({"the message '", message.id, "' is in another file too"}));
    CheckMessageBraces(message.id, message.text, message.line, faults);
    build.message_lines[{language, message.id}] = {std::string(faults.file()), message.line};
    build.snapshot().messages.Add(language, message.id, message.text);
  }
}

}  // namespace chemoterm::load
