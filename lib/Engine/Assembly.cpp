#include "Engine/Assembly.h"

#ifndef __x86_64__
#error "the engine's stubs are written for x86-64"
#endif

// Every frame here has a frame pointer: traps walk through them.
asm(R"(
  .section .text.jrEngineEnter,"ax",@progbits
  .globl jrEngineEnter
  .hidden jrEngineEnter
  .type jrEngineEnter,@function
  .globl jrEngineLeave
  .hidden jrEngineLeave
  .type jrEngineLeave,@function
  .p2align 4
jrEngineEnter:
  .cfi_startproc
  pushq %rbp
  .cfi_def_cfa_offset 16
  .cfi_offset %rbp, -16
  movq %rsp, %rbp
  .cfi_def_cfa_register %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  subq $8, %rsp
  .cfi_offset %rbx, -24
  .cfi_offset %r12, -32
  .cfi_offset %r13, -40
  .cfi_offset %r14, -48
  .cfi_offset %r15, -56
  movq %rsp, (%rdi)
  movq %rsi, %rax
  movq %rdx, %rdi
  movq %rcx, %rsi
  movq %r8, %rdx
  callq *%rax
  xorl %eax, %eax
.LjrEngineReturn:
  addq $8, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  .cfi_def_cfa %rsp, 8
  retq
  .cfi_endproc
  .size jrEngineEnter, .-jrEngineEnter
jrEngineLeave:
  movq (%rdi), %rsp
  movl $1, %eax
  jmp .LjrEngineReturn
  .size jrEngineLeave, .-jrEngineLeave

  .section .text.jrEngineRunOnStack,"ax",@progbits
  .globl jrEngineRunOnStack
  .hidden jrEngineRunOnStack
  .type jrEngineRunOnStack,@function
  .p2align 4
jrEngineRunOnStack:
  .cfi_startproc
  pushq %rbp
  .cfi_def_cfa_offset 16
  .cfi_offset %rbp, -16
  movq %rsp, %rbp
  .cfi_def_cfa_register %rbp
  movq %rdi, %rsp
  movq %rdx, %rdi
  callq *%rsi
  movq %rbp, %rsp
  popq %rbp
  .cfi_def_cfa %rsp, 8
  retq
  .cfi_endproc
  .size jrEngineRunOnStack, .-jrEngineRunOnStack

  .section .text.jrEngineReenter,"ax",@progbits
  .globl jrEngineReenter
  .hidden jrEngineReenter
  .type jrEngineReenter,@function
  .p2align 4
jrEngineReenter:
  .cfi_startproc
  pushq %rbp
  .cfi_def_cfa_offset 16
  .cfi_offset %rbp, -16
  movq %rsp, %rbp
  .cfi_def_cfa_register %rbp
  subq $112, %rsp
  movq %rdi, -8(%rbp)
  movq %rsi, -16(%rbp)
  movq %rdx, -24(%rbp)
  movq %rcx, -32(%rbp)
  movq %r8, -40(%rbp)
  movq %r9, -48(%rbp)
  # Scalars only: the low half of each vector register.
  movsd %xmm0, -56(%rbp)
  movsd %xmm1, -64(%rbp)
  movsd %xmm2, -72(%rbp)
  movsd %xmm3, -80(%rbp)
  movsd %xmm4, -88(%rbp)
  movsd %xmm5, -96(%rbp)
  movsd %xmm6, -104(%rbp)
  movsd %xmm7, -112(%rbp)
  movl %r11d, %esi
  callq jrEngineResolve
  movq %rax, %r11
  movq -8(%rbp), %rdi
  movq -16(%rbp), %rsi
  movq -24(%rbp), %rdx
  movq -32(%rbp), %rcx
  movq -40(%rbp), %r8
  movq -48(%rbp), %r9
  movsd -56(%rbp), %xmm0
  movsd -64(%rbp), %xmm1
  movsd -72(%rbp), %xmm2
  movsd -80(%rbp), %xmm3
  movsd -88(%rbp), %xmm4
  movsd -96(%rbp), %xmm5
  movsd -104(%rbp), %xmm6
  movsd -112(%rbp), %xmm7
  movq %rbp, %rsp
  popq %rbp
  .cfi_def_cfa %rsp, 8
  jmpq *%r11
  .cfi_endproc
  .size jrEngineReenter, .-jrEngineReenter

  .section .text.jrEngineCatch,"ax",@progbits
  .globl jrEngineCatch
  .hidden jrEngineCatch
  .type jrEngineCatch,@function
  .p2align 4
jrEngineCatch:
  .cfi_startproc
  .cfi_undefined %rip
  # A frame for the walk along frame pointers, above one that is real.
  pushq %rdx
  pushq %rbp
  movq %rsp, %rbp
  movq %rax, %rdi
  movq %rsp, %rsi
  andq $-16, %rsp
  callq jrEngineCaught
  ud2
  .cfi_endproc
  .size jrEngineCatch, .-jrEngineCatch
  .text
)");
