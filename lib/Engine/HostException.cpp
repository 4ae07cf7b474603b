#include "Engine/HostException.h"

#include "CodeCache/CodeMemory.h"
#include "Engine/Assembly.h"
#include "Engine/ContextState.h"
#include "Runtime/Trap.h"

#include <cassert>
#include <cstring>
#include <cxxabi.h>
#include <unwind.h>

// Of the C++ run-time library: adds a table to those that it looks into.
extern "C" void __register_frame(void *Begin);
extern "C" void __deregister_frame(void *Begin);

namespace jitrun::engine {

thread_local constinit ContextState *EnteredContext = nullptr;

namespace {

// DWARF's numbers of registers.
enum : unsigned char { RAX = 0, RDX = 1, RBP = 6, ReturnAddress = 16 };

/// Writes an .eh_frame section.
class FrameTable {
public:
  explicit FrameTable(unsigned char *At) : Next(At) {}

  unsigned char *position() const { return Next; }
  template <class T> void put(T Value) {
    std::memcpy(Next, &Value, sizeof(T));
    Next += sizeof(T);
  }
  void bytes(std::initializer_list<unsigned char> Values) {
    for (unsigned char V : Values)
      put(V);
  }
  /// A record is its length and then so many bytes, a multiple of eight with
  /// the length itself.
  unsigned char *begin() {
    unsigned char *Record = Next;
    put(uint32_t(0));
    return Record;
  }
  void end(unsigned char *Record) {
    constexpr unsigned char Nop = 0;
    while ((Next - Record) % 8)
      put(Nop);
    const auto Length = uint32_t(Next - Record - 4);
    std::memcpy(Record, &Length, sizeof(Length));
  }

private:
  unsigned char *Next;
};

} // namespace

/// Decides about exceptions that reach generated code: all end there, but not
/// what unwinds for another reason (the end of a thread).
extern "C" _Unwind_Reason_Code jrEnginePersonality(int, _Unwind_Action Actions,
                                                   _Unwind_Exception_Class,
                                                   _Unwind_Exception *Exception,
                                                   _Unwind_Context *Context) {
  if (Actions & _UA_FORCE_UNWIND)
    return _URC_CONTINUE_UNWIND;
  if (Actions & _UA_SEARCH_PHASE)
    return _URC_HANDLER_FOUND;
  _Unwind_SetGR(Context, RAX, reinterpret_cast<uint64_t>(Exception));
  _Unwind_SetGR(Context, RDX, _Unwind_GetIP(Context));
  _Unwind_SetIP(Context, reinterpret_cast<uint64_t>(&jrEngineCatch));
  return _URC_INSTALL_CONTEXT;
}

extern "C" void jrEngineCaught(void *Exception, void *FrameAddress) {
  assert(EnteredContext && "generated code runs in a context");
  abi::ExecutionContext &C = EnteredContext->Raw;
  __cxxabiv1::__cxa_begin_catch(Exception);
  runtime::fillHostTrap(C);
  __cxxabiv1::__cxa_end_catch();
  C.Handlers->Raise(&C, FrameAddress);
  __builtin_unreachable();
}

UnwindEntry::UnwindEntry(const CodeMemory &Memory)
    : Table(std::make_unique<std::array<unsigned char, 128>>()) {
  FrameTable T(Table->data());
  constexpr unsigned char Absolute = 0;
  // The common part: how a frame with a frame pointer is left.
  unsigned char *Common = T.begin();
  T.put(uint32_t(0));
  T.bytes({1, 'z', 'P', 'R', 0});
  // Code in units of 1, data of -8; ten bytes for the P and the R.
  T.bytes({1, 0x78, ReturnAddress, 10, Absolute});
  T.put(reinterpret_cast<uint64_t>(&jrEnginePersonality));
  T.put(Absolute);
  // The frame's end is RBP + 16; there are the caller's RBP and, above it, the
  // return address.
  T.bytes({/*DW_CFA_def_cfa*/ 0x0c, RBP, 16});
  T.bytes({/*DW_CFA_offset*/ 0x80 | RBP, 2, 0x80 | ReturnAddress, 1});
  T.end(Common);
  // The entry for all code.
  unsigned char *Entry = T.begin();
  T.put(uint32_t(T.position() - Common));
  T.put(Memory.codeBegin());
  T.put(Memory.codeSize());
  T.put(/*augmentation bytes*/ Absolute);
  T.end(Entry);
  T.put(uint32_t(0));
  assert(T.position() <= Table->data() + Table->size() && "the table is full");
  __register_frame(Table->data());
}

UnwindEntry::~UnwindEntry() { __deregister_frame(Table->data()); }

} // namespace jitrun::engine
