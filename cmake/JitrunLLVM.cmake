# LLVM 22, as the shared library or as just the archives that the rooms name.
#
# jitrunLLVM is what a room links; the executable at the end decides by its
# property JITRUN_STATIC_LLVM which of the two it becomes.

find_package(LLVM 22.1 REQUIRED CONFIG PATHS /usr/lib/llvm-22)
message(STATUS "LLVM ${LLVM_PACKAGE_VERSION} in ${LLVM_INSTALL_PREFIX}")

add_library(jitrunLLVM INTERFACE)
target_include_directories(jitrunLLVM SYSTEM INTERFACE ${LLVM_INCLUDE_DIRS})
separate_arguments(JitrunLLVMDefinitions NATIVE_COMMAND "${LLVM_DEFINITIONS}")
target_compile_options(jitrunLLVM INTERFACE ${JitrunLLVMDefinitions})

# Called once all rooms are known.
function(jitrun_finish_llvm)
  get_property(Components GLOBAL PROPERTY JITRUN_LLVM_COMPONENTS)
  if(NOT Components)
    return()
  endif()
  list(REMOVE_DUPLICATES Components)
  set(Static)
  if(JITRUN_STATIC_LLVM)
    # Not LLVM's CMake targets: those of Debian drag in libz3.so and shared
    # compression libraries, whose loading alone takes milliseconds.
    execute_process(
      COMMAND ${LLVM_TOOLS_BINARY_DIR}/llvm-config --link-static --libfiles
              ${Components}
      OUTPUT_VARIABLE Static OUTPUT_STRIP_TRAILING_WHITESPACE
      COMMAND_ERROR_IS_FATAL ANY)
    separate_arguments(Static)
    list(APPEND Static libzstd.a libz.a)
    list(TRANSFORM Static REPLACE "^lib(z|zstd)\\.a$" "-l:\\0")
    list(APPEND Static -lrt -ldl -lm -lpthread)
  endif()
  target_link_libraries(jitrunLLVM INTERFACE
    "$<IF:$<BOOL:$<TARGET_PROPERTY:JITRUN_STATIC_LLVM>>,${Static},LLVM>")
endfunction()
