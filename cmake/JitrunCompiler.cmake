# Compiler and linker options for all of our own code.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

# -O2: O3 of our own code buys nothing measurable and compiles slower.
string(REPLACE "-O3" "-O2" CMAKE_CXX_FLAGS_RELEASE "${CMAKE_CXX_FLAGS_RELEASE}")

add_compile_options(
  -Wall -Wextra -Werror
  # Walked by the engine: stack traces, and what a thread's frames still hold.
  -fno-omit-frame-pointer -mno-omit-leaf-frame-pointer
  -ffunction-sections -fdata-sections
  # The first law: no tier may round once where another rounds twice.
  -ffp-contract=off)

if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_link_options(-fuse-ld=lld)
  add_compile_options(-fcolor-diagnostics)
endif()
add_link_options(-Wl,--gc-sections -Wl,--as-needed)

if(JITRUN_SANITIZE)
  # Not "function": it looks for a type in front of each function it calls
  # through a pointer, and generated code has none.
  add_compile_options(-fsanitize=${JITRUN_SANITIZE} -fno-sanitize-recover=all
                      -fno-sanitize=function)
  add_link_options(-fsanitize=${JITRUN_SANITIZE})
endif()

if(JITRUN_FUZZERS)
  # Tells libFuzzer what an input reaches.
  add_compile_options(-fsanitize=fuzzer-no-link)
  add_link_options(-fsanitize=fuzzer-no-link)
endif()

if(NOT CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(JITRUN_CCACHE ccache)
  if(JITRUN_CCACHE)
    set(CMAKE_C_COMPILER_LAUNCHER ${JITRUN_CCACHE})
    set(CMAKE_CXX_COMPILER_LAUNCHER ${JITRUN_CCACHE})
  endif()
endif()
