# Runs PROGRAM and fails unless it exits with 0 and prints the file EXPECTED.
execute_process(COMMAND ${PROGRAM} OUTPUT_VARIABLE Actual RESULT_VARIABLE Code)
file(READ ${EXPECTED} Wanted)
if(NOT Code EQUAL 0)
  message(FATAL_ERROR "${PROGRAM} exited with ${Code}\n${Actual}")
endif()
if(NOT Actual STREQUAL Wanted)
  message(FATAL_ERROR "expected:\n${Wanted}\nbut got:\n${Actual}")
endif()
