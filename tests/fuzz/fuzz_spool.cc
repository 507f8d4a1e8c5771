// Any bytes as a file of the spool: each whole record is read once, none is made up, and what the
// program wrote itself comes back.
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "policy/tokens/keys.h"
#include "tests/fakes.h"
#include "tests/fuzz/require.h"
#include "tests/temporary_folder.h"
#include "tracker/spool.h"
#include "tracker/spool_record.h"

namespace {

using namespace candor::tracker;
using candor::policy::KeyRing;

/// Who is read in a record was sealed under a key of that ring; without it nobody is.
void check_record(std::string_view record, const KeyRing& ring) {
    const candor::policy::Day today = candor::policy::day_of(candor::tests::noon);
    const auto event = from_spool_record(record, ring, today);
    const auto without_keys = from_spool_record(record, KeyRing{}, today);
    require(event.has_value() == without_keys.has_value(), "keys decide who, not whether");
    if (!event) return;
    require(!without_keys->recipient && without_keys->retention == 0, "nobody without a key");
    require(event->campaign == without_keys->campaign, "the click is the same without its person");
    const auto again = from_spool_record(to_spool_record(*event, ring), ring, today);
    require(again == event, "an event that was read is written and read again");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    static const candor::tests::TemporaryFolder folder;
    static const auto ring = candor::tests::FixedKeys{}.ring();
    const auto file = folder.path() / "00000000000000aa-0000000000000001.spool";
    std::ofstream(file, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes), static_cast<std::streamsize>(size));

    const Spool spool(folder.path());
    require(spool.id() == 0xaa, "the name of the spool");
    require(spool.torn_bytes() == size % spool_record_bytes, "what is torn is counted");
    const std::string_view whole{reinterpret_cast<const char*>(bytes),
                                 size - size % spool_record_bytes};
    std::uint64_t after = 0;
    std::size_t done = 0;
    for (;;) {
        const auto read = spool.read(after, 3);
        require(read.has_value(), "a file that is there can be read");
        const SpoolRun& run = *read;
        if (run.records == 0) break;
        require(run.bytes == whole.substr(done, run.records * spool_record_bytes), "in order");
        require(run.through == after + run.records, "numbers without a gap");
        for (std::size_t at = 0; at < run.bytes.size(); at += spool_record_bytes) {
            check_record(std::string_view{run.bytes}.substr(at, spool_record_bytes), *ring);
        }
        done += run.bytes.size();
        after = run.through;
    }
    require(done == whole.size(), "every whole record is read");
    return 0;
}
