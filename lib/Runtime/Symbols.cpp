#include "Runtime/Runtime.h"

#include <algorithm>
#include <array>

namespace jitrun::runtime {

namespace {

enum class Index : uint32_t {
#define JITRUN_RUNTIME(Name, Result, Parameters, Attributes) Name,
#include "ABI/RuntimeSymbols.def"
  Count
};
constexpr size_t Count = size_t(Index::Count);

constexpr std::string_view Names[] = {
#define JITRUN_RUNTIME(Name, Result, Parameters, Attributes) #Name,
#include "ABI/RuntimeSymbols.def"
};

/// Where each function of the .def goes in the sorted table.
consteval std::array<uint32_t, Count> ranks() {
  std::array<uint32_t, Count> Order = {}, Rank = {};
  for (uint32_t I = 0; I < Count; ++I)
    Order[I] = I;
  std::ranges::sort(Order, {}, [](uint32_t I) { return Names[I]; });
  for (uint32_t I = 0; I < Count; ++I)
    Rank[Order[I]] = I;
  return Rank;
}
constexpr std::array<uint32_t, Count> Rank = ranks();

using Address = void (*)();

struct Table {
  Symbol Sorted[Count];
};

Table makeTable() {
  Table T = {};
#define JITRUN_RUNTIME(Name, Result, Parameters, Attributes)                   \
  T.Sorted[Rank[size_t(Index::Name)]] = {                                      \
      #Name, reinterpret_cast<Address>(&runtime::Name)};
#include "ABI/RuntimeSymbols.def"
  return T;
}

/// Filled at the first question.
const Table &table() {
  static const Table T = makeTable();
  return T;
}

} // namespace

std::span<const Symbol> symbols() { return table().Sorted; }

void *findSymbol(std::string_view Name) {
  std::span<const Symbol> All = symbols();
  auto At = std::lower_bound(
      All.begin(), All.end(), Name,
      [](const Symbol &S, std::string_view N) { return S.Name < N; });
  if (At == All.end() || At->Name != Name)
    return nullptr;
  return reinterpret_cast<void *>(At->Address);
}

} // namespace jitrun::runtime
